package dev.lockstep.spring.sight;

import dev.lockstep.rm.DirtyWriteListener;
import dev.lockstep.rm.ResourceManager;
import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.rm.event.BranchListener;
import dev.lockstep.testing.memory.InMemoryClient;
import dev.lockstep.testing.memory.InMemoryCoordinator;
import dev.lockstep.tm.FailureListener;
import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.GlobalTransactionTemplate;
import dev.lockstep.tm.GlobalTransactions;
import dev.lockstep.tm.TmOptions;
import dev.lockstep.tm.TransactionListener;
import io.seata.core.model.ResourceManagerInbound;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;

/** A client with listeners, on a coordinator in memory and a database in memory with ten goods in stock. */
final class WatchedShop implements AutoCloseable {

    static final GlobalTransactionDefinition SALE = GlobalTransactionDefinition.named("sale");

    final InMemoryCoordinator tc = InMemoryCoordinator.open();
    final ResourceManager resourceManager;
    final GlobalTransactionTemplate template;
    final GlobalTransactions transactions;
    /** Of the user, past the RM. */
    final DataSource own;

    final DataSource watched;
    private final InMemoryClient client;

    WatchedShop(
            List<TransactionListener> transactionListeners,
            BranchListener branches,
            DirtyWriteListener dirtyWrites,
            UnaryOperator<ResourceManagerInbound> phaseTwo) {
        client = tc.connect("shop");
        resourceManager = new ResourceManager(
                client,
                client,
                ResourceManagerOptions.builder()
                        .branchListener(branches)
                        .dirtyWriteListener(dirtyWrites)
                        .lockRetryInterval(Duration.ofMillis(1))
                        .lockRetryTimes(3)
                        // Never what ends a wait here.
                        .lockRetryLimit(Duration.ofMinutes(1))
                        .build());
        transactions = new GlobalTransactions(client, TmOptions.of("shop", "group"));
        client.open(phaseTwo.apply(resourceManager), resourceManager);
        template = new GlobalTransactionTemplate(transactions, transactionListeners, FailureListener.LOGGING);
        var h2 = new JdbcDataSource();
        h2.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        own = h2;
        run(own, undoLogTable(), "CREATE TABLE stock (item INT PRIMARY KEY, amount INT)");
        for (int item = 0; item < 10; item++) {
            run(own, "INSERT INTO stock VALUES (" + item + ", 100)");
        }
        watched = resourceManager.wrap(own);
    }

    private static String undoLogTable() {
        try (var script = ResourceManager.class.getResourceAsStream("/dev/lockstep/rm/undo_log/h2.sql")) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    String resourceId() {
        return resourceManager.resources().get(0).resourceId();
    }

    /** Runs statements in one local transaction. */
    static void run(DataSource database, String... statements) {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (String sql : statements) {
                statement.execute(sql);
            }
            connection.commit();
        } catch (SQLException e) {
            throw new Refused(e);
        }
    }

    /** What the database or the RM refused. */
    static final class Refused extends RuntimeException {
        Refused(SQLException cause) {
            super(cause);
        }
    }

    /** Takes one of each of these items out of the stock. */
    void take(int... items) {
        String[] statements = new String[items.length];
        for (int i = 0; i < items.length; i++) {
            statements[i] = "UPDATE stock SET amount = amount - 1 WHERE item = " + items[i];
        }
        run(watched, statements);
    }

    void sell(Runnable work) {
        template.execute(SALE, () -> {
            work.run();
            return null;
        });
    }

    @Override
    public void close() {
        resourceManager.close();
        client.close();
        tc.close();
    }
}
