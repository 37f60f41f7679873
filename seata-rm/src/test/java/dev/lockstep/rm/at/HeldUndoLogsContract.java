package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import dev.lockstep.rm.at.dialect.Dialect;
import dev.lockstep.rm.at.dialect.DialectProvider;
import dev.lockstep.rm.at.meta.Namespace;
import dev.lockstep.rm.at.phasetwo.Housekeeping;
import dev.lockstep.rm.at.phasetwo.OrphanSweep;
import dev.lockstep.rm.at.undo.UndoLog;
import dev.lockstep.rm.at.undo.UndoLogFormat;
import dev.lockstep.rm.at.undo.UndoLogTable;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import io.seata.core.model.GlobalStatus;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A row of undo_log that somebody holds for long is left for later, and nobody waits for it meanwhile. */
abstract class HeldUndoLogsContract {

    private static final String XID = "10.0.0.5:8091:1";
    /** Longer than the bounds of all statements together, and far below the 50 s and more that databases wait. */
    static final Duration SOON = Duration.ofSeconds(15);

    static final long HELD = 3;

    Rig rig;
    private UndoLogTable undoLogs;
    private Housekeeping housekeeping;
    private Connection holder;

    private final Rigs rigs;

    HeldUndoLogsContract(Rigs rigs) {
        this.rigs = rigs;
    }

    @BeforeEach
    void open_with_five_undo_logs_of_which_somebody_holds_one() throws SQLException {
        rig = rigs.open();
        holder = rig.raw.getConnection();
        Dialect dialect = DialectProvider.find(holder);
        undoLogs = new UndoLogTable(dialect, "undo_log", Namespace.of(holder), UndoLogFormat.OFFICIAL);
        housekeeping = new Housekeeping(rig.raw, dialect);
        for (long branch = 1; branch <= 5; branch++) {
            undoLogs.insert(holder, new UndoLog(XID, branch, List.of()));
        }
        rig.plain("UPDATE undo_log SET log_created = TIMESTAMP '2020-01-01 00:00:00'");
        holder.setAutoCommit(false);
        assertThat(undoLogs.lock(holder, XID, HELD)).isPresent();
    }

    @AfterEach
    void close() throws SQLException {
        holder.close();
        rig.close();
    }

    void letGo() throws SQLException {
        holder.rollback();
    }

    BranchStatus commit(long branch) {
        return rig.rm.branchCommit(BranchType.AT, XID, branch, rig.resourceId, null);
    }

    @Test
    void the_undo_logs_of_other_branches_are_deleted_meanwhile_and_this_one_in_the_end() throws SQLException {
        await().until(() -> commit(1) == BranchStatus.PhaseTwo_Committed);
        for (long branch = 2; branch <= 5; branch++) {
            assertThat(commit(branch)).isEqualTo(BranchStatus.PhaseTwo_Committed);
        }
        await().atMost(SOON).until(() -> rig.undoLogs() == 1);
        try (Connection connection = rig.raw.getConnection()) {
            undoLogs.insert(connection, new UndoLog(XID, 6, List.of()));
        }
        assertThat(commit(6)).isEqualTo(BranchStatus.PhaseTwo_Committed);
        await().atMost(SOON).until(() -> rig.undoLogs() == 1);
        assertThat(rig.rows("SELECT branch_id FROM undo_log")).containsExactly(DialectContract.cells(HELD));

        letGo();
        rig.rm.close();
        assertThat(rig.undoLogs()).isZero();
    }

    @Test
    void the_sweep_of_the_tc_comes_to_its_end_and_takes_it_the_next_time() throws Exception {
        await().until(() -> !rig.rm.resources().isEmpty());
        soon(() -> rig.rm.deleteUndoLogs(rig.resourceId, 7));
        assertThat(rig.number("SELECT COUNT(*) FROM undo_log WHERE branch_id = " + HELD))
                .isEqualTo(1);
        letGo();
        rig.rm.deleteUndoLogs(rig.resourceId, 7);
        assertThat(rig.undoLogs()).isZero();
    }

    @Test
    void the_search_for_what_was_left_over_comes_to_its_end_and_takes_it_the_next_time() throws Exception {
        OrphanSweep sweep =
                new OrphanSweep(rig.resourceId, housekeeping, undoLogs, Duration.ofHours(24), undoLogs.upkeep()::now);
        soon(() -> sweep.run(xid -> GlobalStatus.Committed));
        assertThat(rig.number("SELECT COUNT(*) FROM undo_log WHERE branch_id = " + HELD))
                .isEqualTo(1);
        letGo();
        sweep.run(xid -> GlobalStatus.Committed);
        assertThat(rig.undoLogs()).isZero();
    }

    @Test
    void its_rollback_is_put_off_before_the_tc_loses_patience() throws Exception {
        await().until(() -> commit(1) == BranchStatus.PhaseTwo_Committed);
        CompletableFuture<BranchStatus> held = CompletableFuture.supplyAsync(() -> rollBack(HELD));
        // A TC waits 15 s.
        assertThat(held.get(14, TimeUnit.SECONDS)).isEqualTo(BranchStatus.PhaseTwo_RollbackFailed_Retryable);
        assertThat(rig.number("SELECT COUNT(*) FROM undo_log WHERE branch_id = " + HELD))
                .isEqualTo(1);
        letGo();
        assertThat(rollBack(HELD)).isEqualTo(BranchStatus.PhaseTwo_Rollbacked);
        assertThat(rig.number("SELECT log_status FROM undo_log WHERE branch_id = " + HELD))
                .as("a note for another instance, which may have written it")
                .isEqualTo(1);
    }

    @Test
    void the_statement_that_people_are_given_to_end_a_branch_ends_it() throws Exception {
        rig.plain(undoLogs.textOfMarker(XID, 7));

        assertThat(rig.number("SELECT log_status FROM undo_log WHERE branch_id = 7"))
                .isEqualTo(1);
        await().until(() -> commit(1) == BranchStatus.PhaseTwo_Committed);
        assertThat(rollBack(7)).isEqualTo(BranchStatus.PhaseTwo_Rollbacked);
    }

    private BranchStatus rollBack(long branch) {
        return rig.rm.branchRollback(BranchType.AT, XID, branch, rig.resourceId, null);
    }

    private static void soon(Runnable work) {
        CompletableFuture<Void> running = CompletableFuture.runAsync(work);
        assertThatCode(() -> running.get(SOON.toMillis(), TimeUnit.MILLISECONDS))
                .doesNotThrowAnyException();
    }
}
