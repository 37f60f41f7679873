package dev.lockstep.rm.wholepath;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.lockstep.rm.ResourceManager;
import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.rm.at.AtDataSource;
import dev.lockstep.rpc.RpcOptions;
import dev.lockstep.rpc.SeataRpcClient;
import dev.lockstep.rpc.discovery.StaticDiscovery;
import dev.lockstep.tm.GlobalTransactionTemplate;
import dev.lockstep.tm.GlobalTransactions;
import dev.lockstep.tm.TmOptions;
import io.seata.core.model.TransactionManager;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import javax.sql.DataSource;

/** One service: a client of the TC, a TM, an RM and any number of databases. Closed in reverse order. */
final class Application implements AutoCloseable {

    private static final String GROUP = "default_tx_group";
    /** No test waits for these to be over. */
    private static final Duration CONNECT_WAIT = Duration.ofSeconds(20);

    private static final Duration ROW_LOCK_WAIT = Duration.ofSeconds(20);

    final SeataRpcClient rpc;
    final ResourceManager resourceManager;
    final GlobalTransactions transactions;
    final GlobalTransactionTemplate template;
    private final List<HikariDataSource> pools = new ArrayList<>();

    Application(String applicationId, String tcAddress) {
        this(applicationId, tcAddress, tc -> tc);
    }

    /** One whose TM reaches the TC through something of the test's. */
    Application(String applicationId, String tcAddress, Function<SeataRpcClient, TransactionManager> between) {
        rpc = new SeataRpcClient(
                RpcOptions.builder(applicationId, GROUP)
                        // No test is about a TC that is slow to take a connection.
                        .startupWait(CONNECT_WAIT)
                        .connectTimeout(CONNECT_WAIT)
                        .tmRequestTimeout(Duration.ofSeconds(10))
                        .rmRequestTimeout(Duration.ofSeconds(5))
                        .build(),
                StaticDiscovery.of(tcAddress));
        resourceManager = new ResourceManager(
                rpc, rpc, ResourceManagerOptions.builder().reportSuccess(true).build());
        transactions = new GlobalTransactions(between.apply(rpc), TmOptions.of(applicationId, GROUP));
        rpc.open(transactions.witnessedBy(resourceManager), resourceManager);
        // So that a database is announced when it is known.
        rpc.stateOnceDecided();
        template = new GlobalTransactionTemplate(transactions);
    }

    /** A new H2 database in memory with the given tables, seen through the RM. */
    Database database(String name, String... ddl) throws SQLException {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=" + ROW_LOCK_WAIT.toMillis());
        config.setMaximumPoolSize(16);
        config.setPoolName(name);
        HikariDataSource pool = new HikariDataSource(config);
        pools.add(pool);
        Database bare = new Database(pool, pool);
        bare.plain(undoLogScript());
        for (String statement : ddl) {
            bare.plain(statement);
        }
        DataSource managed = resourceManager.wrap(pool);
        // By itself the RM asks in the background what database this is; here a command of the TC may come before.
        managed.unwrap(AtDataSource.class).open();
        return new Database(pool, managed);
    }

    private static String undoLogScript() {
        try (InputStream script = ResourceManager.class.getResourceAsStream("undo_log/h2.sql")) {
            return new String(Objects.requireNonNull(script, "undo_log/h2.sql").readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        resourceManager.close();
        pools.forEach(HikariDataSource::close);
        rpc.close();
    }

    /** One database from both sides: as it is, and as the RM shows it. */
    record Database(DataSource raw, DataSource managed) {

        void plain(String sql) throws SQLException {
            try (Connection connection = raw.getConnection();
                    var statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }

        /** One statement in autocommit mode, through the RM. */
        int update(String sql, Object... parameters) throws SQLException {
            try (Connection connection = managed.getConnection()) {
                return update(connection, sql, parameters);
            }
        }

        static int update(Connection connection, String sql, Object... parameters) throws SQLException {
            try (var statement = connection.prepareStatement(sql)) {
                for (int i = 0; i < parameters.length; i++) {
                    statement.setObject(i + 1, parameters[i]);
                }
                return statement.executeUpdate();
            }
        }

        long number(String sql) throws SQLException {
            try (Connection connection = raw.getConnection();
                    var statement = connection.createStatement();
                    var rows = statement.executeQuery(sql)) {
                rows.next();
                return rows.getLong(1);
            }
        }

        long undoRows() throws SQLException {
            return undoLogs().size();
        }

        /** The undo logs that are there, markers left out, each as {@code xid branch-id}. */
        List<String> undoLogs() throws SQLException {
            List<String> found = new ArrayList<>();
            try (Connection connection = raw.getConnection();
                    var statement = connection.createStatement();
                    var rows = statement.executeQuery("SELECT xid, branch_id FROM undo_log WHERE log_status = 0")) {
                while (rows.next()) {
                    found.add(rows.getString(1) + " " + rows.getLong(2));
                }
            }
            return found;
        }
    }
}
