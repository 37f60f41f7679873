package dev.lockstep.rpc.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.port.PromptInbound;
import dev.lockstep.port.UndoLogSweep;
import io.seata.core.exception.TransactionException;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import io.seata.core.model.ResourceManagerInbound;
import io.seata.core.protocol.ResultCode;
import io.seata.core.protocol.transaction.AbstractBranchEndRequest;
import io.seata.core.protocol.transaction.AbstractBranchEndResponse;
import io.seata.core.protocol.transaction.BranchCommitRequest;
import io.seata.core.protocol.transaction.BranchRollbackRequest;
import io.seata.core.protocol.transaction.UndoLogDeleteRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every command is answered exactly once, and nothing worse than "ask again" is ever claimed without the RM's word. */
class BranchCommandHandlerTest {

    private static final int THREADS = 2;
    private static final int QUEUE = 3;

    private final List<AbstractBranchEndResponse> replies = new CopyOnWriteArrayList<>();
    private final List<String> sweeps = new CopyOnWriteArrayList<>();
    private final CountDownLatch release = new CountDownLatch(1);
    private final Thread caller = Thread.currentThread();

    private volatile Callable<@Nullable BranchStatus> onCommit = () -> BranchStatus.PhaseTwo_Committed;
    private volatile Callable<@Nullable BranchStatus> onRollback = () -> BranchStatus.PhaseTwo_Rollbacked;

    private final BranchCommandHandler handler =
            new BranchCommandHandler(new ScriptedRm(), sweep(), THREADS, QUEUE, new CountingEvents(), System::nanoTime);

    @AfterEach
    void let_go_and_close() {
        release.countDown();
        handler.close(Duration.ofSeconds(5));
    }

    @Test
    void answer_carries_xid_branch_and_status_and_says_success() {
        handle(new BranchRollbackRequest(), 5);

        var reply = awaitReplies(1).get(0);
        assertThat(reply.getXid()).isEqualTo("tc:8091:5");
        assertThat(reply.getBranchId()).isEqualTo(5);
        assertThat(reply.getBranchStatus()).isEqualTo(BranchStatus.PhaseTwo_Rollbacked);
        assertThat(reply.getResultCode()).isEqualTo(ResultCode.Success);
    }

    @Test
    void rm_that_throws_means_ask_again() {
        onCommit = () -> {
            throw new TransactionException("thrown by the test");
        };
        onRollback = () -> {
            throw new IllegalStateException("thrown by the test");
        };
        handle(new BranchCommitRequest(), 1);
        awaitReplies(1);
        handle(new BranchRollbackRequest(), 2);

        assertThat(statuses(2))
                .containsExactly(
                        BranchStatus.PhaseTwo_CommitFailed_Retryable, BranchStatus.PhaseTwo_RollbackFailed_Retryable);
    }

    @Test
    void rm_that_fails_with_an_error_means_ask_again() {
        onRollback = () -> {
            throw new NoClassDefFoundError("thrown by the test");
        };
        handle(new BranchRollbackRequest(), 2);

        assertThat(statuses(1)).containsExactly(BranchStatus.PhaseTwo_RollbackFailed_Retryable);
    }

    @Test
    void rm_that_gives_no_status_means_ask_again() {
        onCommit = () -> null;
        handle(new BranchCommitRequest(), 1);

        assertThat(statuses(1)).containsExactly(BranchStatus.PhaseTwo_CommitFailed_Retryable);
    }

    @Test
    void full_queue_means_ask_again_and_each_command_is_answered_once() {
        onRollback = this::waitThenRolledBack;
        for (var i = 0; i < THREADS + QUEUE + 4; i++) {
            handle(new BranchRollbackRequest(), i);
        }

        assertThat(statuses(4)).containsOnly(BranchStatus.PhaseTwo_RollbackFailed_Retryable);
        release.countDown();

        assertThat(awaitReplies(THREADS + QUEUE + 4))
                .extracting(AbstractBranchEndResponse::getBranchId)
                .doesNotHaveDuplicates();
        assertThat(statuses(THREADS + QUEUE + 4).stream().filter(status -> status == BranchStatus.PhaseTwo_Rollbacked))
                .hasSize(THREADS + QUEUE);
    }

    @Test
    void commit_does_not_wait_behind_rollbacks() {
        onRollback = this::waitThenRolledBack;
        for (var i = 0; i < THREADS + QUEUE; i++) {
            handle(new BranchRollbackRequest(), i);
        }
        handle(new BranchCommitRequest(), 77);

        assertThat(statuses(1)).containsExactly(BranchStatus.PhaseTwo_Committed);
    }

    @Test
    void commit_of_an_rm_that_waits_for_nothing_is_answered_on_the_thread_that_brings_it() {
        var prompt = promptHandler(true);
        onCommit = () -> Thread.currentThread() == caller
                ? BranchStatus.PhaseTwo_Committed
                : BranchStatus.PhaseTwo_CommitFailed_Unretryable;

        handle(prompt, new BranchCommitRequest(), 1);

        assertThat(replies)
                .extracting(AbstractBranchEndResponse::getBranchStatus)
                .containsExactly(BranchStatus.PhaseTwo_Committed);
        prompt.close(Duration.ofSeconds(1));
    }

