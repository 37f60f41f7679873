package dev.lockstep.rm;

import static dev.lockstep.testing.junit.CoordinatedTransactionAssert.assertThatLastTransaction;
import static dev.lockstep.testing.junit.UndoLogAssert.assertThatUndoLogOf;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.testing.junit.InMemoryTc;
import dev.lockstep.testing.memory.InMemoryClient;
import dev.lockstep.testing.memory.InMemoryCoordinator;
import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.GlobalTransactionTemplate;
import dev.lockstep.tm.GlobalTransactions;
import dev.lockstep.tm.TmOptions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The test of an application without Spring, as docs/getting-started.md tells users to write theirs. */
class WithoutSpringTest {

    private final JdbcDataSource h2 = new JdbcDataSource();
    private ResourceManager resourceManager;
    private DataSource dataSource;
    private GlobalTransactionTemplate template;

    @BeforeEach
    void connect(@InMemoryTc InMemoryCoordinator tc) throws SQLException {
        h2.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        execute(h2, "RUNSCRIPT FROM 'classpath:dev/lockstep/rm/undo_log/h2.sql'");
        execute(h2, "CREATE TABLE stock (item VARCHAR(20) PRIMARY KEY, amount INT)");
        execute(h2, "INSERT INTO stock VALUES ('bike', 10)");
        InMemoryClient client = tc.connect("shop");
        resourceManager = new ResourceManager(client, client, ResourceManagerOptions.defaults());
        client.open(resourceManager, resourceManager);
        dataSource = resourceManager.wrap(h2);
        template = new GlobalTransactionTemplate(new GlobalTransactions(client, TmOptions.of("shop", "group")));
    }

    @AfterEach
    void close() {
        resourceManager.close();
    }

    @Test
    void a_sale_commits(@InMemoryTc InMemoryCoordinator tc) throws SQLException {
        template.execute(GlobalTransactionDefinition.named("sale"), () -> {
            sell("bike");
            assertThatLastTransaction(tc).holdsLock("stock", "bike");
            assertThatUndoLogOf(h2).hasRows(1);
            return null;
        });

        assertThatLastTransaction(tc).isCommitted().hasBranches(1).holdsNoLock();
        assertThatUndoLogOf(h2).becomesEmpty();
    }

    @Test
    void a_sale_that_fails_is_rolled_back(@InMemoryTc InMemoryCoordinator tc) {
        assertThatThrownBy(() -> template.execute(GlobalTransactionDefinition.named("sale"), () -> {
                    sell("bike");
                    throw new IllegalStateException("no credit");
                }))
                .hasMessage("no credit");

        assertThatLastTransaction(tc).isRolledBack().hasBranches(1).holdsNoLock();
        assertThatUndoLogOf(h2).hasRows(0);
    }

    private void sell(String item) throws SQLException {
        execute(dataSource, "UPDATE stock SET amount = amount - 1 WHERE item = '" + item + "'");
    }

    private static void execute(DataSource database, String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
