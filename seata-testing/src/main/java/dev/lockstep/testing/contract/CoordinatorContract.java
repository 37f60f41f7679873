package dev.lockstep.testing.contract;

import static dev.lockstep.testing.BranchCommand.Kind.COMMIT;
import static dev.lockstep.testing.BranchCommand.Kind.ROLLBACK;
import static io.seata.core.exception.TransactionExceptionCode.BranchTransactionNotExist;
import static io.seata.core.exception.TransactionExceptionCode.GlobalTransactionNotActive;
import static io.seata.core.exception.TransactionExceptionCode.GlobalTransactionNotExist;
import static io.seata.core.exception.TransactionExceptionCode.LockKeyConflict;
import static io.seata.core.exception.TransactionExceptionCode.LockKeyConflictFailFast;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockstep.port.AnswerLostException;
import dev.lockstep.port.BeginAhead;
import dev.lockstep.port.RegistrationAhead;
import dev.lockstep.port.TcRefusedException;
import dev.lockstep.port.UndoLogSweep;
import dev.lockstep.testing.BranchCommand;
import dev.lockstep.testing.RecordingResourceManager;
import io.seata.core.exception.TransactionException;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import io.seata.core.model.GlobalStatus;
import io.seata.core.model.ResourceManagerInbound;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * What a coordinator does for AT clients, whoever it is. A subclass names the coordinator's {@linkplain #traits() traits}
 * and {@linkplain #connect connects} clients to it; every test uses application ids, resource ids and keys of its own, so
 * one coordinator serves all of them, at the same time if need be.
 *
 * <p>The facts were measured on TC 1.4.2 to 2.0.0. One code that clients know is not here: 12
 * (GlobalTransactionStatusInvalid) cannot be provoked from outside, because a TC closes a transaction to new branches
 * before it changes the status.
 */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(180)
public abstract class CoordinatorContract {

    /** TCs look for what is to be done once a second; the rest is for busy machines. */
    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** Long enough to see a TC's next attempt, if it made one. */
    private static final Duration NEXT_ATTEMPT = Duration.ofMillis(2_500);

    private static final int TIMEOUT_MILLIS = 60_000;
    private static final String GROUP = "default_tx_group";

    private final String unique = UUID.randomUUID().toString().substring(0, 8);
    private final String resource = "jdbc:h2:mem:stock-" + unique;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** Where the coordinator under test differs from others. */
    protected abstract CoordinatorTraits traits();

    /**
     * Connects a client. When the method returns, the client's calls reach the coordinator; the contract closes it.
     *
     * @param inbound what is called for branches of the resources that the client registers
     */
    protected abstract CoordinatorClient connect(
            String applicationId, ResourceManagerInbound inbound, UndoLogSweep sweep) throws Exception;

    /** Returns when every branch report made so far has arrived; for clients that do not wait for their answers. */
    protected void awaitReports() throws Exception {
        // Nothing to wait for, unless a subclass says otherwise.
    }

    @AfterEach
    void close_what_the_test_opened() throws Exception {
        threads.shutdownNow();
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

    // ---- begin, status, and transactions without branches

    @Test
    void begin_gives_each_transaction_an_xid_of_its_own() throws Exception {
        Application shop = application("shop");

        String first = shop.begin();
        String second = shop.begin();

        assertThat(first).isNotEqualTo(second).matches(".+:\\d+:\\d+");
        assertThat(shop.status(first)).isEqualTo(GlobalStatus.Begin);
        shop.rollback(first);
        shop.rollback(second);
    }

    @Test
    void commit_of_a_transaction_without_branches_answers_committed() throws Exception {
        Application shop = application("shop");
        String xid = shop.begin();

        assertThat(shop.commit(xid)).isEqualTo(GlobalStatus.Committed);

        awaitFinished(shop, xid);
    }

    @Test
    void rollback_of_a_transaction_without_branches_answers_rolled_back() throws Exception {
        Application shop = application("shop");
        String xid = shop.begin();

        assertThat(shop.rollback(xid)).isEqualTo(GlobalStatus.Rollbacked);

        awaitFinished(shop, xid);
    }

    @Test
    void unknown_transaction_counts_as_finished() throws Exception {
        Application shop = application("shop");
        String unknown = shop.unknownXid();

        assertThat(shop.status(unknown)).isEqualTo(GlobalStatus.Finished);
        assertThat(shop.commit(unknown)).isEqualTo(GlobalStatus.Finished);
        assertThat(shop.rollback(unknown)).isEqualTo(GlobalStatus.Finished);
    }

    @Test
    void ended_transaction_counts_as_finished() throws Exception {
        Application shop = application("shop");
        String xid = shop.begin();
        shop.rollback(xid);
        awaitFinished(shop, xid);

        assertThat(shop.commit(xid)).isEqualTo(GlobalStatus.Finished);
        assertThat(shop.rollback(xid)).isEqualTo(GlobalStatus.Finished);
    }

    // ---- begins that nobody waits for, where the client offers them

    @Test
    void begin_ahead_gives_an_xid_that_is_good_for_everything() throws Exception {
        Application shop = application("shop", resource);

        String xid = soon(shop.beginAhead());

        assertThat(shop.status(xid)).isEqualTo(GlobalStatus.Begin);
        long branch = shop.register(xid, "stock:1", null);
        assertThat(shop.commit(xid)).isEqualTo(GlobalStatus.Committed);
        awaitFinished(shop, xid);
        assertThat(shop.rm.commands(xid))
                .containsExactly(new BranchCommand(COMMIT, BranchType.AT, xid, branch, resource, null));
    }

    @Test
    void branch_registered_behind_its_begin_is_a_branch_like_any_other() throws Exception {
        Application shop = application("shop", resource);
        CompletableFuture<String> xid = shop.beginAhead();

        long branch = shop.registerBehind(xid, "stock:1", "{}");

        String known = soon(xid);
        assertThat(refused(() -> shop.register(shop.rolledBackAtEnd(), "stock:1", null))
                        .getCode())
                .isEqualTo(LockKeyConflict);
        assertThat(shop.rollback(known)).isEqualTo(GlobalStatus.Rollbacked);
        assertThat(shop.rm.commands(known))
                .containsExactly(new BranchCommand(ROLLBACK, BranchType.AT, known, branch, resource, "{}"));
    }

    @Test
    void what_was_begun_ahead_and_not_needed_is_gone_when_its_rollback_is_answered() throws Exception {
        Application shop = application("shop");
        String xid = soon(shop.beginAhead());

        assertThat(soon(shop.ahead().rollbackUnused(xid))).isEqualTo(GlobalStatus.Rollbacked);

        awaitFinished(shop, xid);
    }

    private static <T> T soon(CompletableFuture<T> future) throws Exception {
        return future.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    }

    // ---- commit

    @Test
    void commit_tells_every_branch_with_all_that_was_registered() throws Exception {
        Application shop = application("shop", resource);
        String xid = shop.begin();
        String applicationData = "{\"note\":\"für Ærø, 東京\"}";
        long first = shop.register(xid, "stock:1", applicationData);
        long second = shop.register(xid, "stock:2", null);

        assertThat(shop.commit(xid)).isEqualTo(GlobalStatus.Committed);

        awaitFinished(shop, xid);
        assertThat(shop.rm.commands(xid))
                .containsExactlyInAnyOrder(
                        new BranchCommand(COMMIT, BranchType.AT, xid, first, resource, applicationData),
                        new BranchCommand(COMMIT, BranchType.AT, xid, second, resource, null));
    }

    @Test
    void commit_is_answered_before_the_branches_are() throws Exception {
        Application shop = application("shop", resource);
        String xid = shop.begin();
        shop.register(xid, "stock:1", null);

        try (Gate gate = shop.holdCommands()) {
            assertThat(shop.commit(xid)).isEqualTo(GlobalStatus.Committed);
            gate.awaitArrival();
            assertThat(shop.status(xid)).isEqualTo(GlobalStatus.AsyncCommitting);
            assertThat(shop.commit(xid)).as("commit repeated meanwhile").isEqualTo(GlobalStatus.Committed);
        }

        awaitFinished(shop, xid);
        assertThat(shop.rm.commands(xid)).hasSize(1);
    }

    @Test
    void locks_are_free_as_soon_as_the_commit_is_answered() throws Exception {
        Application shop = application("shop", resource);
        String xid = shop.begin();
        shop.register(xid, "stock:1,2", null);
        String next = shop.begin();

        try (Gate gate = shop.holdCommands()) {
            shop.commit(xid);
            shop.register(next, "stock:2", null);
            gate.awaitArrival();
        }

        shop.commit(next);
        awaitFinished(shop, xid);
        awaitFinished(shop, next);
    }

    @Test
    void branch_that_cannot_be_committed_yet_is_told_again() throws Exception {
        Application shop = application("shop", resource);
        shop.answerFirst(2, BranchStatus.PhaseTwo_CommitFailed_Retryable);
        String xid = shop.begin();
        shop.register(xid, "stock:1", null);

        assertThat(shop.commit(xid)).isEqualTo(GlobalStatus.Committed);

        awaitFinished(shop, xid);
        assertThat(shop.rm.commands(xid)).hasSize(3);
    }

    @Test
    void branch_that_can_never_be_committed_ends_the_attempts() throws Exception {
        assumeTrue(traits().unretryableCommitEnds(), "this coordinator tries for ever");
        Application shop = application("shop", resource);
        shop.rm.answerWith(command -> BranchStatus.PhaseTwo_CommitFailed_Unretryable);
        String xid = shop.begin();
        shop.register(xid, "stock:1", null);
        shop.register(xid, "stock:2", null);

        assertThat(shop.commit(xid)).isEqualTo(GlobalStatus.Committed);

        await().atMost(LIMIT).until(() -> !shop.rm.commands(xid).isEmpty());
        await().during(NEXT_ATTEMPT)
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(shop.rm.commands(xid)).hasSize(1));
    }

    @Test
    void rollback_after_commit_changes_nothing() throws Exception {
        Application shop = application("shop", resource);
        String xid = shop.begin();
        shop.register(xid, "stock:1", null);

        try (Gate gate = shop.holdCommands()) {
            shop.commit(xid);
            gate.awaitArrival();
            assertThat(shop.rollback(xid)).isIn(GlobalStatus.AsyncCommitting, GlobalStatus.Committed);
        }

        awaitFinished(shop, xid);
        assertThat(shop.rm.commands(xid)).extracting(BranchCommand::kind).containsExactly(COMMIT);
    }

    // ---- rollback

    @Test
    void rollback_is_answered_after_every_branch_was_told_in_order() throws Exception {
        Application shop = application("shop", resource);
        String xid = shop.begin();
        String applicationData = "{\"note\":\"für Ærø, 東京\"}";
        long first = shop.register(xid, "stock:1", applicationData);
        long second = shop.register(xid, "stock:2", null);
        long third = shop.register(xid, "stock:3", null);

        assertThat(shop.rollback(xid)).isEqualTo(GlobalStatus.Rollbacked);

        assertThat(shop.rm.commands(xid))
                .containsExactlyElementsOf(inRollbackOrder(
                        new BranchCommand(ROLLBACK, BranchType.AT, xid, first, resource, applicationData),
                        new BranchCommand(ROLLBACK, BranchType.AT, xid, second, resource, null),
                        new BranchCommand(ROLLBACK, BranchType.AT, xid, third, resource, null)));
        awaitFinished(shop, xid);
    }

    @Test
    void rollback_of_branches_of_two_applications_reaches_both() throws Exception {
        String stockResource = resource + "-other";
        Application order = application("order", resource);
        Application stock = application("stock", stockResource);
        String xid = order.begin();
        long orderBranch = order.register(xid, "orders:1", null);
        long stockBranch = stock.registerAt(stockResource, xid, "stock:1", null);

        assertThat(order.rollback(xid)).isEqualTo(GlobalStatus.Rollbacked);

        assertThat(order.rm.commands(xid)).extracting(BranchCommand::branchId).containsExactly(orderBranch);
        assertThat(stock.rm.commands(xid)).extracting(BranchCommand::branchId).containsExactly(stockBranch);
    }

    @Test
    void locks_of_a_branch_are_free_as_soon_as_it_is_rolled_back() throws Exception {
        Application shop = application("shop", resource);
        String xid = shop.begin();
        shop.register(xid, "stock:1", null);
        shop.register(xid, "stock:2", null);
        String other = shop.begin();
        List<String> rowsInOrder = inRollbackOrder("stock:1", "stock:2");

        try (Gate gate = shop.holdCommandsFrom(2)) {
            Future<GlobalStatus> rollback = threads.submit(() -> shop.rollback(xid));
            gate.awaitArrival();
            assertThat(shop.isLockable(other, rowsInOrder.get(0))).isTrue();
            assertThat(shop.isLockable(other, rowsInOrder.get(1))).isFalse();
            gate.open();
            assertThat(result(rollback)).isEqualTo(GlobalStatus.Rollbacked);
        }

        assertThat(shop.isLockable(other, rowsInOrder.get(1))).isTrue();
        shop.rollback(other);
    }

    @Test
    void branch_that_cannot_be_rolled_back_yet_is_told_again_before_the_others() throws Exception {
        Application shop = application("shop", resource);
        shop.answerFirst(2, BranchStatus.PhaseTwo_RollbackFailed_Retryable);
        String xid = shop.begin();
        List<Long> order = inRollbackOrder(shop.register(xid, "stock:1", null), shop.register(xid, "stock:2", null));

        assertThat(shop.rollback(xid)).isEqualTo(GlobalStatus.RollbackRetrying);

        awaitFinished(shop, xid);
        assertThat(shop.rm.commands(xid))
                .extracting(BranchCommand::branchId)
                .containsExactly(order.get(0), order.get(0), order.get(0), order.get(1));
    }

    @Test
    void transaction_that_is_being_rolled_back_is_told_so_and_never_commits() throws Exception {
        Application shop = application("shop", resource);
        String xid = shop.begin();
        shop.register(xid, "stock:1", null);

        try (Gate gate = shop.holdCommands()) {
            Future<GlobalStatus> rollback = threads.submit(() -> shop.rollback(xid));
            gate.awaitArrival();
            assertThat(shop.status(xid)).isEqualTo(GlobalStatus.Rollbacking);
            assertThat(shop.commit(xid)).isEqualTo(GlobalStatus.Rollbacking);
            assertThat(shop.rollback(xid)).isEqualTo(GlobalStatus.Rollbacking);
            gate.open();
            assertThat(result(rollback)).isEqualTo(GlobalStatus.Rollbacked);
        }

        awaitFinished(shop, xid);
        assertThat(shop.rm.commands(xid)).extracting(BranchCommand::kind).containsExactly(ROLLBACK);
    }

    @Test
    void branch_that_can_never_be_rolled_back_ends_the_attempts() throws Exception {
        Application shop = application("shop", resource);
        shop.rm.answerWith(command -> BranchStatus.PhaseTwo_RollbackFailed_Unretryable);
        String xid = shop.begin();
        List<Long> order = inRollbackOrder(shop.register(xid, "stock:1", null), shop.register(xid, "stock:2", null));
        String other = shop.begin();

        assertThat(shop.rollback(xid)).isEqualTo(GlobalStatus.RollbackFailed);

        await().during(NEXT_ATTEMPT)
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(shop.rm.commands(xid))
                        .extracting(BranchCommand::branchId)
                        .containsExactly(order.get(0)));
        boolean stays = traits().unretryableRollbackKeepsLocks();
        assertThat(shop.isLockable(other, "stock:1")).isEqualTo(!stays);
        assertThat(shop.isLockable(other, "stock:2")).isEqualTo(!stays);
        assertThat(shop.status(xid)).isEqualTo(stays ? GlobalStatus.RollbackFailed : GlobalStatus.Finished);
        shop.rollback(other);
    }

    // ---- which client is told

    @Test
    void rollback_waits_for_a_client_that_has_the_resource() throws Exception {
        Application order = application("order");
        String xid = order.begin();
        long branch = order.register(xid, "stock:1", null);

        TcRefusedException refused = refused(() -> order.rollback(xid));

        assertThat(refused.globalStatus()).isEqualTo(GlobalStatus.RollbackRetrying);
        assertThat(order.status(xid)).isEqualTo(GlobalStatus.RollbackRetrying);
        assertThat(order.rollback(xid)).as("asked again meanwhile").isEqualTo(GlobalStatus.RollbackRetrying);
        Application stock = application("stock", resource);
        awaitFinished(order, xid);
        assertThat(stock.rm.commands(xid)).extracting(BranchCommand::branchId).containsExactly(branch);
    }

    @Test
    void commit_waits_for_a_client_that_has_the_resource() throws Exception {
        Application order = application("order");
        String xid = order.begin();
        long branch = order.register(xid, "stock:1", null);

        assertThat(order.commit(xid)).isEqualTo(GlobalStatus.Committed);

        Application stock = application("stock", resource);
        awaitFinished(order, xid);
        assertThat(stock.rm.commands(xid)).extracting(BranchCommand::branchId).containsExactly(branch);
    }

    @Test
    void another_client_of_the_application_is_told_when_the_own_one_is_gone() throws Exception {
        Application first = application("stock", resource);
        Application second = application("stock", resource);
        String xid = second.begin();
        long branch = first.register(xid, "stock:1", null);
        first.client.close();

        second.rollbackAnyhow(xid);

        awaitFinished(second, xid);
        assertThat(second.rm.commands(xid)).extracting(BranchCommand::branchId).containsExactly(branch);
    }

    @Test
    void another_application_with_the_resource_is_told_when_the_own_one_is_gone() throws Exception {
        Application own = application("stock", resource);
        Application other = application("reporting", resource);
        String xid = other.begin();
        long branch = own.register(xid, "stock:1", null);
        own.client.close();

        other.rollbackAnyhow(xid);

        awaitFinished(other, xid);
        assertThat(other.rm.commands(xid)).extracting(BranchCommand::branchId).containsExactly(branch);
    }

    @Test
    void resource_that_is_registered_later_is_served_too() throws Exception {
        Application shop = application("shop", resource);
        String xid = shop.begin();
        long first = shop.register(xid, "stock:1", null);
        String later = resource + "-later";
        shop.client.resources().register(later);
        shop.client.resources().register(later);
        long second = shop.registerAt(later, xid, "stock:1", null);

        assertThat(shop.rollback(xid)).isEqualTo(GlobalStatus.Rollbacked);

        assertThat(shop.rm.commands(xid))
                .extracting(BranchCommand::branchId)
                .containsExactlyElementsOf(inRollbackOrder(first, second));
    }

    // ---- branch registration and locks

    @Test
    void branch_of_an_unknown_transaction_is_refused() throws Exception {
        Application shop = application("shop", resource);
        String ended = shop.begin();
        shop.rollback(ended);
        awaitFinished(shop, ended);

        assertThat(refused(() -> shop.register(ended, "stock:1", null)).getCode())
                .isEqualTo(GlobalTransactionNotExist);
        assertThat(refused(() -> shop.register(shop.unknownXid(), "stock:1", null))
                        .getCode())
                .isEqualTo(GlobalTransactionNotExist);
    }

    @Test
    void branch_of_a_committing_transaction_is_refused() throws Exception {
        Application shop = application("shop", resource);
        String xid = shop.begin();
        shop.register(xid, "stock:1", null);

        try (Gate gate = shop.holdCommands()) {
            shop.commit(xid);
            gate.awaitArrival();
            assertThat(refused(() -> shop.register(xid, "stock:2", null)).getCode())
                    .isEqualTo(GlobalTransactionNotActive);
        }

        awaitFinished(shop, xid);
    }

    @Test
    void row_locked_by_another_transaction_refuses_the_branch_and_keeps_nothing_of_it() throws Exception {
        Application shop = application("shop", resource);
        String holder = shop.begin();
        shop.register(holder, "stock:2", null);
        String late = shop.begin();
        String third = shop.begin();

        assertThat(refused(() -> shop.register(late, "stock:1,2,3", null)).getCode())
                .isEqualTo(LockKeyConflict);

        shop.register(third, "stock:1,3", null);
        assertThat(shop.rollback(late)).isEqualTo(GlobalStatus.Rollbacked);
        assertThat(shop.rm.commands(late)).isEmpty();
        shop.rollback(third);
        shop.register(shop.rolledBackAtEnd(), "stock:1,3", null);
        shop.rollback(holder);
    }

    @Test
    void transaction_meets_its_own_locks_freely() throws Exception {
        Application shop = application("shop", resource);
        String xid = shop.begin();
        long first = shop.register(xid, "stock:1", null);

        long second = shop.register(xid, "stock:1,2", null);

        assertThat(second).isNotEqualTo(first);
        assertThat(shop.rollback(xid)).isEqualTo(GlobalStatus.Rollbacked);
        assertThat(shop.rm.commands(xid)).hasSize(2);
        assertThat(shop.isLockable(shop.rolledBackAtEnd(), "stock:1,2")).isTrue();
    }

    @Test
    void locks_are_told_apart_by_resource_table_and_key_with_their_case() throws Exception {
        Application shop = application("shop", resource);
        String holder = shop.begin();
        shop.register(holder, "stock:a_1,b;Orders:7", null);
        String other = shop.begin();

        assertThat(shop.isLockable(other, "stock:a_1")).isFalse();
        assertThat(shop.isLockable(other, "Orders:7")).isFalse();
        assertThat(shop.isLockable(other, "stock:c;Orders:8,7")).isFalse();
        assertThat(shop.isLockable(other, "stock:A_1")).isTrue();
        assertThat(shop.isLockable(other, "STOCK:a_1")).isTrue();
        assertThat(shop.isLockable(other, "orders:7;stock:7,a,1")).isTrue();
        assertThat(shop.isLockableAt(resource + "-other", other, "stock:a_1")).isTrue();
        shop.rollback(holder);
        shop.rollback(other);
    }

    @Test
    void keys_beyond_ascii_are_kept_apart() throws Exception {
        Application shop = application("shop", resource);
        String holder = shop.begin();
        shop.register(holder, "städte:東京,Ærø", null);
        String other = shop.begin();

        assertThat(shop.isLockable(other, "städte:東京")).isFalse();
        assertThat(shop.isLockable(other, "städte:東亰")).isTrue();
        shop.rollback(holder);
        shop.rollback(other);
    }

    @Test
    void hundreds_of_rows_are_locked_by_one_branch() throws Exception {
        Application shop = application("shop", resource);
        String holder = shop.begin();
        String keys =
                IntStream.range(0, 500).mapToObj(row -> "row-" + row).collect(Collectors.joining(",", "stock:", ""));
        shop.register(holder, keys, null);
        String other = shop.begin();

        assertThat(shop.isLockable(other, "stock:row-0")).isFalse();
        assertThat(shop.isLockable(other, "stock:row-499")).isFalse();
        assertThat(shop.isLockable(other, "stock:row-500")).isTrue();
        assertThat(shop.rollback(holder)).isEqualTo(GlobalStatus.Rollbacked);
        assertThat(shop.isLockable(other, keys)).isTrue();
        shop.rollback(other);
    }

    @Test
    void groups_after_a_malformed_one_are_silently_not_locked() throws Exception {
        Application shop = application("shop", resource);
        String holder = shop.begin();
        shop.register(holder, "stock:1;nocolon;stock:2", null);
        String other = shop.begin();

        assertThat(shop.isLockable(other, "stock:1")).isFalse();
        assertThat(shop.isLockable(other, "stock:2")).isTrue();
        shop.rollback(holder);
        shop.rollback(other);
    }

    @Test
    void lock_query_takes_no_lock_and_sees_own_locks_as_free() throws Exception {
        Application shop = application("shop", resource);
        String holder = shop.begin();
        shop.register(holder, "stock:1", null);
        String other = shop.begin();

        assertThat(shop.isLockable(holder, "stock:1,2")).isTrue();
        assertThat(shop.isLockable(other, "stock:2")).isTrue();
        assertThat(shop.isLockable(holder, "stock:2"))
                .as("asked, but not taken")
                .isTrue();
        assertThat(shop.isLockable(other, "stock:1")).isFalse();
        shop.rollback(holder);
        shop.rollback(other);
    }

    @Test
    void one_of_many_that_want_a_row_at_once_gets_it() throws Exception {
        Application shop = application("shop", resource);
        int contenders = 12;
        List<String> xids = new ArrayList<>();
        for (int i = 0; i < contenders; i++) {
            xids.add(shop.begin());
        }
        AtomicInteger winners = new AtomicInteger();
        AtomicInteger conflicts = new AtomicInteger();
        CountDownLatch start = new CountDownLatch(1);
        List<Future<?>> attempts = new ArrayList<>();
        for (String xid : xids) {
            attempts.add(threads.submit((Callable<Void>) () -> {
                start.await();
                try {
                    shop.register(xid, "stock:1", null);
                    winners.incrementAndGet();
                } catch (TcRefusedException lost) {
                    assertThat(lost.getCode()).isEqualTo(LockKeyConflict);
                    conflicts.incrementAndGet();
                }
                return null;
            }));
        }

        start.countDown();
        for (Future<?> attempt : attempts) {
            result(attempt);
        }

        assertThat(winners).hasValue(1);
        assertThat(conflicts).hasValue(contenders - 1);
        for (String xid : xids) {
            assertThat(shop.rollback(xid)).isEqualTo(GlobalStatus.Rollbacked);
        }
    }

    @Test
    void waiting_for_a_row_of_a_transaction_that_rolls_back_is_refused_at_once_when_it_cannot_help() throws Exception {
        Application shop = application("shop", resource);
        String holder = shop.begin();
        shop.register(holder, "stock:1", null);
        String waiting = shop.begin();
        String holdsLocalLocks = "{\"autoCommit\":false}";
        assertThat(refused(() -> shop.register(waiting, "stock:1", holdsLocalLocks))
                        .getCode())
                .as("while the holder may still commit")
                .isEqualTo(LockKeyConflict);

        try (Gate gate = shop.holdCommands()) {
            Future<GlobalStatus> rollback = threads.submit(() -> shop.rollback(holder));
            gate.awaitArrival();
            assertThat(refused(() -> shop.register(waiting, "stock:1", holdsLocalLocks))
                            .getCode())
                    .isEqualTo(traits().failsFastOnRollingBackHolder() ? LockKeyConflictFailFast : LockKeyConflict);
            assertThat(refused(() -> shop.register(waiting, "stock:1", null)).getCode())
                    .isEqualTo(LockKeyConflict);
            gate.open();
            result(rollback);
        }

        shop.register(waiting, "stock:1", holdsLocalLocks);
        shop.rollback(waiting);
    }

    // ---- branch reports

    @Test
    void branch_that_failed_in_phase_one_is_not_committed_and_keeps_its_locks_till_the_end() throws Exception {
        Application shop = application("shop", resource);
        String xid = shop.begin();
        long failed = shop.register(xid, "stock:1", null);
        long good = shop.register(xid, "stock:2", null);
        shop.report(xid, failed, BranchStatus.PhaseOne_Failed, null);
        assertThat(shop.isLockable(shop.rolledBackAtEnd(), "stock:1")).isFalse();

        assertThat(shop.commit(xid)).isEqualTo(GlobalStatus.Committed);

        awaitFinished(shop, xid);
        assertThat(shop.rm.commands(xid)).extracting(BranchCommand::branchId).containsExactly(good);
        assertThat(shop.isLockable(shop.rolledBackAtEnd(), "stock:1,2")).isTrue();
    }

    @Test
    void branch_that_failed_in_phase_one_is_not_rolled_back() throws Exception {
        Application shop = application("shop", resource);
        String xid = shop.begin();
        long failed = shop.register(xid, "stock:1", null);
        long good = shop.register(xid, "stock:2", null);
        shop.report(xid, failed, BranchStatus.PhaseOne_Failed, null);

        assertThat(shop.rollback(xid)).isEqualTo(GlobalStatus.Rollbacked);

        assertThat(shop.rm.commands(xid)).extracting(BranchCommand::branchId).containsExactly(good);
        assertThat(shop.isLockable(shop.rolledBackAtEnd(), "stock:1,2")).isTrue();
    }

    @Test
    void report_of_success_changes_nothing_but_the_application_data() throws Exception {
        Application shop = application("shop", resource);
        String xid = shop.begin();
        long branch = shop.register(xid, "stock:1", "{\"from\":\"registration\"}");

        shop.report(xid, branch, BranchStatus.PhaseOne_Done, "{\"from\":\"report\"}");
        awaitReports();

        assertThat(shop.rollback(xid)).isEqualTo(GlobalStatus.Rollbacked);
        assertThat(shop.rm.commands(xid))
                .extracting(BranchCommand::applicationData)
                .containsExactly(
                        traits().reportReplacesApplicationData()
                                ? "{\"from\":\"report\"}"
                                : "{\"from\":\"registration\"}");
    }

    @Test
    void report_of_an_unknown_branch_or_transaction_is_refused() throws Exception {
        Application shop = application("shop", resource);
        String xid = shop.begin();
        long branch = shop.register(xid, "stock:1", null);

        assertThat(refused(() -> shop.report(xid, branch + 1_000_000, BranchStatus.PhaseOne_Failed, null))
                        .getCode())
                .isEqualTo(BranchTransactionNotExist);
        assertThat(refused(() -> shop.report(shop.unknownXid(), branch, BranchStatus.PhaseOne_Failed, null))
                        .getCode())
                .isEqualTo(GlobalTransactionNotExist);
        shop.rollback(xid);
    }

    // ---- timeout

    @Test
    void transaction_is_rolled_back_when_its_time_is_over() throws Exception {
        Application shop = application("shop", resource);
        long begun = System.nanoTime();
        // Time enough for the registration, also where other tests keep the machine busy.
        Duration timeout = Duration.ofSeconds(15);
        String xid = shop.begin(timeout);
        shop.register(xid, "stock:1", null);

        try (Gate gate = shop.holdCommands()) {
            gate.awaitArrival();
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(timeout);
            assertThat(shop.status(xid)).isEqualTo(GlobalStatus.TimeoutRollbacking);
            assertThat(shop.commit(xid)).isEqualTo(GlobalStatus.TimeoutRollbacking);
            assertThat(shop.rollback(xid)).isEqualTo(GlobalStatus.TimeoutRollbacking);
            assertThat(refused(() -> shop.register(xid, "stock:2", null)).getCode())
                    .isEqualTo(GlobalTransactionNotActive);
        }

        awaitFinished(shop, xid);
        assertThat(shop.rm.commands(xid)).extracting(BranchCommand::kind).containsExactly(ROLLBACK);
        assertThat(shop.isLockable(shop.rolledBackAtEnd(), "stock:1")).isTrue();
    }

    @Test
    void transaction_without_branches_ends_when_its_time_is_over() throws Exception {
        Application shop = application("shop");

        String xid = shop.begin(Duration.ofMillis(100));

        awaitFinished(shop, xid);
    }

    // ---- what the tests are written with

    private Application application(String name, String... resourceIds) throws Exception {
        RecordingResourceManager rm = new RecordingResourceManager();
        CoordinatorClient client = connect(name + "-" + unique, rm, rm);
        opened.push(client);
        for (String resourceId : resourceIds) {
            client.resources().register(resourceId);
        }
        return new Application(name + "-" + unique, client, rm);
    }

    private static void awaitFinished(Application application, String xid) {
        await().atMost(LIMIT)
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> assertThat(application.status(xid)).isEqualTo(GlobalStatus.Finished));
    }

    private static TcRefusedException refused(ThrowingCallable call) {
        Throwable thrown = catchThrowable(call);
        assertThat(thrown).isInstanceOf(TcRefusedException.class);
        return (TcRefusedException) thrown;
    }

    @SafeVarargs
    private <T> List<T> inRollbackOrder(T... inOrderOfRegistration) {
        List<T> order = new ArrayList<>();
        for (T element : inOrderOfRegistration) {
            order.add(traits().rollsBackForward() ? order.size() : 0, element);
        }
        return order;
    }

    private static <T> T result(Future<T> future) throws InterruptedException, ExecutionException, TimeoutException {
        return future.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    /** One application instance: a client, and the RM behind it. Registers branches of the test's own resource. */
    private final class Application {

        final CoordinatorClient client;
        final RecordingResourceManager rm;
        private final String applicationId;

        private Application(String applicationId, CoordinatorClient client, RecordingResourceManager rm) {
            this.applicationId = applicationId;
            this.client = client;
            this.rm = rm;
        }

        String begin() throws TransactionException {
            return begin(Duration.ofMillis(TIMEOUT_MILLIS));
        }

        String begin(Duration timeout) throws TransactionException {
            return client.transactions().begin(applicationId, GROUP, "contract-" + unique, (int) timeout.toMillis());
        }

        BeginAhead ahead() {
            assumeTrue(client.transactions() instanceof BeginAhead);
            return (BeginAhead) client.transactions();
        }

        CompletableFuture<String> beginAhead() {
            return ahead().beginAhead(applicationId, GROUP, "contract-" + unique, TIMEOUT_MILLIS);
        }

        long registerBehind(CompletableFuture<String> xid, String lockKeys, @Nullable String applicationData)
                throws TransactionException {
            assumeTrue(client.branches() instanceof RegistrationAhead);
            return ((RegistrationAhead) client.branches())
                    .branchRegister(BranchType.AT, resource, xid, applicationData, lockKeys);
        }

        /** A transaction that only asks or waits, and is rolled back after the test. */
        String rolledBackAtEnd() throws TransactionException {
            String xid = begin();
            opened.push(() -> rollback(xid));
            return xid;
        }

        /** An xid of this coordinator that it never gave out. */
        String unknownXid() throws TransactionException {
            String known = rolledBackAtEnd();
            return known.substring(0, known.lastIndexOf(':') + 1) + "17";
        }

        GlobalStatus commit(String xid) throws TransactionException {
            return client.transactions().commit(xid);
        }

        GlobalStatus rollback(String xid) throws TransactionException {
            return client.transactions().rollback(xid);
        }

        /**
         * For tests where the coordinator may not have noticed yet that a client is gone: it then waits for that client's
         * answer, 15 s or more, and tries again. The status in its refusal is read after the attempt that failed, so it is
         * Finished where the next attempt, made each second, came in between (measured on TC 1.6.1).
         */
        void rollbackAnyhow(String xid) throws TransactionException {
            try {
                assertThat(rollback(xid)).isEqualTo(GlobalStatus.Rollbacked);
            } catch (TcRefusedException notYet) {
                assertThat(notYet.globalStatus()).isIn(GlobalStatus.RollbackRetrying, GlobalStatus.Finished);
            } catch (AnswerLostException waitedTooLong) {
                assertThat(status(xid)).isNotEqualTo(GlobalStatus.Begin);
            }
        }

        GlobalStatus status(String xid) throws TransactionException {
            return client.transactions().getStatus(xid);
        }

        long register(String xid, String lockKeys, @Nullable String applicationData) throws TransactionException {
            return registerAt(resource, xid, lockKeys, applicationData);
        }

        long registerAt(String resourceId, String xid, String lockKeys, @Nullable String applicationData)
                throws TransactionException {
            return client.branches().branchRegister(BranchType.AT, resourceId, null, xid, applicationData, lockKeys);
        }

        void report(String xid, long branchId, BranchStatus status, @Nullable String applicationData)
                throws TransactionException {
            client.branches().branchReport(BranchType.AT, xid, branchId, status, applicationData);
        }

        boolean isLockable(String xid, String lockKeys) throws TransactionException {
            return isLockableAt(resource, xid, lockKeys);
        }

        boolean isLockableAt(String resourceId, String xid, String lockKeys) throws TransactionException {
            return client.branches().lockQuery(BranchType.AT, resourceId, xid, lockKeys);
        }

        /** Answers so many commands with this status, then with success. */
        void answerFirst(int count, BranchStatus status) {
            AtomicInteger answered = new AtomicInteger();
            rm.answerWith(
                    command -> answered.getAndIncrement() < count ? status : RecordingResourceManager.done(command));
        }

        /** Holds back the answers to all commands until the gate is closed. */
        Gate holdCommands() {
            return holdCommandsFrom(1);
        }

        /** Holds back the answers from this one on, counted from 1. */
        Gate holdCommandsFrom(int first) {
            Gate gate = new Gate(first);
            rm.answerWith(gate::pass);
            return gate;
        }
    }

    /**
     * Holds an RM's answers back while a test looks at what is then true. Kept short: a TC works off all its transactions on
     * one thread and waits for each answer.
     */
    private static final class Gate implements AutoCloseable {

        private final int first;
        private final AtomicInteger arrived = new AtomicInteger();
        private final CompletableFuture<Void> heldOne = new CompletableFuture<>();
        private final CountDownLatch opened = new CountDownLatch(1);

        Gate(int first) {
            this.first = first;
        }

        BranchStatus pass(BranchCommand command) {
            if (arrived.incrementAndGet() >= first) {
                heldOne.complete(null);
                try {
                    // Bounded: a test that fails must not hold the coordinator up for the others.
                    if (!opened.await(10, TimeUnit.SECONDS)) {
                        return command.kind() == COMMIT
                                ? BranchStatus.PhaseTwo_CommitFailed_Retryable
                                : BranchStatus.PhaseTwo_RollbackFailed_Retryable;
                    }
                } catch (InterruptedException ended) {
                    Thread.currentThread().interrupt();
                }
            }
            return RecordingResourceManager.done(command);
        }

        void awaitArrival() throws InterruptedException, ExecutionException, TimeoutException {
            heldOne.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }

        void open() {
            opened.countDown();
        }

        @Override
        public void close() {
            open();
        }
    }
}
