package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.rm.failure.GlobalLockConflictException;
import dev.lockstep.rm.failure.UnsupportedSqlException;
import dev.lockstep.testing.memory.TransactionView;
import io.seata.core.model.BranchStatus;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Ways on which a change gets past other clients: each is closed on every database. */
abstract class EscapeRoutesContract {

    private static final String STOCK = "SELECT * FROM stock ORDER BY id";

    private final Rigs rigs;

    EscapeRoutesContract(Rigs rigs) {
        this.rigs = rigs;
    }

    /** Makes a trigger that adds 1000 to the key of each row that is inserted into {@code stock}. */
    abstract String[] triggerThatChangesKeys();

    /** Whether the database tells the key of a new row, whoever has given it. */
    boolean tellsKeysOfTriggers() {
        return true;
    }

    /** Makes a column {@code twice} of a table that is computed from {@code amount} and stored. */
    String storedColumn() {
        return "twice INT GENERATED ALWAYS AS (amount * 2) STORED";
    }

    Rig rig;

    @BeforeEach
    void open_with_two_rows() throws SQLException {
        rig = rigs.open();
        rig.plain(
                "CREATE TABLE stock (id INT PRIMARY KEY, kind VARCHAR(5), amount INT)",
                "INSERT INTO stock VALUES (1, 'a', 10), (2, 'b', 20)");
    }

    @AfterEach
    void close_without_an_open_connection() throws SQLException {
        rig.close();
        assertThat(rig.raw.openConnections()).isZero();
    }

    // ---- other sessions

    @Test
    void a_row_that_others_commit_between_image_and_update_is_undone_too() throws Exception {
        for (boolean autoCommit : new boolean[] {true, false}) {
            assertOnlyTheirsIsNew(autoCommit, "UPDATE stock SET amount = 0 WHERE kind = 'a'");
        }
    }

    @Test
    void a_row_that_others_commit_between_image_and_delete_is_undone_too() throws Exception {
        for (boolean autoCommit : new boolean[] {true, false}) {
            assertOnlyTheirsIsNew(autoCommit, "DELETE FROM stock WHERE kind = 'a'");
        }
    }

    /** Under READ COMMITTED, where no gap is locked, another session adds a row that the statement means as well. */
    private void assertOnlyTheirsIsNew(boolean autoCommit, String sql) throws SQLException {
        rig.plain("DELETE FROM stock WHERE id = 100");
        rig.rolledBack(() -> {
            try (Connection connection = rig.managed.getConnection()) {
                connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
                connection.setAutoCommit(autoCommit);
                rig.raw.beforeStatement(sql, 1, () -> rig.plain("INSERT INTO stock VALUES (100, 'a', 5)"));
                assertThat(Rig.update(connection, sql)).isEqualTo(2);
                if (!autoCommit) {
                    connection.commit();
                }
                assertThat(rig.tc.locks()).hasSize(2);
            }
        });
        assertThat(rig.rows(STOCK)).containsExactly(cells(1, "a", 10), cells(2, "b", 20), cells(100, "a", 5));
    }

    @Test
    void a_locking_read_with_a_limit_gives_no_row_that_another_global_transaction_added_meanwhile() throws Exception {
        String read = "SELECT amount FROM stock ORDER BY id LIMIT 1 FOR UPDATE";
        CountDownLatch seen = new CountDownLatch(1);
        CompletableFuture<?>[] other = new CompletableFuture<?>[1];
        CountDownLatch added = new CountDownLatch(1);
        rig.committed(() -> {
            try (Connection connection = rig.managed.getConnection();
                    Statement statement = connection.createStatement()) {
                connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
                connection.setAutoCommit(false);
                rig.raw.beforeStatement(read, 1, () -> {
                    other[0] = CompletableFuture.runAsync(() -> assertThatThrownBy(() -> rig.committed(() -> {
                                rig.update("INSERT INTO stock VALUES (0, 'z', 666)");
                                added.countDown();
                                assertThat(seen.await(20, TimeUnit.SECONDS)).isTrue();
                                throw new Rig.Oops();
                            }))
                            .isInstanceOf(Rig.Oops.class));
                    assertThat(added.await(20, TimeUnit.SECONDS)).isTrue();
                });
                assertThatThrownBy(() -> statement.executeQuery(read)).isInstanceOf(GlobalLockConflictException.class);
                connection.rollback();
            } finally {
                seen.countDown();
            }
        });
        other[0].get(20, TimeUnit.SECONDS);
        assertThat(rig.rows("SELECT id FROM stock ORDER BY id")).containsExactly(cells(1), cells(2));
    }

    // ---- the database itself

