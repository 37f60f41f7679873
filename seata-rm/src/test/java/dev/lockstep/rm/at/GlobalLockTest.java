package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.rm.event.BranchListener;
import dev.lockstep.rm.failure.GlobalLockConflictException;
import dev.lockstep.rm.failure.UnsupportedSqlException;
import dev.lockstep.tm.GlobalLockScope;
import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.LockRetryLimits;
import io.seata.core.model.BranchType;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Local transactions outside any global one that keep to global locks. */
final class GlobalLockTest {

    private final CountDownLatch refusedOnce = new CountDownLatch(1);
    private Rig rig;
    private String holder;

    @BeforeEach
    void open_with_one_row_held() throws Exception {
        rig = new Rig(
                "",
                ResourceManagerOptions.builder()
                        .lockRetryInterval(Duration.ofMillis(2))
                        .lockRetryTimes(3)
                        // Never what ends a wait here.
                        .lockRetryLimit(Duration.ofMinutes(1))
                        .branchListener(new BranchListener() {
                            @Override
                            public void lockConflict(String resourceId) {
                                refusedOnce.countDown();
                            }
                        })
                        .build());
        rig.plain(
                "CREATE TABLE stock (id INT PRIMARY KEY, amount INT)",
                "INSERT INTO stock VALUES (1, 10), (2, 20), (3, 30)");
        holder = rig.client.begin("app", "group", "holder", 60_000);
        rig.client.branchRegister(BranchType.AT, rig.resourceId, null, holder, null, "STOCK:1");
    }

    @AfterEach
    void close() throws SQLException {
        rig.close();
        assertThat(rig.raw.openConnections()).isZero();
    }

    private void locked(Rig.Work work) throws Exception {
        GlobalLockScope.<Void, Exception>execute(null, () -> {
            work.run();
            return null;
        });
    }

    private long amount(int id) throws SQLException {
        return rig.number("SELECT amount FROM stock WHERE id = " + id);
    }

    @Test
    void a_write_to_a_free_row_commits_and_leaves_nothing_to_undo() throws Exception {
        locked(() -> {
            assertThat(rig.update("UPDATE stock SET amount = 21 WHERE id = 2")).isEqualTo(1);
            try (Connection connection = rig.managed.getConnection()) {
                connection.setAutoCommit(false);
                assertThat(Rig.update(connection, "DELETE FROM stock WHERE id = 3"))
                        .isEqualTo(1);
                assertThat(Rig.update(connection, "INSERT INTO stock VALUES (4, 40)"))
                        .isEqualTo(1);
                connection.commit();
            }
        });
        assertThat(rig.rows("SELECT * FROM stock ORDER BY id")).hasToString("[[1, 10], [2, 21], [4, 40]]");
        assertThat(rig.undoLogs()).isZero();
        assertThat(rig.tc.locks()).as("only the holder's").hasSize(1);
    }

    @Test
    void no_more_than_keys_is_read_for_it() throws Exception {
        rig.plain(
                "CREATE TABLE wide (id INT PRIMARY KEY, name VARCHAR(9), text CLOB)",
                "INSERT INTO wide VALUES (1, 'a', 'b')");
        locked(() -> {
            rig.raw.executed().clear();
            assertThat(rig.update("UPDATE wide SET name = UPPER(name)")).isEqualTo(1);
            assertThat(rig.update("INSERT INTO wide VALUES (2, 'c', 'd')")).isEqualTo(1);
            assertThat(rig.update("DELETE FROM wide WHERE name = 'A'")).isEqualTo(1);
        });
        assertThat(rig.raw.executed())
                .filteredOn(sql -> sql.startsWith("SELECT \"ID\" FROM"))
                .hasSize(3);
        assertThat(rig.raw.executed()).noneMatch(sql -> sql.contains("\"TEXT\""));
        assertThat(rig.rows("SELECT * FROM wide")).hasToString("[[2, c, d]]");
    }

    @Test
    void an_update_of_the_key_is_found_again_by_it() throws Exception {
        locked(() -> assertThatThrownBy(() -> rig.update("UPDATE stock SET id = 9 WHERE id = 2"))
                .isInstanceOf(UnsupportedSqlException.class)
                .hasMessageContaining("found again"));
        assertThat(amount(2)).isEqualTo(20);
    }

    @Test
    void a_write_to_a_held_row_is_refused_with_what_it_waited_for() throws Exception {
        assertThatThrownBy(() -> locked(() -> rig.update("UPDATE stock SET amount = 11 WHERE id = 1")))
                .isInstanceOfSatisfying(GlobalLockConflictException.class, conflict -> {
                    assertThat(conflict.getSQLState()).isEqualTo("40001");
                    assertThat(conflict.lockKeys()).isEqualTo("STOCK:1");
                    assertThat(conflict.resourceId()).isEqualTo(rig.resourceId);
                    assertThat(conflict.xid()).isEmpty();
                })
                .hasMessageContaining("held by a global transaction")
                .hasMessageContaining("4 tries")
                .hasMessageContaining("no try is left")
                .hasMessageContaining("or raise seata.client.rm.lock.retry-times");
        assertThat(amount(1)).isEqualTo(10);
    }

