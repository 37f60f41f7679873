package dev.lockstep.testing.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lockstep.port.AnswerLostException;
import dev.lockstep.port.TcRefusedException;
import dev.lockstep.port.TcUnreachableException;
import dev.lockstep.testing.BranchCommand;
import dev.lockstep.testing.RecordingResourceManager;
import dev.lockstep.testing.RecordingResourceManager.SweepOrder;
import dev.lockstep.testing.memory.CoordinatorEvent.Kind;
import io.seata.core.exception.TransactionException;
import io.seata.core.exception.TransactionExceptionCode;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import io.seata.core.model.GlobalStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class InMemoryCoordinatorTest {

    private static final String RESOURCE = "jdbc:h2:mem:stock";
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final AdjustableClock clock = new AdjustableClock();

    @AutoClose
    private final InMemoryCoordinator coordinator =
            InMemoryCoordinator.builder().clock(clock).withoutTicks().open();

    private final RecordingResourceManager rm = new RecordingResourceManager();
    private final InMemoryClient client = connect("shop");

    @Test
    void lost_answer_of_a_commit_leaves_it_executed() throws TransactionException {
        String xid = begin();
        register(xid, "stock:1");
        coordinator.faults().loseAnswer(CoordinatorCall.COMMIT);

        assertThatThrownBy(() -> client.commit(xid)).isInstanceOf(AnswerLostException.class);

        assertThat(client.getStatus(xid)).isEqualTo(GlobalStatus.AsyncCommitting);
        assertThat(coordinator.locks()).isEmpty();
    }

    @Test
    void lost_answer_of_a_registration_leaves_the_branch_and_its_locks() throws TransactionException {
        String xid = begin();
        coordinator.faults().loseAnswer(CoordinatorCall.BRANCH_REGISTER);

        assertThatThrownBy(() -> register(xid, "stock:1")).isInstanceOf(AnswerLostException.class);

        assertThat(coordinator.locks())
                .extracting(lock -> lock.row())
                .containsExactly(new RowKey(RESOURCE, "stock", "1"));
        assertThat(client.rollback(xid)).isEqualTo(GlobalStatus.Rollbacked);
        assertThat(rm.commands(xid)).hasSize(1);
    }

    @Test
    void refusal_whose_answer_is_lost_is_unknown_too() throws TransactionException {
        coordinator.faults().loseAnswer(CoordinatorCall.BRANCH_REGISTER);

        assertThatThrownBy(() -> register("127.0.0.1:8091:1", "stock:1"))
                .isInstanceOf(AnswerLostException.class)
                .hasCauseInstanceOf(TcRefusedException.class);
    }

    @Test
    void lost_request_is_not_executed() throws TransactionException {
        String xid = begin();
        coordinator.faults().loseRequest(CoordinatorCall.ROLLBACK);

        assertThatThrownBy(() -> client.rollback(xid)).isInstanceOf(AnswerLostException.class);

        assertThat(client.getStatus(xid)).isEqualTo(GlobalStatus.Begin);
    }

    @Test
    void planned_refusal_carries_code_and_status_and_happens_once() throws TransactionException {
        String xid = begin();
        coordinator
                .faults()
                .refuse(CoordinatorCall.COMMIT, TransactionExceptionCode.FailedStore, GlobalStatus.Committing);

        assertThatThrownBy(() -> client.commit(xid)).isInstanceOfSatisfying(TcRefusedException.class, refused -> {
            assertThat(refused.getCode()).isEqualTo(TransactionExceptionCode.FailedStore);
            assertThat(refused.globalStatus()).isEqualTo(GlobalStatus.Committing);
        });

        assertThat(client.getStatus(xid)).isEqualTo(GlobalStatus.Begin);
        assertThat(client.commit(xid)).isEqualTo(GlobalStatus.Committed);
    }

    @Test
    void faults_of_one_call_come_in_the_order_of_their_planning() {
        coordinator.faults().makeUnreachable(CoordinatorCall.BEGIN);
        coordinator.faults().loseAnswer(CoordinatorCall.BEGIN);

        assertThatThrownBy(this::begin).isInstanceOf(TcUnreachableException.class);
        assertThatThrownBy(this::begin).isInstanceOf(AnswerLostException.class);
        assertThat(coordinator.transactions()).hasSize(1);
    }

    @Test
    void unreachable_coordinator_answers_nothing_and_tells_no_branch() throws TransactionException {
        String xid = begin();
        register(xid, "stock:1");
        client.commit(xid);
        coordinator.faults().setReachable(false);

        coordinator.tick();

        assertThatThrownBy(() -> client.getStatus(xid)).isInstanceOf(TcUnreachableException.class);
        assertThat(rm.commands()).isEmpty();
        coordinator.faults().clear();
        coordinator.tick();
        assertThat(rm.commands()).hasSize(1);
    }

    @Test
    void closed_client_finds_no_coordinator() {
        client.close();

        assertThatThrownBy(this::begin).isInstanceOf(TcUnreachableException.class);
    }

    @Test
    void expired_transaction_takes_branches_until_the_tick_but_does_not_commit() throws TransactionException {
        String xid = begin();
        clock.advance(Duration.ofMillis(60_001));

        long branch = register(xid, "stock:1");

        assertThat(client.commit(xid)).isEqualTo(GlobalStatus.TimeoutRollbacking);
        assertThat(client.getStatus(xid)).isEqualTo(GlobalStatus.Begin);
        coordinator.tick();
        assertThat(client.getStatus(xid)).isEqualTo(GlobalStatus.TimeoutRollbacking);
        assertThat(rm.commands()).isEmpty();
        coordinator.tick();
        assertThat(rm.commands()).extracting(BranchCommand::branchId).containsExactly(branch);
        assertThat(client.getStatus(xid)).isEqualTo(GlobalStatus.Finished);
        assertThat(coordinator.outcome(xid)).contains(GlobalStatus.TimeoutRollbacked);
    }

    @Test
    void transaction_within_its_time_is_left_alone() throws TransactionException {
        String xid = begin();
        clock.advance(Duration.ofMillis(60_000));

        coordinator.tick();
        coordinator.tick();

        assertThat(client.getStatus(xid)).isEqualTo(GlobalStatus.Begin);
    }

    @Test
    void timed_out_transaction_that_can_never_be_rolled_back_says_so() throws TransactionException {
        rm.answerWith(command -> BranchStatus.PhaseTwo_RollbackFailed_Unretryable);
        String xid = begin();
        register(xid, "stock:1");
        clock.advance(Duration.ofMinutes(2));

        coordinator.tick();
        coordinator.tick();
        coordinator.tick();

        assertThat(client.getStatus(xid)).isEqualTo(GlobalStatus.TimeoutRollbackFailed);
        assertThat(rm.commands()).hasSize(1);
        assertThat(coordinator.locks()).hasSize(1);
    }

    @Test
    void silent_rm_costs_the_answer_limit_and_is_told_again() throws TransactionException {
        try (InMemoryCoordinator impatient = InMemoryCoordinator.builder()
                .branchAnswerLimit(Duration.ofMillis(50))
                .withoutTicks()
                .open()) {
            InMemoryClient shop = impatient.connect("shop", rm, rm);
            shop.register(RESOURCE);
            CountDownLatch never = new CountDownLatch(1);
            rm.answerWith(command -> {
                try {
                    never.await();
                } catch (InterruptedException givenUp) {
                    Thread.currentThread().interrupt();
                }
                return RecordingResourceManager.done(command);
            });
            String xid = shop.begin("shop", "default_tx_group", "silent", 60_000);
            shop.branchRegister(BranchType.AT, RESOURCE, null, xid, null, "stock:1");

            assertThatThrownBy(() -> shop.rollback(xid))
                    .isInstanceOfSatisfying(
                            TcRefusedException.class,
                            refused -> assertThat(refused.globalStatus()).isEqualTo(GlobalStatus.RollbackRetrying));

            rm.answerWith(RecordingResourceManager::done);
            // On a busy machine an answer may take longer than the limit again.
            await().atMost(LIMIT).untilAsserted(() -> {
                impatient.tick();
                assertThat(shop.getStatus(xid)).isEqualTo(GlobalStatus.Finished);
            });
            assertThat(impatient.events())
                    .extracting(CoordinatorEvent::kind)
                    .containsSubsequence(Kind.ROLLBACK_DECIDED, Kind.BRANCH_NOT_ENDED, Kind.BRANCH_ENDED, Kind.ENDED);
        }
    }

    @Test
    void rm_that_throws_is_told_again() throws TransactionException {
        rm.answerWith(command -> {
            throw new IllegalStateException("as the test wants it");
        });
        String xid = begin();
        register(xid, "stock:1");

        assertThat(client.rollback(xid)).isEqualTo(GlobalStatus.RollbackRetrying);

        rm.answerWith(RecordingResourceManager::done);
        coordinator.tick();
        assertThat(coordinator.outcome(xid)).contains(GlobalStatus.Rollbacked);
    }

    @Test
    void branch_is_told_on_another_thread_than_the_tms() throws TransactionException {
        AtomicReference<@Nullable Thread> told = new AtomicReference<>();
        rm.answerWith(command -> {
            told.set(Thread.currentThread());
            return RecordingResourceManager.done(command);
        });
        String xid = begin();
        register(xid, "stock:1");

        client.rollback(xid);

        assertThat(told.get()).isNotNull().isNotSameAs(Thread.currentThread());
    }

    @Test
    void commit_goes_on_past_a_branch_that_must_wait() throws TransactionException {
        String xid = begin();
        long waits = register(xid, "stock:1");
        long good = register(xid, "stock:2");
        rm.answerWith(command -> command.branchId() == waits
                ? BranchStatus.PhaseTwo_CommitFailed_Retryable
                : RecordingResourceManager.done(command));
        client.commit(xid);

        coordinator.tick();

        assertThat(rm.commands()).extracting(BranchCommand::branchId).containsExactly(waits, good);
        assertThat(coordinator.transaction(xid).orElseThrow().branches())
                .extracting(BranchView::branchId)
                .containsExactly(waits);
        rm.answerWith(RecordingResourceManager::done);
        coordinator.tick();
        assertThat(coordinator.outcome(xid)).contains(GlobalStatus.Committed);
    }

    @Test
    void sweep_order_reaches_one_client_that_has_the_resource() {
        RecordingResourceManager second = new RecordingResourceManager();
        coordinator.connect("other", second, second).register(RESOURCE);

        assertThat(coordinator.orderUndoLogDelete(RESOURCE, 7)).isTrue();
        assertThat(coordinator.orderUndoLogDelete("unknown", 7)).isFalse();

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(rm.sweepOrders()).containsExactly(new SweepOrder(RESOURCE, 7)));
        assertThat(second.sweepOrders()).isEmpty();
    }

    @Test
    void views_tell_what_a_test_wants_to_know() throws TransactionException {
        String xid = begin();
        long branch = register(xid, "stock:1;orders:2");

        TransactionView transaction = coordinator.transactions().get(0);

        assertThat(transaction)
                .isEqualTo(new TransactionView(
                        xid,
                        "shop",
                        "default_tx_group",
                        "test",
                        Duration.ofSeconds(60),
                        GlobalStatus.Begin,
                        List.of(new BranchView(
                                branch, RESOURCE, "stock:1;orders:2", BranchStatus.Registered, null, "shop"))));
        assertThat(coordinator.locks())
                .containsExactly(
                        new HeldLock(new RowKey(RESOURCE, "stock", "1"), xid, branch),
                        new HeldLock(new RowKey(RESOURCE, "orders", "2"), xid, branch));
        client.rollback(xid);
        assertThat(coordinator.transactions()).isEmpty();
        assertThat(coordinator.locks()).isEmpty();
        assertThat(coordinator.events())
                .extracting(CoordinatorEvent::kind)
                .containsExactly(
                        Kind.BEGUN, Kind.BRANCH_REGISTERED, Kind.ROLLBACK_DECIDED, Kind.BRANCH_ENDED, Kind.ENDED);
    }

    @Test
    void branches_of_other_modes_and_malformed_resources_are_refused_as_mistakes() throws TransactionException {
        String xid = begin();

        assertThatThrownBy(() -> client.branchRegister(BranchType.TCC, RESOURCE, null, xid, null, null))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> client.register("jdbc:mysql://a,b/stock"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> client.register(" ")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void global_report_changes_nothing() throws TransactionException {
        String xid = begin();

        assertThat(client.globalReport(xid, GlobalStatus.Committed)).isEqualTo(GlobalStatus.Begin);
        client.rollback(xid);
        assertThat(client.globalReport(xid, GlobalStatus.Committed)).isEqualTo(GlobalStatus.Committed);
    }

    @Test
    void close_ends_a_command_that_an_rm_does_not_answer() throws Exception {
        InMemoryCoordinator closing = InMemoryCoordinator.open();
        CountDownLatch told = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        RecordingResourceManager stuck = new RecordingResourceManager();
        stuck.answerWith(command -> {
            told.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException closed) {
                interrupted.countDown();
            }
            return RecordingResourceManager.done(command);
        });
        InMemoryClient shop = closing.connect("shop", stuck, stuck);
        shop.register(RESOURCE);
        String xid = shop.begin("shop", "default_tx_group", "stuck", 60_000);
        shop.branchRegister(BranchType.AT, RESOURCE, null, xid, null, "stock:1");
        shop.commit(xid);
        assertThat(told.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();

        closing.close();
        closing.close();

        assertThat(interrupted.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    private InMemoryClient connect(String applicationId) {
        InMemoryClient connected = coordinator.connect(applicationId, rm, rm);
        connected.register(RESOURCE);
        return connected;
    }

    private String begin() throws TransactionException {
        return client.begin("shop", "default_tx_group", "test", 60_000);
    }

    private long register(String xid, String lockKeys) throws TransactionException {
        return client.branchRegister(BranchType.AT, RESOURCE, null, xid, null, lockKeys);
    }

    /** Stands still until it is moved. */
    private static final class AdjustableClock extends Clock {

        private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));

        void advance(Duration duration) {
            now.updateAndGet(before -> before.plus(duration));
        }

        @Override
        public Instant instant() {
            return now.get();
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException("this clock has no zone");
        }
    }
}