    final void assertRefusedForTrigger(String sql, String trigger) {
        rig.rolledBack(() -> assertThatThrownBy(() -> rig.update(sql))
                .isInstanceOf(UnsupportedSqlException.class)
                .hasMessageContaining(trigger));
    }

    @Test
    void a_row_whose_key_a_trigger_changes_is_undone_or_does_not_run() throws Exception {
        rig.plain(triggerThatChangesKeys());
        // The row that the key given would lead to is there; undoing by that key would delete it.
        List<List<@Nullable String>> before = rig.rows(STOCK);
        rig.rolledBack(() -> {
            if (tellsKeysOfTriggers()) {
                rig.update("INSERT INTO stock VALUES (2, 'c', 30)");
                assertThat(rig.number("SELECT amount FROM stock WHERE id = 1002"))
                        .isEqualTo(30);
            } else {
                assertThatThrownBy(() -> rig.update("INSERT INTO stock VALUES (2, 'c', 30)"))
                        .isInstanceOf(UnsupportedSqlException.class)
                        .hasMessageContaining("trigger");
            }
        });
        assertThat(rig.rows(STOCK)).isEqualTo(before);
    }

    @Test
    void a_deleted_row_comes_back_though_it_holds_a_stored_computed_column() throws Exception {
        rig.plain(
                "CREATE TABLE box (id INT PRIMARY KEY, amount INT, " + storedColumn() + ")",
                "INSERT INTO box (id, amount) VALUES (1, 10), (2, NULL)");
        String boxes = "SELECT * FROM box ORDER BY id";
        List<List<@Nullable String>> before = rig.rows(boxes);
        rig.rolledBack(() -> {
            rig.update("UPDATE box SET amount = 11 WHERE id = 1");
            rig.update("DELETE FROM box");
        });
        assertThat(rig.rows(boxes)).isEqualTo(before).contains(cells(1, 10, 20));
    }

    // ---- JDBC

    @Test
    void whoever_walks_back_to_the_connection_commits_by_the_protocol() throws Exception {
        List<List<@Nullable String>> before = rig.rows(STOCK);
        rig.rolledBack(() -> {
            try (Connection connection = rig.managed.getConnection();
                    PreparedStatement update = connection.prepareStatement("UPDATE stock SET amount = 5 WHERE id = 1");
                    Statement query = connection.createStatement()) {
                connection.setAutoCommit(false);
                try (ResultSet rows = query.executeQuery("SELECT id FROM stock");
                        ResultSet tables = connection.getMetaData().getTables(null, null, "%", null)) {
                    assertThat(rows.getStatement()).isSameAs(query);
                    assertThat(rows.getStatement().getConnection()).isSameAs(connection);
                    Statement behind = tables.getStatement();
                    if (behind != null) {
                        assertThat(behind.getConnection()).isSameAs(connection);
                    }
                }
                assertThat(connection.getMetaData().getConnection()).isSameAs(connection);
                update.executeUpdate();
                assertThat(update.getConnection()).isSameAs(connection);
                update.getConnection().commit();
                assertThat(rig.undoLogs()).isEqualTo(1);
                assertThat(rig.tc.transactions().get(0).branches()).hasSize(1);
            }
        });
        assertThat(rig.rows(STOCK)).isEqualTo(before);
    }

    @Test
    void a_statement_whose_batch_was_cleared_runs_again_alone_and_in_a_batch() throws Exception {
        List<List<@Nullable String>> before = rig.rows(STOCK);
        rig.rolledBack(() -> {
            try (Connection connection = rig.managed.getConnection();
                    PreparedStatement insert = connection.prepareStatement("INSERT INTO stock VALUES (?, 'n', 1)");
                    Statement plain = connection.createStatement()) {
                insert.setInt(1, 50);
                insert.addBatch();
                insert.clearBatch();
                insert.setInt(1, 51);
                assertThat(insert.executeUpdate()).isEqualTo(1);
                insert.setInt(1, 52);
                insert.addBatch();
                assertThat(insert.executeBatch()).hasSize(1);
                plain.addBatch("DELETE FROM stock");
                plain.clearBatch();
                assertThat(plain.executeBatch()).isEmpty();
                assertThat(plain.executeUpdate("UPDATE stock SET amount = 0 WHERE id = 2"))
                        .isEqualTo(1);
            }
            assertThat(rig.rows("SELECT id FROM stock ORDER BY id"))
                    .containsExactly(cells(1), cells(2), cells(51), cells(52));
        });
        assertThat(rig.rows(STOCK)).isEqualTo(before);
    }

    // ---- several statements in one text

