package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lockstep.rm.ResourceManager;
import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.TestDatabase;
import dev.lockstep.testing.memory.InMemoryClient;
import dev.lockstep.testing.memory.InMemoryCoordinator;
import dev.lockstep.testing.memory.TransactionView;
import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.GlobalTransactionTemplate;
import dev.lockstep.tm.GlobalTransactions;
import dev.lockstep.tm.TmOptions;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.jspecify.annotations.Nullable;

/** One application with one H2 database and a coordinator in memory: everything but the wire. */
public final class Rig implements AutoCloseable {

    /** Thrown by a test's own work to have its global transaction rolled back. */
    public static final class Oops extends RuntimeException {
        Oops() {
            super("oops");
        }
    }

    /** What happens inside a global transaction. */
    public interface Work {
        void run() throws Exception;
    }

    public final InMemoryCoordinator tc;
    final InMemoryClient client;
    public final ResourceManager rm;
    final ObservedDataSource raw;
    public final DataSource managed;
    final String resourceId;
    public final GlobalTransactionTemplate template;
    /** Does away with the database. */
    private final Removal removal;

    private interface Removal {
        void run() throws SQLException;
    }

    public Rig(String urlSettings) throws SQLException {
        this(urlSettings, ResourceManagerOptions.defaults());
    }

    public Rig(String urlSettings, ResourceManagerOptions options) throws SQLException {
        this(h2(urlSettings), "h2", options);
    }

    /** An application on any database, which is empty and stays the caller's to remove. */
    public Rig(DataSource database, String undoLogScript, ResourceManagerOptions options) throws SQLException {
        // So that a test can look at the TC's side of a global transaction from its first line.
        this(database, undoLogScript, options, () -> {}, false);
    }

    /** One whose global transactions begin as they do by default: ahead of the first branch, on another thread. */
    static Rig lazy(String urlSettings, ResourceManagerOptions options) throws SQLException {
        return new Rig(h2(urlSettings), "h2", options, () -> {}, true);
    }

    /** An application on a new database of this server, which goes with it. */
    static Rig on(DatabaseServer server) throws SQLException {
        return on(server, "", ResourceManagerOptions.defaults());
    }

    /**
     * An application on a new database of this server, which goes with it.
     *
     * @param parameters of the URL, with the question mark before the first; may be empty
     */
    static Rig on(DatabaseServer server, String parameters, ResourceManagerOptions options) throws SQLException {
        TestDatabase database = server.createDatabase();
        String script = server.kind() == DatabaseKind.POSTGRES ? "postgresql" : "mysql";
        return new Rig(DriverDataSource.of(database, parameters), script, options, database::close, false);
    }

    private Rig(
            DataSource database,
            String undoLogScript,
            ResourceManagerOptions options,
            Removal removal,
            boolean lazyBegin)
            throws SQLException {
        this.removal = removal;
        raw = new ObservedDataSource(database);
        // Before the application knows the data source: told to, it creates the table in the background.
        for (String statement : undoLogScript(undoLogScript).split(";")) {
            if (!statement.isBlank()) {
                plain(statement);
            }
        }
        tc = InMemoryCoordinator.open();
        client = tc.connect("app");
        rm = new ResourceManager(client, client, options);
        client.open(rm, rm);
        managed = rm.wrap(raw);
        resourceId = resourceIdOf(database);
        template = new GlobalTransactionTemplate(new GlobalTransactions(
                client,
                // A coordinator told to stay silent stays so; nobody gains by asking it for longer.
                TmOptions.builder("app", "group")
                        .lazyBegin(lazyBegin)
                        .repeatLimit(Duration.ofMillis(100))
                        .build()));
    }

    private static DataSource h2(String urlSettings) {
        JdbcDataSource h2 = new JdbcDataSource();
        h2.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=20000" + urlSettings);
        return h2;
    }

    /** None of these URLs has parameters that belong to the id. */
    private static String resourceIdOf(DataSource database) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return connection.getMetaData().getURL().split("[;?]")[0];
        }
    }

    private static String undoLogScript(String name) {
        try (InputStream script = ResourceManager.class.getResourceAsStream("undo_log/" + name + ".sql")) {
            return new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs statements outside any transaction, straight on the database. */
    public void plain(String... statements) throws SQLException {
        try (Connection connection = raw.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** One statement through the RM, in autocommit mode. */
    public int update(String sql, @Nullable Object... parameters) throws SQLException {
        try (Connection connection = managed.getConnection()) {
            return update(connection, sql, parameters);
        }
    }

    public static int update(Connection connection, String sql, @Nullable Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            return statement.executeUpdate();
        }
    }

    public void committed(Work work) throws Exception {
        template.execute(GlobalTransactionDefinition.named("committed"), () -> {
            work.run();
            return null;
        });
    }

    /** Does the work and has it rolled back, which must succeed. */
    public void rolledBack(Work work) {
        assertThatThrownBy(() -> template.execute(GlobalTransactionDefinition.named("rolled back"), () -> {
                    work.run();
                    throw new Oops();
                }))
                .isInstanceOf(Oops.class)
                .hasNoSuppressedExceptions();
        // Earlier transactions that were committed end in the background.
        await().pollDelay(Duration.ZERO)
                .untilAsserted(() -> assertThat(tc.transactions()).isEmpty());
        assertThat(tc.locks()).isEmpty();
    }

    /** Branches that are committed locally and left open: the test plays the TC from here on. */
    TransactionView leftOpen(Work... branches) {
        TransactionView[] seen = new TransactionView[1];
        assertThatThrownBy(() -> template.execute(GlobalTransactionDefinition.named("open"), () -> {
                    for (Work branch : branches) {
                        branch.run();
                    }
                    seen[0] = tc.transactions().get(0);
                    tc.faults().setReachable(false);
                    throw new Oops();
                }))
                .isInstanceOf(Oops.class);
        return seen[0];
    }

    /** What the TC would be answered that asks for the rollback of a branch left open. */
    BranchStatus rollBack(TransactionView open, int branch) {
        return rm.branchRollback(
                BranchType.AT, open.xid(), open.branches().get(branch).branchId(), resourceId, null);
    }

    /** Every cell of a query as text, null as null. */
    public List<List<@Nullable String>> rows(String sql) throws SQLException {
        List<List<@Nullable String>> rows = new ArrayList<>();
        try (Connection connection = raw.getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            int columns = result.getMetaData().getColumnCount();
            while (result.next()) {
                List<@Nullable String> row = new ArrayList<>();
                for (int i = 1; i <= columns; i++) {
                    row.add(result.getString(i));
                }
                rows.add(row);
            }
        }
        return rows;
    }

    public long number(String sql) throws SQLException {
        return Long.parseLong(Objects.requireNonNull(rows(sql).get(0).get(0)));
    }

    /** Rows of undo_log that are no markers. */
    public long undoLogs() throws SQLException {
        return number("SELECT COUNT(*) FROM undo_log WHERE log_status = 0");
    }

    public long markers() throws SQLException {
        return number("SELECT COUNT(*) FROM undo_log WHERE log_status = 1");
    }

    @Override
    public void close() throws SQLException {
        rm.close();
        tc.close();
        if (raw.isWrapperFor(JdbcDataSource.class)) {
            plain("SHUTDOWN");
        }
        removal.run();
    }
}