    @Test
    void whoever_waits_for_nothing_today_but_does_not_promise_it_is_called_on_a_thread_of_its_own() {
        var prompt = promptHandler(false);
        onCommit = () -> Thread.currentThread() == caller
                ? BranchStatus.PhaseTwo_CommitFailed_Unretryable
                : BranchStatus.PhaseTwo_Committed;

        handle(prompt, new BranchCommitRequest(), 1);

        assertThat(statuses(1)).containsExactly(BranchStatus.PhaseTwo_Committed);
        prompt.close(Duration.ofSeconds(1));
    }

    @Test
    void rollback_leaves_the_thread_that_brings_it_though_commits_do_not() {
        var prompt = promptHandler(true);
        onRollback = this::waitThenRolledBack;

        handle(prompt, new BranchRollbackRequest(), 1);
        handle(prompt, new BranchCommitRequest(), 2);

        assertThat(statuses(1)).containsExactly(BranchStatus.PhaseTwo_Committed);
        release.countDown();
        assertThat(statuses(2)).contains(BranchStatus.PhaseTwo_Rollbacked);
        prompt.close(Duration.ofSeconds(5));
    }

    @Test
    void prompt_rm_that_throws_means_ask_again_and_so_does_a_command_after_close() {
        var prompt = promptHandler(true);
        onCommit = () -> {
            throw new IllegalStateException("thrown by the test");
        };
        handle(prompt, new BranchCommitRequest(), 1);
        onCommit = () -> BranchStatus.PhaseTwo_Committed;
        prompt.close(Duration.ofSeconds(1));
        handle(prompt, new BranchCommitRequest(), 2);

        assertThat(statuses(2)).containsOnly(BranchStatus.PhaseTwo_CommitFailed_Retryable);
    }

    @Test
    void deletion_of_undo_logs_reaches_the_rm_and_has_no_answer() {
        var deletion = new UndoLogDeleteRequest();
        deletion.setResourceId("r");
        deletion.setSaveDays((short) 7);

        handler.handle(deletion, replies::add);

        await().until(() -> sweeps.equals(List.of("r 7")));
        assertThat(replies).isEmpty();
    }

    @Test
    void command_after_close_means_ask_again() {
        handler.close(Duration.ofSeconds(1));
        handle(new BranchCommitRequest(), 1);

        assertThat(statuses(1)).containsExactly(BranchStatus.PhaseTwo_CommitFailed_Retryable);
    }

    @Test
    void close_waits_for_what_runs_but_not_beyond_its_limit_and_what_waits_then_means_ask_again() {
        onRollback = this::waitThenRolledBack;
        for (var i = 0; i < THREADS + QUEUE; i++) {
            handle(new BranchRollbackRequest(), i);
        }

        handler.close(Duration.ofMillis(200));

        assertThat(replies)
                .hasSize(QUEUE)
                .extracting(AbstractBranchEndResponse::getBranchStatus)
                .containsOnly(BranchStatus.PhaseTwo_RollbackFailed_Retryable);
        assertThat(handler.waiting()).isZero();
        release.countDown();
        assertThat(statuses(QUEUE + THREADS).subList(QUEUE, QUEUE + THREADS))
                .as("what runs is not interrupted within its driver")
                .containsOnly(BranchStatus.PhaseTwo_Rollbacked);
        assertThat(replies).extracting(AbstractBranchEndResponse::getBranchId).doesNotHaveDuplicates();
    }

    private BranchStatus waitThenRolledBack() throws InterruptedException {
        assertThat(release.await(20, TimeUnit.SECONDS)).isTrue();
        return BranchStatus.PhaseTwo_Rollbacked;
    }

    private BranchCommandHandler promptHandler(boolean promise) {
        return new BranchCommandHandler(
                new PromptRm(promise), sweep(), THREADS, QUEUE, new CountingEvents(), System::nanoTime);
    }

    private void handle(AbstractBranchEndRequest request, long branchId) {
        handle(handler, request, branchId);
    }

    private void handle(BranchCommandHandler handler, AbstractBranchEndRequest request, long branchId) {
        request.setXid("tc:8091:" + branchId);
        request.setBranchId(branchId);
        request.setBranchType(BranchType.AT);
        request.setResourceId("r");
        handler.handle(request, replies::add);
    }

    private List<AbstractBranchEndResponse> awaitReplies(int count) {
        await().until(() -> replies.size() == count);
        return replies;
    }

    private List<BranchStatus> statuses(int count) {
        return awaitReplies(count).stream()
                .map(AbstractBranchEndResponse::getBranchStatus)
                .toList();
    }

    private UndoLogSweep sweep() {
        return (resourceId, saveDays) -> sweeps.add(resourceId + " " + saveDays);
    }

    private final class PromptRm extends ScriptedRm implements PromptInbound {

        private final boolean promise;

        PromptRm(boolean promise) {
            this.promise = promise;
        }

        @Override
        public boolean commitsPromptly() {
            return promise;
        }
    }

    private class ScriptedRm implements ResourceManagerInbound {

        @Override
        public BranchStatus branchCommit(
                BranchType branchType, String xid, long branchId, String resourceId, @Nullable String applicationData)
                throws TransactionException {
            return call(onCommit);
        }

        @Override
        public BranchStatus branchRollback(
                BranchType branchType, String xid, long branchId, String resourceId, @Nullable String applicationData)
                throws TransactionException {
            return call(onRollback);
        }

        private BranchStatus call(Callable<@Nullable BranchStatus> reaction) throws TransactionException {
            try {
                return reaction.call();
            } catch (TransactionException | RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new TransactionException(e);
            }
        }
    }
}
