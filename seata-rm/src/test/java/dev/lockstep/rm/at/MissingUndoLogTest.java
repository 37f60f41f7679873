package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.rm.ResourceManager;
import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.testing.memory.BranchView;
import dev.lockstep.testing.memory.TransactionView;
import dev.lockstep.tm.GlobalTransactionDefinition;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** That no undo log is found does not mean that nothing is to be undone where this process has committed the branch. */
final class MissingUndoLogTest {

    private Rig rig;

    @BeforeEach
    void open() throws SQLException {
        // One that waits for another to end the same branch must not give up where the machine stands still.
        rig = new Rig(
                "",
                ResourceManagerOptions.builder()
                        .rollbackLockWait(Duration.ofSeconds(20))
                        .build());
        rig.plain("CREATE TABLE stock (id INT PRIMARY KEY, amount INT)", "INSERT INTO stock VALUES (1, 10)");
        await().until(() -> rig.raw.executed().stream().anyMatch(sql -> sql.contains("INFORMATION_SCHEMA.SETTINGS")));
        await().until(() -> rig.raw.openConnections() == 0);
    }

    @AfterEach
    void close() throws SQLException {
        rig.close();
    }

    private TransactionView left() {
        return rig.leftOpen(() -> rig.update("UPDATE stock SET amount = 1 WHERE id = 1"));
    }

    /** A branch for each row. */
    private TransactionView leftOnRows(int rows) throws SQLException {
        rig.plain("INSERT INTO stock SELECT x, 10 FROM system_range(2, " + rows + ")");
        return rig.leftOpen(IntStream.rangeClosed(1, rows)
                .mapToObj(id -> (Rig.Work) () -> rig.update("UPDATE stock SET amount = 1 WHERE id = ?", id))
                .toArray(Rig.Work[]::new));
    }

    private long amount() throws SQLException {
        return rig.number("SELECT amount FROM stock");
    }

    /** The same application, started anew or a second time. */
    private ResourceManager another() throws SQLException {
        ResourceManager other = new ResourceManager(rig.client, rig.client, ResourceManagerOptions.defaults());
        other.wrap(rig.raw).unwrap(AtDataSource.class).open();
        return other;
    }

    private BranchStatus rollBack(ResourceManager by, TransactionView open) {
        BranchView branch = open.branches().get(0);
        return by.branchRollback(BranchType.AT, open.xid(), branch.branchId(), rig.resourceId, null);
    }

    @Test
    void a_branch_whose_undo_log_was_deleted_is_not_told_as_rolled_back() throws Exception {
        TransactionView open = left();
        rig.plain("DELETE FROM undo_log");

        assertThat(rig.rollBack(open, 0)).isEqualTo(BranchStatus.PhaseTwo_RollbackFailed_Retryable);
        assertThat(rig.rollBack(open, 0)).as("asked again").isEqualTo(BranchStatus.PhaseTwo_RollbackFailed_Retryable);
        assertThat(rig.markers()).isZero();
    }

    @Test
    void an_undo_log_that_was_put_back_rolls_the_branch_back() throws Exception {
        TransactionView open = left();
        rig.plain("CREATE TABLE aside AS SELECT * FROM undo_log", "DELETE FROM undo_log");
        assertThat(rig.rollBack(open, 0)).isEqualTo(BranchStatus.PhaseTwo_RollbackFailed_Retryable);

        rig.plain("INSERT INTO undo_log SELECT * FROM aside");

        assertThat(rig.rollBack(open, 0)).isEqualTo(BranchStatus.PhaseTwo_Rollbacked);
        assertThat(amount()).isEqualTo(10);
    }

    @Test
    void a_marker_that_a_human_puts_in_its_place_ends_the_branch() throws Exception {
        TransactionView open = left();
        rig.plain("DELETE FROM undo_log");
        long branchId = open.branches().get(0).branchId();

        rig.plain("INSERT INTO undo_log (branch_id, xid, context, rollback_info, log_status, log_created, log_modified)"
                + " VALUES (" + branchId + ", '" + open.xid() + "', 'serializer=jackson', '{}', 1, now(), now())");

        assertThat(rig.rollBack(open, 0)).isEqualTo(BranchStatus.PhaseTwo_Rollbacked);
        assertThat(rig.rollBack(open, 0)).isEqualTo(BranchStatus.PhaseTwo_Rollbacked);
    }

