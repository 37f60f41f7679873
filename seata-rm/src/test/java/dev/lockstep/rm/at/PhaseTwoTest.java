package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lockstep.rm.DirtyWrite;
import dev.lockstep.rm.ResourceManager;
import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.rm.failure.BranchNotCommittedException;
import dev.lockstep.testing.memory.BranchView;
import dev.lockstep.testing.memory.TransactionView;
import dev.lockstep.tm.GlobalTransactionDefinition;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** What the RM answers to the TC's commands, and what it leaves in the database. */
final class PhaseTwoTest {

    private Rig rig;

    @BeforeEach
    void open() throws SQLException {
        rig = new Rig("");
        rig.plain(
                "CREATE TABLE stock (id INT PRIMARY KEY, amount INT, name VARCHAR(9))",
                "INSERT INTO stock VALUES (1, 10, 'a'), (2, 20, 'b')");
        await().until(() -> rig.raw.executed().stream().anyMatch(sql -> sql.contains("INFORMATION_SCHEMA.SETTINGS")));
        await().until(() -> rig.raw.openConnections() == 0);
    }

    @AfterEach
    void close() throws SQLException {
        rig.close();
        assertThat(rig.raw.openConnections()).isZero();
    }

    private BranchStatus commit(TransactionView transaction, int branch) {
        return rig.rm.branchCommit(
                BranchType.AT,
                transaction.xid(),
                transaction.branches().get(branch).branchId(),
                rig.resourceId,
                null);
    }

    @Test
    void a_rollback_may_be_repeated() throws Exception {
        TransactionView open = rig.leftOpen(() -> rig.update("UPDATE stock SET amount = 1 WHERE id = 1"));

        assertThat(rig.rollBack(open, 0)).isEqualTo(BranchStatus.PhaseTwo_Rollbacked);
        assertThat(amounts()).containsExactly(10L, 20L);
        assertThat(rig.undoLogs() + rig.markers()).isZero();
        assertThat(rig.rollBack(open, 0)).isEqualTo(BranchStatus.PhaseTwo_Rollbacked);
        assertThat(rig.markers()).isEqualTo(1);
        assertThat(rig.rollBack(open, 0)).isEqualTo(BranchStatus.PhaseTwo_Rollbacked);
        assertThat(rig.markers()).isEqualTo(1);
    }

    @Test
    void rollback_leaves_a_marker_when_no_undo_log_exists_and_the_late_commit_fails() throws Exception {
        assertThatThrownBy(() -> rig.template.execute(GlobalTransactionDefinition.named("late"), () -> {
                    try (Connection connection = rig.managed.getConnection()) {
                        connection.setAutoCommit(false);
                        Rig.update(connection, "UPDATE stock SET amount = 1 WHERE id = 1");
                        rig.raw.onNextStatement(sql -> {
                            if (sql.startsWith("INSERT INTO \"PUBLIC\".undo_log")) {
                                TransactionView now = rig.tc.transactions().get(0);
                                BranchView branch = now.branches().get(0);
                                assertThat(rig.rm.branchRollback(
                                                BranchType.AT, now.xid(), branch.branchId(), rig.resourceId, null))
                                        .isEqualTo(BranchStatus.PhaseTwo_Rollbacked);
                            }
                        });
                        assertThatThrownBy(connection::commit)
                                .isInstanceOf(BranchNotCommittedException.class)
                                .hasMessageContaining("was rolled back while this local transaction was at work");
                    }
                    throw new Rig.Oops();
                }))
                .isInstanceOf(Rig.Oops.class);
        assertThat(rig.markers()).isEqualTo(1);
        assertThat(amounts()).containsExactly(10L, 20L);
    }

    @Test
    void a_dirty_row_is_not_overwritten_and_keeps_its_undo_log() throws Exception {
        TransactionView open = rig.leftOpen(() -> {
            try (Connection connection = rig.managed.getConnection()) {
                connection.setAutoCommit(false);
                Rig.update(connection, "UPDATE stock SET amount = 1 WHERE id = 1");
                Rig.update(connection, "UPDATE stock SET amount = 2 WHERE id = 2");
                connection.commit();
            }
        });
        rig.plain("UPDATE stock SET amount = 99 WHERE id = 1");

        assertThat(rig.rollBack(open, 0)).isEqualTo(BranchStatus.PhaseTwo_RollbackFailed_Unretryable);
        assertThat(amounts()).as("nothing half undone").containsExactly(99L, 2L);
        assertThat(rig.undoLogs()).isEqualTo(1);

        rig.plain("UPDATE stock SET amount = 1 WHERE id = 1");
        assertThat(rig.rollBack(open, 0)).isEqualTo(BranchStatus.PhaseTwo_Rollbacked);
        assertThat(amounts()).containsExactly(10L, 20L);
    }