    @Test
    void a_user_transaction_is_rolled_back_whole_when_one_of_its_rows_is_held() throws Exception {
        assertThatThrownBy(() -> locked(() -> {
                    try (Connection connection = rig.managed.getConnection()) {
                        connection.setAutoCommit(false);
                        Rig.update(connection, "UPDATE stock SET amount = 22 WHERE id = 2");
                        Rig.update(connection, "UPDATE stock SET amount = 11 WHERE id = 1");
                        connection.commit();
                    }
                }))
                .isInstanceOf(GlobalLockConflictException.class);
        assertThat(amount(2)).isEqualTo(20);
        rig.plain("UPDATE stock SET amount = 9 WHERE id = 1");
        assertThat(amount(1)).as("no local lock is left").isEqualTo(9);
    }

    @Test
    void waiting_ends_when_the_holder_does() throws Exception {
        LockRetryLimits patient = new LockRetryLimits(Duration.ofMillis(5), 10_000);
        CompletableFuture<Integer> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return GlobalLockScope.<Integer, SQLException>execute(
                        patient, () -> rig.update("UPDATE stock SET amount = amount + 1 WHERE id = 1"));
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(refusedOnce.await(20, TimeUnit.SECONDS)).isTrue();
        rig.client.commit(holder);
        assertThat(waiting.get(20, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(amount(1)).isEqualTo(11);
    }

    @Test
    void a_locking_read_sees_only_what_is_committed_globally_and_a_plain_one_anything() throws Exception {
        locked(() -> {
            try (Connection connection = rig.managed.getConnection();
                    Statement statement = connection.createStatement()) {
                try (ResultSet rows = statement.executeQuery("SELECT * FROM stock WHERE id = 1")) {
                    assertThat(rows.next()).isTrue();
                }
                try (ResultSet rows = statement.executeQuery("SELECT * FROM stock WHERE id = 2 FOR UPDATE")) {
                    assertThat(rows.next()).isTrue();
                }
                assertThatThrownBy(() -> statement.executeQuery("SELECT * FROM stock WHERE id = 1 FOR UPDATE"))
                        .isInstanceOf(GlobalLockConflictException.class)
                        .hasMessageContaining("Locking read refused");
            }
        });
    }

    @Test
    void what_cannot_be_read_for_its_rows_does_not_run() {
        assertThatThrownBy(() -> locked(() -> rig.update("TRUNCATE TABLE stock")))
                .isInstanceOf(UnsupportedSqlException.class);
    }

    @Test
    void a_tc_that_cannot_be_asked_stops_the_commit() throws Exception {
        rig.tc.faults().setReachable(false);
        assertThatThrownBy(() -> locked(() -> rig.update("UPDATE stock SET amount = 0 WHERE id = 2")))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("could not be asked who holds the rows");
        assertThat(amount(2)).isEqualTo(20);
        rig.tc.faults().setReachable(true);
    }

    @Test
    void a_local_transaction_that_wrote_before_is_refused() throws Exception {
        try (Connection connection = rig.managed.getConnection()) {
            connection.setAutoCommit(false);
            Rig.update(connection, "UPDATE stock SET amount = 5 WHERE id = 2");
            assertThatThrownBy(() -> locked(() -> Rig.update(connection, "UPDATE stock SET amount = 6 WHERE id = 2")))
                    .hasMessageContaining("before @GlobalLock began");
            connection.rollback();

            locked(() -> Rig.update(connection, "UPDATE stock SET amount = 6 WHERE id = 2"));
            assertThatThrownBy(() -> rig.template.execute(GlobalTransactionDefinition.named("late"), () -> {
                        Rig.update(connection, "UPDATE stock SET amount = 7 WHERE id = 2");
                        return null;
                    }))
                    .hasMessageContaining("has already changed rows outside the global transaction");
            connection.rollback();
        }
        assertThat(amount(2)).isEqualTo(20);
    }

    @Test
    void inside_a_global_transaction_it_has_no_meaning() {
        rig.tc.faults().setReachable(true);
        assertThatThrownBy(() -> rig.template.execute(GlobalTransactionDefinition.named("both"), () -> {
                    locked(() -> rig.update("UPDATE stock SET amount = 7 WHERE id = 2"));
                    assertThat(rig.undoLogs()).isEqualTo(1);
                    throw new IllegalStateException("no");
                }))
                .hasMessage("no");
    }
}