    @Test
    void a_branch_that_another_instance_has_rolled_back_is_told_as_rolled_back_when_asked_again() throws Exception {
        TransactionView open = left();
        try (ResourceManager other = another()) {
            assertThat(rollBack(other, open)).isEqualTo(BranchStatus.PhaseTwo_Rollbacked);
        }
        assertThat(amount()).isEqualTo(10);

        assertThat(rig.rollBack(open, 0)).isEqualTo(BranchStatus.PhaseTwo_Rollbacked);
        assertThat(rig.rollBack(open, 0)).isEqualTo(BranchStatus.PhaseTwo_Rollbacked);
        assertThat(amount()).isEqualTo(10);
    }

    @Test
    void the_note_of_another_instance_is_there_for_who_has_committed_the_branch_however_often_others_are_asked()
            throws Exception {
        TransactionView open = left();
        try (ResourceManager other = another()) {
            assertThat(rollBack(other, open)).isEqualTo(BranchStatus.PhaseTwo_Rollbacked);
            assertThat(rollBack(other, open)).isEqualTo(BranchStatus.PhaseTwo_Rollbacked);
        }

        assertThat(rig.rollBack(open, 0)).isEqualTo(BranchStatus.PhaseTwo_Rollbacked);
        assertThat(amount()).isEqualTo(10);
    }

    @Test
    void who_did_not_commit_the_branch_cannot_know_and_leaves_a_marker() throws Exception {
        TransactionView open = left();
        rig.plain("DELETE FROM undo_log");
        try (ResourceManager other = another()) {
            assertThat(rollBack(other, open)).isEqualTo(BranchStatus.PhaseTwo_Rollbacked);
        }
        assertThat(rig.markers()).isEqualTo(1);
    }

    @Test
    void once_a_human_was_told_of_a_dirty_write_he_may_delete_the_undo_log() throws Exception {
        TransactionView open = left();
        rig.plain("UPDATE stock SET amount = 99");
        assertThat(rig.rollBack(open, 0)).isEqualTo(BranchStatus.PhaseTwo_RollbackFailed_Unretryable);

        rig.plain("UPDATE stock SET amount = 10", "DELETE FROM undo_log");

        assertThat(rig.rollBack(open, 0)).isEqualTo(BranchStatus.PhaseTwo_Rollbacked);
    }

    @Test
    void two_threads_that_are_asked_for_a_branch_at_once_both_tell_it_as_rolled_back() throws Exception {
        TransactionView open = leftOnRows(20);
        for (int branch = 0; branch < 20; branch++) {
            int asked = branch;
            CompletableFuture<BranchStatus> one = CompletableFuture.supplyAsync(() -> rig.rollBack(open, asked));
            CompletableFuture<BranchStatus> other = CompletableFuture.supplyAsync(() -> rig.rollBack(open, asked));

            assertThat(List.of(one.get(), other.get())).containsOnly(BranchStatus.PhaseTwo_Rollbacked);
        }
        assertThat(rig.number("SELECT COUNT(*) FROM stock WHERE amount = 10")).isEqualTo(20);
    }

    @Test
    void a_branch_whose_local_commit_failed_is_told_as_rolled_back() throws Exception {
        rig.raw.onNextCommit(real -> {
            real.rollback();
            throw new SQLException("refused, as planned by the test", "23505");
        });
        Throwable failure = null;
        TransactionView[] seen = new TransactionView[1];
        try {
            rig.template.execute(GlobalTransactionDefinition.named("fails"), () -> {
                try {
                    return rig.update("UPDATE stock SET amount = 1 WHERE id = 1");
                } finally {
                    seen[0] = rig.tc.transactions().get(0);
                }
            });
        } catch (SQLException e) {
            failure = e;
        }

        assertThat(failure).isNotNull();
        assertThat(seen[0].branches()).hasSize(1);
        assertThat(rig.rollBack(seen[0], 0)).isEqualTo(BranchStatus.PhaseTwo_Rollbacked);
    }

    @Test
    void every_branch_of_many_is_remembered() throws Exception {
        TransactionView open = leftOnRows(40);
        rig.plain("DELETE FROM undo_log");

        assertThat(IntStream.range(0, 40).mapToObj(i -> rig.rollBack(open, i)).collect(Collectors.toSet()))
                .containsExactly(BranchStatus.PhaseTwo_RollbackFailed_Retryable);
    }
}
