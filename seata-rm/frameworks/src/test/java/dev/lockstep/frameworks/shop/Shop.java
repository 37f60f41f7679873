package dev.lockstep.frameworks.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.lockstep.rm.ResourceManager;
import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.rm.failure.UnsupportedSqlException;
import dev.lockstep.testing.memory.InMemoryClient;
import dev.lockstep.testing.memory.InMemoryCoordinator;
import dev.lockstep.testing.memory.TransactionView;
import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.GlobalTransactionTemplate;
import dev.lockstep.tm.GlobalTransactions;
import dev.lockstep.tm.Propagation;
import dev.lockstep.tm.TmOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLSyntaxErrorException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** One application with a pool, the RM around it, one database and a coordinator in memory: everything but the wire. */
public final class Shop implements AutoCloseable {

    /** What happens inside a transaction. */
    public interface Work {
        void run() throws Exception;
    }

    /** The table of numbers that are given out; as those of a sequence, what was given once is not given back. */
    static final String KEY_SOURCE = "key_source";

    /** No test waits for a lock that is released, so all of them may give up soon. */
    private static final ResourceManagerOptions OPTIONS = ResourceManagerOptions.builder()
            .lockRetryTimes(2)
            .lockRetryInterval(Duration.ofMillis(5))
            .uncapturedTables(Set.of(KEY_SOURCE))
            .build();

    private final ShopDatabase database;
    private final HikariDataSource pool;
    private final InMemoryCoordinator tc = InMemoryCoordinator.open();
    private final ResourceManager rm;
    private final DataSource managed;
    private final GlobalTransactionTemplate template;

    /** Opens the shop in a database that is empty. */
    public Shop(ShopDatabase database) throws SQLException {
        this.database = database;
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(database.url());
        config.setUsername(database.user());
        config.setPassword(database.password());
        config.setMaximumPoolSize(4);
        config.setConnectionTimeout(30_000);
        pool = new HikariDataSource(config);
        plain(undoLogScript().split(";"));
        InMemoryClient client = tc.connect("shop");
        rm = new ResourceManager(client, client, OPTIONS);
        client.open(rm, rm);
        managed = rm.wrap(pool);
        template = new GlobalTransactionTemplate(new GlobalTransactions(client, TmOptions.of("shop", "group")));
    }

    private String undoLogScript() {
        String name = "undo_log/" + database.product().undoLogScript() + ".sql";
        try (InputStream script = ResourceManager.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(script, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a framework is given. */
    public DataSource dataSource() {
        return managed;
    }

    public DatabaseProduct product() {
        return database.product();
    }

    /** Runs statements outside any global transaction, straight on the pool. */
    public void plain(String... statements) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                if (!sql.isBlank()) {
                    statement.execute(sql);
                }
            }
        }
    }

    // ---- global transactions

    /** Does the work in a global transaction of its own, whatever goes on around it. */
    public void inGlobalTransaction(Work work) throws Exception {
        template.execute(GlobalTransactionDefinition.named("work").withPropagation(Propagation.REQUIRES_NEW), () -> {
            work.run();
            return null;
        });
    }

    /**
     * Does the work twice: first in a global transaction that is rolled back, which must leave every cell of every table as
     * it was; then in one that is committed, which must leave everything as the work left it, and no undo log.
     *
     * @param work ends its local transactions itself and changes something
     * @return what the coordinator saw the second time
     */
    public Proof undoneThenDone(Work work) throws Exception {
        undone(work);
        AtomicReference<Proof> proof = new AtomicReference<>();
        AtomicReference<Map<String, List<String>>> done = new AtomicReference<>();
        inGlobalTransaction(() -> {
            work.run();
            proof.set(proof());
            done.set(cells());
        });
        awaitNothingLeft();
        assertThat(cells()).as("after the commit").isEqualTo(done.get());
        return proof.get();
    }