    @Test
    void a_second_statement_in_a_text_is_refused_before_the_first_runs() throws Exception {
        List<List<@Nullable String>> before = rig.rows(STOCK);
        rig.committed(() -> {
            for (String sql : List.of(
                    "UPDATE stock SET amount = 0; DELETE FROM stock",
                    "UPDATE stock SET kind = ';' ; /* and */ COMMIT",
                    "SELECT 1; DELETE FROM stock",
                    "/* lockstep:uncaptured */ DELETE FROM stock; COMMIT",
                    "; DELETE FROM stock")) {
                try (Connection connection = rig.managed.getConnection();
                        Statement plain = connection.createStatement()) {
                    assertSecondRefused(() -> plain.execute(sql));
                    assertSecondRefused(() -> plain.executeUpdate(sql));
                    assertSecondRefused(() -> plain.executeQuery(sql));
                    assertSecondRefused(() -> {
                        plain.addBatch(sql);
                        plain.executeBatch();
                    });
                    assertSecondRefused(() -> {
                        try (PreparedStatement prepared = connection.prepareStatement(sql)) {
                            prepared.execute();
                        }
                    });
                }
            }
        });
        assertThat(rig.rows(STOCK)).isEqualTo(before);
    }

    private static void assertSecondRefused(ThrowingCallable run) {
        assertThatThrownBy(run)
                .isInstanceOf(UnsupportedSqlException.class)
                .hasMessageContaining("a second statement begins with");
    }

    @Test
    void a_semicolon_that_separates_nothing_does_no_harm() throws Exception {
        List<List<@Nullable String>> before = rig.rows(STOCK);
        rig.rolledBack(() -> {
            assertThat(rig.update("UPDATE stock SET kind = 'x;y' WHERE id = 1;"))
                    .isEqualTo(1);
            assertThat(rig.update("INSERT INTO stock VALUES (3, ';', 0) /* ; */ ;"))
                    .isEqualTo(1);
            assertThat(rig.update("DELETE FROM stock WHERE kind = ';' ;")).isEqualTo(1);
            assertThat(rig.rows(STOCK)).containsExactly(cells(1, "x;y", 10), cells(2, "b", 20));
        });
        assertThat(rig.rows(STOCK)).isEqualTo(before);
    }

    // ---- reads

    @Test
    void queries_reach_the_database_as_they_stand_and_cost_nothing_else() throws Exception {
        rig.committed(() -> {
            try (Connection connection = rig.managed.getConnection();
                    Statement plain = connection.createStatement()) {
                // Some databases are asked once what the session's texts mean.
                plain.executeQuery("SELECT 1").close();
                int mark = rig.raw.executed().size();
                List<String> sent = new ArrayList<>();
                for (int i = 0; i < 300; i++) {
                    String sql = "SELECT kind, amount + " + i + " FROM stock WHERE id IN (1, " + i
                            + ") OR kind LIKE 'x;UPDATE%' GROUP BY kind, amount -- " + i;
                    sent.add(sql);
                    plain.executeQuery(sql).close();
                }
                try (PreparedStatement prepared =
                        connection.prepareStatement("SELECT amount FROM stock WHERE id = ?")) {
                    for (int i = 0; i < 300; i++) {
                        prepared.setInt(1, i);
                        sent.add("SELECT amount FROM stock WHERE id = ?");
                        prepared.executeQuery().close();
                    }
                }
                assertThat(rig.raw.executed().subList(mark, rig.raw.executed().size()))
                        .isEqualTo(sent);
            }
            assertThat(rig.tc.transactions().get(0).branches()).isEmpty();
        });
    }

    // ---- undo logs of others

    @Test
    void undo_logs_that_only_other_serializers_read_are_kept_until_somebody_can() throws Exception {
        List<List<@Nullable String>> before = rig.rows(STOCK);
        TransactionView open = rig.leftOpen(() -> rig.update("UPDATE stock SET amount = 1 WHERE id = 1"));
        for (String serializer : List.of("kryo", "protostuff", "fastjson", "fst")) {
            rig.plain("UPDATE undo_log SET context = 'serializer=" + serializer + "&compressorType=NONE'");
            assertThat(rig.rollBack(open, 0)).as(serializer).isEqualTo(BranchStatus.PhaseTwo_RollbackFailed_Retryable);
            assertThat(rig.undoLogs()).isEqualTo(1);
            assertThat(rig.number("SELECT amount FROM stock WHERE id = 1")).isEqualTo(1);
        }
        rig.plain("UPDATE undo_log SET context = 'compressorType=NONE&serializer=jackson'");
        assertThat(rig.rollBack(open, 0)).isEqualTo(BranchStatus.PhaseTwo_Rollbacked);
        assertThat(rig.rows(STOCK)).isEqualTo(before);
    }

    private static List<@Nullable String> cells(@Nullable Object... cells) {
        return DialectContract.cells(cells);
    }
}
