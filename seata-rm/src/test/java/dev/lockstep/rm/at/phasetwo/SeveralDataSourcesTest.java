package dev.lockstep.rm.at.phasetwo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lockstep.rm.ResourceManager;
import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.rm.at.AtDataSource;
import dev.lockstep.testing.memory.InMemoryClient;
import dev.lockstep.testing.memory.InMemoryCoordinator;
import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.GlobalTransactionTemplate;
import dev.lockstep.tm.GlobalTransactions;
import dev.lockstep.tm.TmOptions;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Data sources that lead to one database: the TC knows of one resource, whoever wrote there. */
final class SeveralDataSourcesTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    private final String url = "jdbc:h2:mem:" + UUID.randomUUID();
    private final InMemoryCoordinator tc = InMemoryCoordinator.open();
    private final InMemoryClient client = tc.connect("app");
    private final ResourceManager rm = new ResourceManager(client, client, ResourceManagerOptions.defaults());
    private final GlobalTransactionTemplate template = new GlobalTransactionTemplate(new GlobalTransactions(
            client,
            TmOptions.builder("app", "group")
                    .repeatLimit(Duration.ofMillis(100))
                    .build()));

    @BeforeEach
    void make_the_database() throws SQLException, IOException {
        client.open(rm, rm);
        try (InputStream script = ResourceManager.class.getResourceAsStream("undo_log/h2.sql")) {
            execute(new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8));
        }
        execute("CREATE TABLE stock (id INT PRIMARY KEY, amount INT)");
        execute("INSERT INTO stock VALUES (1, 10)");
        execute("CREATE USER reader PASSWORD ''");
        execute("GRANT SELECT ON SCHEMA PUBLIC TO reader");
    }

    @AfterEach
    void close() throws SQLException {
        rm.close();
        tc.close();
        execute("SHUTDOWN");
    }

    @Test
    void branches_are_ended_through_the_data_source_that_can_write_although_another_came_first() throws Exception {
        wrapped(readOnly());
        DataSource writing = wrapped(database());

        assertThatThrownBy(() -> take(writing, true)).hasMessage("oops");
        assertThat(number("SELECT amount FROM stock")).isEqualTo(10);

        take(writing, false);
        assertThat(number("SELECT amount FROM stock")).isEqualTo(7);
        await().atMost(SOON).until(() -> number("SELECT COUNT(*) FROM undo_log") == 0);
    }

    @Test
    void they_are_told_each_once_until_they_are_released() {
        DataSource one = rm.wrap(database());
        DataSource other = rm.wrap(database());
        rm.wrap(other);

        assertThat(rm.dataSources()).containsExactlyInAnyOrder(one, other);
        rm.release(one);
        assertThat(rm.dataSources()).containsExactly(other);
    }

    @Test
    void branches_written_through_a_pool_that_is_gone_are_ended_through_the_one_that_took_its_place() throws Exception {
        var old = new FailingDataSource(database());
        DataSource before = wrapped(old);
        wrapped(database());

        assertThatThrownBy(() -> template.execute(GlobalTransactionDefinition.named("buy"), () -> {
                    take(before);
                    old.down = true;
                    throw new IllegalStateException("oops");
                }))
                .hasMessage("oops");

        assertThat(number("SELECT amount FROM stock")).isEqualTo(10);
    }

    @Test
    void where_no_data_source_can_write_the_tc_is_told_to_come_again() throws Exception {
        var one = new FailingDataSource(database());
        var other = new FailingDataSource(database());
        DataSource writing = wrapped(one);
        wrapped(other);

        assertThatThrownBy(() -> template.execute(GlobalTransactionDefinition.named("buy"), () -> {
                    take(writing);
                    one.down = true;
                    other.down = true;
                    throw new IllegalStateException("oops");
                }))
                .hasMessage("oops");
        assertThat(number("SELECT amount FROM stock")).isEqualTo(7);

        other.down = false;
        await().atMost(SOON).until(() -> number("SELECT amount FROM stock") == 10);
    }

    @Test
    void a_data_source_that_was_released_is_never_chosen_again() throws Exception {
        DataSource staying = wrapped(database());
        var closing = new FailingDataSource(database());
        DataSource released = wrapped(closing);
        rm.release(released);

        take(released, false);
        await().atMost(SOON).until(() -> number("SELECT COUNT(*) FROM undo_log") == 0);
        assertThat(closing.askedBy).noneMatch(thread -> thread.startsWith("lockstep-undo-log-cleaner"));

        take(staying, false);
    }

    @Test
    void branches_wait_for_a_data_source_when_the_only_one_was_released() throws Exception {
        DataSource old = wrapped(database());

        assertThatThrownBy(() -> template.execute(GlobalTransactionDefinition.named("buy"), () -> {
                    take(old);
                    rm.release(old);
                    throw new IllegalStateException("oops");
                }))
                .hasMessage("oops");
        assertThat(number("SELECT amount FROM stock")).isEqualTo(7);

        assertThat(wrapped(database())).isNotNull();
        await().atMost(SOON).until(() -> number("SELECT amount FROM stock") == 10);
    }

    @Test
    void a_data_source_that_is_reached_after_it_was_released_is_not_chosen() throws Exception {
        var original = new FailingDataSource(database());
        original.down = true;
        DataSource early = rm.wrap(original);
        rm.release(original);
        rm.release(original);
        original.down = false;

        early.unwrap(AtDataSource.class).open();

        assertThat(rm.branchRollback(BranchType.AT, "1:1", 1, url, null))
                .isEqualTo(BranchStatus.PhaseTwo_RollbackFailed_Retryable);
        assertThat(wrapped(original)).as("wrapped anew").isNotSameAs(early);
        assertThat(rm.branchRollback(BranchType.AT, "1:1", 1, url, null)).isEqualTo(BranchStatus.PhaseTwo_Rollbacked);
    }

    @Test
    void a_released_pool_is_not_kept_in_memory() throws Exception {
        WeakReference<DataSource> pool = usedAndReleased();

        assertCollected(pool);
    }

    @Test
    void a_pool_that_nobody_released_is_not_kept_in_memory_once_another_took_its_place() throws Exception {
        WeakReference<DataSource> pool = used();
        DataSource next = wrapped(database());

        assertCollected(pool);
        take(next, false);
    }

    @Test
    void the_last_pool_ends_branches_also_when_nobody_else_holds_it() throws Exception {
        WeakReference<DataSource> pool = used();
        System.gc();

        assertThatThrownBy(() -> template.execute(GlobalTransactionDefinition.named("buy"), () -> {
                    take(rm.wrap(Objects.requireNonNull(pool.get())));
                    throw new IllegalStateException("oops");
                }))
                .hasMessage("oops");
        assertThat(number("SELECT amount FROM stock")).isEqualTo(7);
    }

    private WeakReference<DataSource> usedAndReleased() throws SQLException {
        DataSource pool = database();
        take(wrapped(pool), false);
        rm.release(pool);
        return new WeakReference<>(pool);
    }

    private WeakReference<DataSource> used() throws SQLException {
        DataSource pool = database();
        take(wrapped(pool), false);
        return new WeakReference<>(pool);
    }

    private static void assertCollected(WeakReference<DataSource> pool) {
        await().atMost(SOON).until(() -> {
            System.gc();
            return pool.get() == null;
        });
    }

    private void take(DataSource dataSource, boolean fail) throws SQLException {
        template.execute(GlobalTransactionDefinition.named("buy"), () -> {
            take(dataSource);
            if (fail) {
                throw new IllegalStateException("oops");
            }
            return null;
        });
    }

    private static void take(DataSource dataSource) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE stock SET amount = amount - 3 WHERE id = 1");
        }
    }

    /** Known to the TC when this returns. */
    private DataSource wrapped(DataSource dataSource) throws SQLException {
        DataSource wrapped = rm.wrap(dataSource);
        wrapped.unwrap(AtDataSource.class).open();
        return wrapped;
    }

    private DataSource database() {
        JdbcDataSource database = new JdbcDataSource();
        database.setURL(url + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=1000");
        database.setUser("sa");
        return database;
    }

    /** For a user who may see everything and change nothing. */
    private DataSource readOnly() {
        JdbcDataSource database = new JdbcDataSource();
        database.setURL(url);
        database.setUser("reader");
        return database;
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = database().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private long number(String sql) throws SQLException {
        try (Connection connection = database().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
