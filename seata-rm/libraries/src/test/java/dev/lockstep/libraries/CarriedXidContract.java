package dev.lockstep.libraries;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.rm.ResourceManager;
import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.testing.memory.CoordinatorEvent;
import dev.lockstep.testing.memory.InMemoryClient;
import dev.lockstep.testing.memory.InMemoryCoordinator;
import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.GlobalTransactionTemplate;
import dev.lockstep.tm.GlobalTransactions;
import dev.lockstep.tm.TmOptions;
import io.seata.core.context.RootContext;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a library has to do that calls another process inside a global transaction: the callee's writes share its fate. Caller
 * and callee are in one process here, with sockets and threads of the library between them.
 */
@Timeout(120)
abstract class CarriedXidContract {

    /** What the callee does: takes one bolt, and tells the xid that it did it for. */
    interface Stock {
        String take();

        /** Ends what serves it. */
        default void stop() throws Exception {}
    }

    private final JdbcDataSource h2 = new JdbcDataSource();
    private final InMemoryCoordinator tc = InMemoryCoordinator.open();
    private final InMemoryClient client = tc.connect("shop");
    private final ResourceManager resourceManager =
            new ResourceManager(client, client, ResourceManagerOptions.defaults());
    final GlobalTransactions transactions = new GlobalTransactions(client, TmOptions.of("shop", "group"));
    final GlobalTransactionTemplate template = new GlobalTransactionTemplate(transactions);

    private Stock stock;

    /** Serves this on a socket, and gives a client of it, which ends both. */
    abstract Stock served(Stock callee) throws Exception;

    @BeforeEach
    void open() throws Exception {
        client.open(resourceManager, resourceManager);
        h2.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        execute(h2, "RUNSCRIPT FROM 'classpath:dev/lockstep/rm/undo_log/h2.sql'");
        execute(h2, "CREATE TABLE stock (item VARCHAR(20) PRIMARY KEY, amount INT)");
        execute(h2, "INSERT INTO stock VALUES ('bolt', 10)");
        DataSource dataSource = resourceManager.wrap(h2);
        stock = served(() -> {
            execute(dataSource, "UPDATE stock SET amount = amount - 1 WHERE item = 'bolt'");
            return String.valueOf(RootContext.getXID());
        });
    }

    @AfterEach
    void close() throws Exception {
        stock.stop();
        resourceManager.close();
        client.close();
        tc.close();
    }

    @Test
    void what_the_callee_writes_is_committed_with_the_global_transaction() {
        String seen = template.execute(GlobalTransactionDefinition.named("buy"), () -> {
            String xid = stock.take();
            assertThat(xid).isEqualTo(RootContext.getXID());
            return xid;
        });

        assertThat(seen).matches("\\S+:\\d+:\\d+");
        assertThat(bolts()).isEqualTo(9);
        assertThat(branches()).isEqualTo(1);
    }

    @Test
    void what_the_callee_writes_is_rolled_back_with_the_global_transaction() {
        assertThatThrownBy(() -> template.execute(GlobalTransactionDefinition.named("buy"), () -> {
                    stock.take();
                    assertThat(bolts()).isEqualTo(9);
                    throw new IllegalStateException("payment refused");
                }))
                .hasMessage("payment refused");

        assertThat(bolts()).isEqualTo(10);
        assertThat(branches()).isEqualTo(1);
    }

    @Test
    void a_call_outside_a_global_transaction_is_part_of_none() {
        assertThat(stock.take()).isEqualTo("null");

        assertThat(bolts()).isEqualTo(9);
        assertThat(branches()).isZero();
    }

    private long branches() {
        return tc.events().stream()
                .filter(event -> event.kind() == CoordinatorEvent.Kind.BRANCH_REGISTERED)
                .count();
    }

    private int bolts() {
        try (Connection connection = h2.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT amount FROM stock")) {
            rows.next();
            return rows.getInt(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void execute(DataSource database, String sql) {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