    @Test
    void a_row_that_is_gone_or_back_already_is_judged_by_itself() throws Exception {
        TransactionView updated = rig.leftOpen(() -> rig.update("UPDATE stock SET amount = amount + 1"));
        rig.plain("UPDATE stock SET amount = 10 WHERE id = 1");
        assertThat(rig.rollBack(updated, 0)).isEqualTo(BranchStatus.PhaseTwo_Rollbacked);
        assertThat(amounts()).containsExactly(10L, 20L);
    }

    @Test
    void rows_deleted_or_inserted_by_others_are_dirty() throws Exception {
        TransactionView open = rig.leftOpen(
                () -> rig.update("UPDATE stock SET amount = 1 WHERE id = 1"),
                () -> rig.update("INSERT INTO stock VALUES (3, 30, 'c')"),
                () -> rig.update("DELETE FROM stock WHERE id = 2"));
        rig.plain(
                "DELETE FROM stock WHERE id = 1",
                "UPDATE stock SET name = 'x' WHERE id = 3",
                "INSERT INTO stock VALUES (2, 21, 'other')");
        for (int branch = 2; branch >= 0; branch--) {
            assertThat(rig.rollBack(open, branch)).isEqualTo(BranchStatus.PhaseTwo_RollbackFailed_Unretryable);
        }
        assertThat(rig.rows("SELECT * FROM stock ORDER BY id"))
                .containsExactly(DialectContract.cells(2, 21, "other"), DialectContract.cells(3, 30, "x"));
    }

    @Test
    void columns_that_the_branch_did_not_change_may_change_meanwhile() throws Exception {
        TransactionView open = rig.leftOpen(() -> rig.update("UPDATE stock SET amount = 1 WHERE id = 1"));
        rig.plain("UPDATE stock SET name = 'new' WHERE id = 1");
        assertThat(rig.rollBack(open, 0)).isEqualTo(BranchStatus.PhaseTwo_Rollbacked);
        assertThat(rig.rows("SELECT * FROM stock WHERE id = 1")).containsExactly(DialectContract.cells(1, 10, "new"));
    }

    @Test
    void an_earlier_branch_asked_first_takes_the_later_ones_with_it() throws Exception {
        TransactionView open = rig.leftOpen(
                () -> rig.update("UPDATE stock SET amount = 1 WHERE id = 1"),
                () -> rig.update("UPDATE stock SET amount = 2 WHERE id = 1"));
        assertThat(rig.rollBack(open, 0)).isEqualTo(BranchStatus.PhaseTwo_Rollbacked);
        assertThat(amounts()).as("both undone before the first is answered").containsExactly(10L, 20L);
        assertThat(rig.undoLogs()).isZero();
        assertThat(rig.rollBack(open, 1)).isEqualTo(BranchStatus.PhaseTwo_Rollbacked);
        assertThat(rig.markers()).as("nothing left behind").isZero();
    }

    @Test
    void a_row_that_a_later_branch_has_set_back_is_not_taken_for_undone() throws Exception {
        TransactionView open = rig.leftOpen(
                () -> rig.update("UPDATE stock SET amount = 1 WHERE id = 1"),
                () -> rig.update("UPDATE stock SET amount = 10 WHERE id = 1"));
        assertThat(rig.rollBack(open, 0)).isEqualTo(BranchStatus.PhaseTwo_Rollbacked);
        assertThat(rig.rollBack(open, 1)).isEqualTo(BranchStatus.PhaseTwo_Rollbacked);
        assertThat(amounts()).containsExactly(10L, 20L);
        assertThat(rig.undoLogs() + rig.markers()).isZero();
    }