    /**
     * Does work that may be beyond what is captured: it must be undone to the cell all the same, or be refused by name and
     * leave nothing.
     *
     * @return the refusal, empty when the work was captured
     */
    public Optional<SQLException> undoneOrRefused(Work work) throws Exception {
        Map<String, List<String>> before = cells();
        AtomicReference<@Nullable SQLException> refusal = new AtomicReference<>();
        try {
            undone(() -> {
                try {
                    work.run();
                } catch (Exception e) {
                    refusal.set(refusalIn(e));
                    throw e;
                }
            });
        } catch (Exception e) {
            if (refusal.get() == null) {
                throw e;
            }
            assertThat(cells()).as("after the refusal").isEqualTo(before);
            awaitNothingLeft();
        }
        return Optional.ofNullable(refusal.get());
    }

    private static @Nullable SQLException refusalIn(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnsupportedSqlException refusal) {
                return refusal;
            }
            // A temporary table, which phase two would not see.
            if (cause instanceof SQLSyntaxErrorException unknown
                    && String.valueOf(unknown.getMessage()).contains("for the image of its rows")) {
                return unknown;
            }
        }
        return null;
    }

    /** The first half of {@link #undoneThenDone}. */
    public void undone(Work work) throws Exception {
        Map<String, List<String>> before = cells();
        AtomicReference<Map<String, List<String>>> done = new AtomicReference<>();
        try {
            inGlobalTransaction(() -> {
                work.run();
                done.set(cells());
                throw new Oops();
            });
        } catch (Oops asPlanned) {
            assertThat(asPlanned).hasNoSuppressedExceptions();
        }
        assertThat(done.get())
                .as("work that changes nothing proves nothing")
                .isNotNull()
                .isNotEqualTo(before);
        assertThat(cells()).as("after the rollback").isEqualTo(before);
        awaitNothingLeft();
    }

    /** Nothing waits for its second phase and no row is locked; undo logs of committed branches go in the background. */
    public void awaitNothingLeft() throws SQLException {
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(10)).untilAsserted(() -> {
            assertThat(tc.transactions()).isEmpty();
            assertThat(tc.locks()).isEmpty();
            assertThat(rows("undo_log")).isEmpty();
        });
    }

    /** What the coordinator knows of the newest global transaction now. */
    public Proof proof() {
        List<TransactionView> open = tc.transactions();
        if (open.isEmpty()) {
            return new Proof(Set.of(), 0);
        }
        TransactionView newest = open.get(open.size() - 1);
        Set<String> lockKeys = tc.locks().stream()
                .filter(lock -> lock.xid().equals(newest.xid()))
                // A name is sent as it is written and as it is stored; a framework that quotes names has both.
                .map(lock -> lock.row().table().replace("\"", "").toLowerCase(Locale.ROOT) + ":"
                        + lock.row().primaryKey())
                .collect(Collectors.toSet());
        return new Proof(lockKeys, newest.branches().size());
    }

    // ---- what is in the database

    /** Every cell of every table but undo_log and the source of keys, by the name of the table in lower case. */
    public Map<String, List<String>> cells() throws SQLException {
        List<String> tables = new ArrayList<>();
        try (Connection connection = pool.getConnection()) {
            DatabaseMetaData metaData = connection.getMetaData();
            String[] kinds = {"TABLE", "BASE TABLE"};
            try (ResultSet found = metaData.getTables(connection.getCatalog(), connection.getSchema(), "%", kinds)) {
                while (found.next()) {
                    tables.add(found.getString("TABLE_NAME").toLowerCase(Locale.ROOT));
                }
            }
        }
        assertThat(tables).contains("undo_log");
        tables.removeAll(List.of("undo_log", KEY_SOURCE));
        Map<String, List<String>> cells = new TreeMap<>();
        for (String table : tables) {
            cells.put(table, rows(table));
        }
        return cells;
    }

    /** Every row of a table as text, in no order that means anything, but always the same. */
    public List<String> rows(String table) throws SQLException {
        return query("SELECT * FROM " + table).stream().sorted().toList();
    }

    /** Every row as text, cells separated by {@code |}. */
    public List<String> query(String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            int columns = result.getMetaData().getColumnCount();
            while (result.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= columns; i++) {
                    row.add(String.valueOf(result.getString(i)));
                }
                rows.add(String.join("|", row));
            }
        }
        return rows;
    }

    @Override
    public void close() throws SQLException {
        rm.close();
        tc.close();
        pool.close();
        database.removal().run();
    }
}