    @Test
    void branches_that_share_no_row_are_undone_in_any_order() throws Exception {
        TransactionView open = rig.leftOpen(
                () -> rig.update("UPDATE stock SET amount = 1 WHERE id = 1"),
                () -> rig.update("UPDATE stock SET amount = 2 WHERE id = 2"),
                () -> rig.update("INSERT INTO stock VALUES (3, 30, 'c')"));
        for (int branch : List.of(1, 0, 2)) {
            assertThat(rig.rollBack(open, branch)).isEqualTo(BranchStatus.PhaseTwo_Rollbacked);
        }
        assertThat(amounts()).containsExactly(10L, 20L);
        assertThat(rig.undoLogs() + rig.markers()).isZero();
    }

    @Test
    void a_branch_without_undo_log_asked_first_still_takes_the_later_ones_with_it() throws Exception {
        TransactionView open = rig.leftOpen(
                () -> rig.update("UPDATE stock SET amount = 1 WHERE id = 2"),
                () -> rig.update("UPDATE stock SET amount = 2 WHERE id = 1"));
        // The TC knows the first branch, which was never committed as far as this instance knows: its locks go with its
        // answer.
        rig.plain(
                "DELETE FROM undo_log WHERE branch_id = "
                        + open.branches().get(0).branchId(),
                "UPDATE stock SET amount = 20 WHERE id = 2");
        try (ResourceManager other = new ResourceManager(rig.client, rig.client, ResourceManagerOptions.defaults())) {
            other.wrap(rig.raw).unwrap(AtDataSource.class).open();
            assertThat(other.branchRollback(
                            BranchType.AT, open.xid(), open.branches().get(0).branchId(), rig.resourceId, null))
                    .isEqualTo(BranchStatus.PhaseTwo_Rollbacked);
        }
        assertThat(amounts()).containsExactly(10L, 20L);
        assertThat(rig.markers())
                .as("of the first branch, and the note of the second")
                .isEqualTo(2);
        assertThat(rig.rollBack(open, 1)).isEqualTo(BranchStatus.PhaseTwo_Rollbacked);
        assertThat(rig.markers()).isEqualTo(1);
    }

    @Test
    void a_stranger_on_a_later_branch_does_not_keep_the_others_from_being_undone() throws Exception {
        TransactionView open = rig.leftOpen(
                () -> rig.update("UPDATE stock SET amount = 1 WHERE id = 1"),
                () -> rig.update("UPDATE stock SET amount = 2 WHERE id = 2"));
        rig.plain("UPDATE stock SET amount = 99 WHERE id = 2");
        assertThat(rig.rollBack(open, 0)).isEqualTo(BranchStatus.PhaseTwo_Rollbacked);
        assertThat(amounts()).containsExactly(10L, 99L);
        assertThat(rig.rollBack(open, 1)).isEqualTo(BranchStatus.PhaseTwo_RollbackFailed_Unretryable);
    }

    @Test
    void a_dirty_write_is_told_and_its_undo_log_flagged_and_kept_from_every_sweep() throws Exception {
        List<DirtyWrite> told = new CopyOnWriteArrayList<>();
        rig.close();
        rig = new Rig(
                "",
                ResourceManagerOptions.builder().dirtyWriteListener(told::add).build());
        rig.plain(
                "CREATE TABLE stock (id INT PRIMARY KEY, amount INT, name VARCHAR(9))",
                "INSERT INTO stock VALUES (1, 10, 'a'), (2, 20, 'b')");
        TransactionView open = rig.leftOpen(() -> rig.update("UPDATE stock SET amount = 1 WHERE id = 1"));
        rig.plain("UPDATE stock SET amount = 99 WHERE id = 1");
        assertThat(rig.rollBack(open, 0)).isEqualTo(BranchStatus.PhaseTwo_RollbackFailed_Unretryable);

        long branchId = open.branches().get(0).branchId();
        assertThat(told)
                .containsExactly(new DirtyWrite(rig.resourceId, open.xid(), branchId, "STOCK", "1", "AMOUNT", 1, 99));
        assertThat(rig.rows("SELECT context FROM undo_log").get(0).get(0))
                .matches("serializer=jackson&compressorType=NONE&crc32=[0-9a-f]{8}&lockstep=dirty");
        rig.plain("UPDATE undo_log SET log_created = TIMESTAMPADD(DAY, -8, CURRENT_TIMESTAMP)");
        rig.rm.deleteUndoLogs(rig.resourceId, 7);
        assertThat(rig.undoLogs()).isEqualTo(1);

        rig.plain("UPDATE stock SET amount = 1 WHERE id = 1");
        assertThat(rig.rollBack(open, 0)).isEqualTo(BranchStatus.PhaseTwo_Rollbacked);
        assertThat(amounts()).containsExactly(10L, 20L);
    }

    @Test
    void while_a_branch_is_rolled_back_the_log_has_its_xid_and_its_branch_id_and_afterwards_what_it_had()
            throws Exception {
        List<Map<String, String>> seen = new CopyOnWriteArrayList<>();
        rig.close();
        rig = new Rig(
                "",
                ResourceManagerOptions.builder()
                        .dirtyWriteListener(dirtyWrite -> seen.add(MDC.getCopyOfContextMap()))
                        .build());
        rig.plain(
                "CREATE TABLE stock (id INT PRIMARY KEY, amount INT, name VARCHAR(9))",
                "INSERT INTO stock VALUES (1, 10, 'a'), (2, 20, 'b')");
        TransactionView open = rig.leftOpen(() -> rig.update("UPDATE stock SET amount = 1 WHERE id = 1"));
        rig.plain("UPDATE stock SET amount = 99 WHERE id = 1");

        rig.rollBack(open, 0);
        assertThat(MDC.get("X-TX-XID")).isNull();
        MDC.put("X-TX-XID", "of the caller");
        try {
            rig.rollBack(open, 0);
            assertThat(MDC.get("X-TX-XID")).isEqualTo("of the caller");
            assertThat(MDC.get("X-TX-BRANCH-ID")).isNull();
        } finally {
            MDC.remove("X-TX-XID");
        }

        assertThat(seen)
                .isNotEmpty()
                .allSatisfy(keys -> assertThat(keys)
                        .containsEntry("X-TX-XID", open.xid())
                        .containsEntry(
                                "X-TX-BRANCH-ID",
                                Long.toString(open.branches().get(0).branchId())));

        rig.plain("UPDATE stock SET amount = 1 WHERE id = 1");
        assertThat(rig.rollBack(open, 0)).isEqualTo(BranchStatus.PhaseTwo_Rollbacked);
    }

    @Test
    void a_stranger_on_a_row_of_two_branches_is_a_dirty_write_all_the_same() throws Exception {
        TransactionView open = rig.leftOpen(
                () -> rig.update("UPDATE stock SET amount = 1 WHERE id = 1"),
                () -> rig.update("UPDATE stock SET amount = 2 WHERE id = 1"));
        rig.plain("UPDATE stock SET amount = 99 WHERE id = 1");
        assertThat(rig.rollBack(open, 1)).isEqualTo(BranchStatus.PhaseTwo_RollbackFailed_Unretryable);
    }

    @Test
    void later_branches_that_delete_and_insert_the_row_are_undone_before_it() throws Exception {
        TransactionView open = rig.leftOpen(
                () -> rig.update("UPDATE stock SET amount = 1 WHERE id = 1"),
                () -> rig.update("DELETE FROM stock WHERE id = 1"),
                () -> rig.update("INSERT INTO stock VALUES (1, 3, 'c')"));
        for (int branch : List.of(1, 0, 2)) {
            assertThat(rig.rollBack(open, branch)).isEqualTo(BranchStatus.PhaseTwo_Rollbacked);
        }
        assertThat(amounts()).containsExactly(10L, 20L);
        assertThat(rig.undoLogs() + rig.markers()).isZero();
    }

    @Test
    void a_row_locked_by_a_session_ends_in_a_retryable_answer() throws Exception {
        TransactionView open = rig.leftOpen(() -> rig.update("UPDATE stock SET amount = 1 WHERE id = 1"));
        rig.close();
        assertThat(rig.rollBack(open, 0)).isEqualTo(BranchStatus.PhaseTwo_RollbackFailed_Retryable);
        open();
        TransactionView locked = rig.leftOpen(() -> rig.update("UPDATE stock SET amount = 1 WHERE id = 1"));
        try (Connection holder = rig.raw.getConnection()) {
            holder.setAutoCommit(false);
            holder.createStatement().executeQuery("SELECT * FROM stock FOR UPDATE");
            assertThat(CompletableFuture.supplyAsync(() -> rig.rollBack(locked, 0))
                            .get(20, TimeUnit.SECONDS))
                    .isEqualTo(BranchStatus.PhaseTwo_RollbackFailed_Retryable);
            holder.rollback();
        }
        assertThat(rig.rollBack(locked, 0)).isEqualTo(BranchStatus.PhaseTwo_Rollbacked);
    }

    @Test
    void a_log_that_an_official_client_has_spread_over_rows_is_undone_and_deleted_whole() throws Exception {
        TransactionView open = rig.leftOpen(
                () -> rig.update("UPDATE stock SET amount = 1 WHERE id = 1"),
                () -> rig.update("UPDATE stock SET amount = 1 WHERE id = 2"));
        spread(open, 0, 501, 400);
        spread(open, 1, 301, 302);
        assertThat(rig.undoLogs()).isEqualTo(6);

        assertThat(rig.rollBack(open, 1)).isEqualTo(BranchStatus.PhaseTwo_Rollbacked);
        assertThat(rig.undoLogs()).isEqualTo(3);
        assertThat(amounts()).containsExactly(1L, 20L);
        assertThat(commit(open, 0)).isEqualTo(BranchStatus.PhaseTwo_Committed);
        await().until(() -> rig.undoLogs() == 0);
    }

    /** As MySQLUndoLogManager does it from 2.2 on. */
    private void spread(TransactionView open, int branch, long second, long third) throws SQLException {
        long first = open.branches().get(branch).branchId();
        try (Connection connection = rig.raw.getConnection();
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO undo_log SELECT ?, xid, ?, ?, 0, log_created, log_modified FROM undo_log"
                                + " WHERE branch_id = ?");
                PreparedStatement read =
                        connection.prepareStatement("SELECT rollback_info FROM undo_log WHERE branch_id = ?");
                PreparedStatement cut = connection.prepareStatement(
                        "UPDATE undo_log SET rollback_info = ?, context = context || ? WHERE branch_id = ?")) {
            read.setLong(1, first);
            byte[] whole;
            try (ResultSet row = read.executeQuery()) {
                row.next();
                whole = row.getBytes(1);
            }
            int third1 = whole.length / 3;
            long[] ids = {second, third};
            for (int i = 0; i < 2; i++) {
                insert.setLong(1, ids[i]);
                insert.setString(2, "branchId=" + first);
                insert.setBytes(3, Arrays.copyOfRange(whole, third1 * (i + 1), i == 0 ? 2 * third1 : whole.length));
                insert.setLong(4, first);
                insert.executeUpdate();
            }
            cut.setBytes(1, Arrays.copyOf(whole, third1));
            cut.setString(2, "&subId=" + second + "," + third + ",");
            cut.setLong(3, first);
            cut.executeUpdate();
        }
    }

    @Test
    void undo_logs_of_other_serializers_are_named_and_kept() throws Exception {
        TransactionView open = rig.leftOpen(() -> rig.update("UPDATE stock SET amount = 1 WHERE id = 1"));
        rig.plain("UPDATE undo_log SET context = 'serializer=kryo&compressorType=NONE'");
        assertThat(rig.rollBack(open, 0)).isEqualTo(BranchStatus.PhaseTwo_RollbackFailed_Retryable);
        rig.plain("UPDATE undo_log SET context = 'compressorType=NONE&unknown=1&serializer=jackson'");
        assertThat(rig.rollBack(open, 0)).isEqualTo(BranchStatus.PhaseTwo_Rollbacked);
    }

    @Test
    void a_commit_is_answered_at_once_and_deletes_its_undo_log_later() throws Exception {
        TransactionView open = rig.leftOpen(
                () -> rig.update("UPDATE stock SET amount = 1 WHERE id = 1"),
                () -> rig.update("UPDATE stock SET amount = 1 WHERE id = 2"));
        try (Connection holder = rig.raw.getConnection()) {
            holder.setAutoCommit(false);
            holder.createStatement().executeQuery("SELECT * FROM undo_log FOR UPDATE");
            assertThat(commit(open, 0)).isEqualTo(BranchStatus.PhaseTwo_Committed);
            assertThat(commit(open, 0)).isEqualTo(BranchStatus.PhaseTwo_Committed);
            assertThat(commit(open, 1)).isEqualTo(BranchStatus.PhaseTwo_Committed);
            assertThat(rig.undoLogs()).isEqualTo(2);
            holder.rollback();
        }
        // Those that were held may be put off for some seconds.
        await().atMost(Duration.ofSeconds(30)).until(() -> rig.undoLogs() == 0);
        assertThat(amounts()).containsExactly(1L, 1L);
    }

    @Test
    void undo_logs_are_deleted_in_batches_and_drained_at_close() throws Exception {
        for (int i = 0; i < 1000; i++) {
            rig.plain("INSERT INTO undo_log VALUES (" + i
                    + ", 'x', 'c', X'00', 0, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP)");
        }
        rig.raw.executed().clear();
        for (int i = 0; i < 1000; i++) {
            assertThat(rig.rm.branchCommit(BranchType.AT, "x", i, rig.resourceId, null))
                    .isEqualTo(BranchStatus.PhaseTwo_Committed);
        }
        rig.rm.close();
        assertThat(rig.undoLogs()).isZero();
        assertThat(rig.raw.executed().stream()
                        .filter(sql -> sql.startsWith("DELETE"))
                        .count())
                .isLessThan(1000);
        assertThat(rig.rm.branchCommit(BranchType.AT, "x", 1, rig.resourceId, null))
                .isEqualTo(BranchStatus.PhaseTwo_CommitFailed_Retryable);
    }

    @Test
    void a_full_queue_sends_the_tc_away_to_come_again() throws Exception {
        rig.close();
        rig = new Rig(
                "", ResourceManagerOptions.builder().asyncCommitBufferLimit(2).build());
        await().until(() -> rig.raw.executed().stream().anyMatch(sql -> sql.contains("INFORMATION_SCHEMA.SETTINGS")));
        await().until(() ->
                rig.rm.branchCommit(BranchType.AT, "x", 0, rig.resourceId, null) == BranchStatus.PhaseTwo_Committed);
        rig.raw.refuseConnections(true);
        await().until(() -> rig.rm.branchCommit(BranchType.AT, "x", 1, rig.resourceId, null)
                == BranchStatus.PhaseTwo_CommitFailed_Retryable);
        rig.raw.refuseConnections(false);
    }

    @Test
    void what_is_unknown_is_retryable() {
        assertThat(rig.rm.branchCommit(BranchType.AT, "x", 1, "jdbc:h2:mem:nowhere", null))
                .isEqualTo(BranchStatus.PhaseTwo_CommitFailed_Retryable);
        assertThat(rig.rm.branchRollback(BranchType.AT, "x", 1, "jdbc:h2:mem:nowhere", null))
                .isEqualTo(BranchStatus.PhaseTwo_RollbackFailed_Retryable);
        assertThat(rig.rm.branchRollback(BranchType.TCC, "x", 1, rig.resourceId, null))
                .isEqualTo(BranchStatus.PhaseTwo_RollbackFailed_Retryable);
        rig.rm.deleteUndoLogs("jdbc:h2:mem:nowhere", 7);
    }

    @Test
    void the_sweep_deletes_old_rows_only() throws Exception {
        rig.plain(
                "INSERT INTO undo_log SELECT x, 'old', 'c', X'00', MOD(x, 2), TIMESTAMPADD(DAY, -8, CURRENT_TIMESTAMP),"
                        + " CURRENT_TIMESTAMP FROM SYSTEM_RANGE(1, 7000)",
                "INSERT INTO undo_log SELECT x, 'new', 'c', X'00', MOD(x, 2), TIMESTAMPADD(DAY, -6, CURRENT_TIMESTAMP),"
                        + " CURRENT_TIMESTAMP FROM SYSTEM_RANGE(1, 10)");
        rig.rm.deleteUndoLogs(rig.resourceId, 7);
        assertThat(rig.rows("SELECT DISTINCT xid, COUNT(*) FROM undo_log GROUP BY xid"))
                .containsExactly(DialectContract.cells("new", 10));
    }

    private List<Long> amounts() throws SQLException {
        return List.of(
                rig.number("SELECT amount FROM stock WHERE id = 1"),
                rig.number("SELECT amount FROM stock WHERE id = 2"));
    }
}
