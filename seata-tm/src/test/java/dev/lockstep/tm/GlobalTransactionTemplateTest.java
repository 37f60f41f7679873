package dev.lockstep.tm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.lockstep.port.AnswerLostException;
import dev.lockstep.port.TcRefusedException;
import dev.lockstep.port.TcUnreachableException;
import dev.lockstep.port.UnsendableRequestException;
import dev.lockstep.tm.branch.LocalWork;
import io.seata.core.context.RootContext;
import io.seata.core.exception.TransactionExceptionCode;
import io.seata.core.model.GlobalStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.MDC;

class GlobalTransactionTemplateTest {

    private static final GlobalTransactionDefinition BUY = GlobalTransactionDefinition.named("buy");

    private final ScriptedCoordinator coordinator = new ScriptedCoordinator();
    private final VirtualTime time = new VirtualTime();
    private final TmOptions options =
            TmOptions.builder("shop", "default_tx_group").lazyBegin(false).build();
    private final GlobalTransactionTemplate template =
            new GlobalTransactionTemplate(new GlobalTransactions(coordinator, options, time.repetition(options)));

    @AfterEach
    void nothing_stays_on_the_thread() {
        assertThat(GlobalScope.current()).isNull();
        assertThat(RootContext.getXID()).isNull();
        assertThat(MDC.get(RootContext.MDC_KEY_XID)).isNull();
    }

    @Test
    void work_sees_the_xid_and_its_result_is_returned_after_the_commit() {
        String seen = template.execute(BUY, () -> {
            assertThat(GlobalScope.current().isLauncher()).isTrue();
            assertThat(MDC.get(RootContext.MDC_KEY_XID)).isEqualTo("10.0.0.1:8091:1");
            return RootContext.getXID();
        });

        assertThat(seen).isEqualTo("10.0.0.1:8091:1");
        assertThat(coordinator.asked).containsExactly("begin buy 60000", "commit 1");
    }

    @ParameterizedTest
    @EnumSource(Propagation.class)
    void switched_off_it_runs_all_work_without_a_global_transaction(Propagation propagation) {
        var switchedOff = GlobalTransactionTemplate.switchedOff();

        assertThat(switchedOff.execute(
                        BUY.withPropagation(propagation), () -> GlobalScope.current() == null ? "alone" : "inside"))
                .isEqualTo("alone");
        assertThatThrownBy(() -> switchedOff.begin(BUY))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'buy' was not begun: global transactions are switched off");
    }

    @Test
    void timeout_of_the_definition_goes_before_the_default() {
        template.execute(BUY.withTimeout(Duration.ofMillis(1500)), () -> null);

        assertThat(coordinator.asked).first().isEqualTo("begin buy 1500");
    }

    @Test
    void every_exception_rolls_back_and_is_thrown_on_unchanged() {
        var checked = new IOException("disk full");

        assertThatThrownBy(() -> template.execute(BUY, () -> {
                    throw checked;
                }))
                .isSameAs(checked)
                .hasNoSuppressedExceptions();
        assertThat(coordinator.asked).containsExactly("begin buy 60000", "rollback 1");
    }

    @Test
    void an_exception_that_no_rule_speaks_of_rolls_back_although_there_is_a_rule() {
        var rules = RollbackRules.of(List.of(), List.of(IllegalArgumentException.class.getName()));

        assertThatThrownBy(() -> template.execute(BUY.withRollbackRules(rules), () -> {
                    throw new IllegalStateException("B");
                }))
                .hasMessage("B");
        assertThat(coordinator.asked).containsExactly("begin buy 60000", "rollback 1");
    }

    @Test
    void an_exception_excepted_from_rollback_commits_and_is_thrown_on() {
        var rules = RollbackRules.of(List.of(), List.of(IllegalArgumentException.class.getName()));

        assertThatThrownBy(() -> template.execute(BUY.withRollbackRules(rules), () -> {
                    throw new IllegalArgumentException("A");
                }))
                .hasMessage("A");
        assertThat(coordinator.asked).containsExactly("begin buy 60000", "commit 1");
    }

    @Test
    void a_begin_without_a_tc_leaves_the_work_undone() {
        coordinator.beginFails(new TcUnreachableException("no TC at 10.0.0.1:8091", null));

        assertThatThrownBy(() -> template.execute(BUY, () -> {
                    throw new AssertionError("must not run");
                }))
                .isInstanceOf(TcUnavailableException.class)
                .hasMessageContaining("'buy'")
                .hasMessageContaining("no TC at 10.0.0.1:8091");
    }

    @Test
    void a_commit_that_the_tc_refuses_every_time_is_told_as_unknown() {
        coordinator.commitFails(refused(GlobalStatus.Begin));

        assertThatThrownBy(this::buy)
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("10.0.0.1:8091:1")
                .hasMessageContaining("Begin");
        assertThat(coordinator.asked).hasSize(10).endsWith("commit 1", "status 1", "commit 1");
    }

    @Test
    void a_refused_commit_that_succeeds_when_repeated_is_a_success() {
        coordinator.commitFails(refused(GlobalStatus.Begin)).commitAnswers(GlobalStatus.Committed);

        buy();

        assertThat(coordinator.asked).containsExactly("begin buy 60000", "commit 1", "status 1", "commit 1");
    }

    @Test
    void a_lost_commit_answer_is_asked_for_again() {
        coordinator.commitFails(new AnswerLostException("closed", null)).commitAnswers(GlobalStatus.AsyncCommitting);

        buy();

        assertThat(coordinator.asked).containsExactly("begin buy 60000", "commit 1", "status 1", "commit 1");
    }

    @Test
    void a_commit_answer_that_stays_lost_is_told_as_unknown() {
        coordinator.commitFails(new AnswerLostException("closed", null));

        assertThatThrownBy(this::buy)
                .isInstanceOf(OutcomeUnknownException.class)
                .hasCauseInstanceOf(AnswerLostException.class);
    }

    @Test
    void a_commit_that_never_left_this_process_is_told_as_failed() {
        coordinator.commitFails(new TcUnreachableException("down", null));

        assertThatThrownBy(this::buy)
                .isInstanceOf(GlobalTransactionFailedException.class)
                .hasMessageContaining("no commit request reached the TC");
        assertThat(time.passed()).isEqualTo(options.repeatLimit());
    }

    @Test
    void a_commit_that_cannot_be_sent_at_all_is_told_as_failed_without_repeating_it() {
        coordinator.commitFails(new UnsendableRequestException("xid too long", new IllegalArgumentException()));

        assertThatThrownBy(this::buy).isInstanceOf(GlobalTransactionFailedException.class);
        assertThat(coordinator.asked).containsExactly("begin buy 60000", "commit 1");
    }

    @Test
    void a_commit_lost_once_and_unsendable_afterwards_is_told_as_unknown() {
        coordinator
                .commitFails(new AnswerLostException("closed", null))
                .commitFails(new TcUnreachableException("down", null));

        assertThatThrownBy(this::buy).isInstanceOf(OutcomeUnknownException.class);
    }

    @ParameterizedTest
    @EnumSource(GlobalStatus.class)
    void every_status_that_a_commit_can_be_answered_with_has_one_meaning(GlobalStatus status) {
        coordinator.commitAnswers(status);

        Throwable told = catchThrowable(this::buy);

        switch (status) {
            case Committed, AsyncCommitting, Committing, CommitRetrying ->
                assertThat(told).isNull();
            case Rollbacking, RollbackRetrying, Rollbacked ->
                assertThat(told).isInstanceOf(GlobalTransactionFailedException.class);
            case TimeoutRollbacking, TimeoutRollbackRetrying, TimeoutRollbacked ->
                assertThat(told).isInstanceOf(GlobalTransactionTimedOutException.class);
            case UnKnown,
                    Begin,
                    Finished,
                    CommitFailed,
                    CommitRetryTimeout,
                    RollbackFailed,
                    TimeoutRollbackFailed,
                    RollbackRetryTimeout -> assertThat(told).isInstanceOf(OutcomeUnknownException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(GlobalStatus.class)
    void every_status_that_a_rollback_can_be_answered_with_keeps_the_failure_of_the_work(GlobalStatus status) {
        coordinator.rollbackAnswers(status);
        var failure = new IllegalStateException("no stock");

        assertThatThrownBy(() -> template.execute(BUY, () -> {
                    throw failure;
                }))
                .isSameAs(failure);

        switch (status) {
            case Rollbacked,
                    TimeoutRollbacked,
                    Finished,
                    Rollbacking,
                    RollbackRetrying,
                    TimeoutRollbacking,
                    TimeoutRollbackRetrying -> assertThat(failure).hasNoSuppressedExceptions();
            default -> assertThat(failure.getSuppressed()).singleElement().isInstanceOf(OutcomeUnknownException.class);
        }
    }

    @Test
    void a_tc_that_knows_nothing_of_a_transaction_after_its_timeout_is_no_proof_of_a_rollback() {
        coordinator.rollbackAnswers(GlobalStatus.Finished);
        var failure = new IllegalStateException("no stock");

        // Time enough for the begin, which is refused once the timeout is over.
        assertThatThrownBy(() -> template.execute(BUY.withTimeout(Duration.ofSeconds(5)), () -> {
                    assertThat(RootContext.getXID()).isNotNull();
                    var scope = GlobalScope.current();
                    await().atMost(Duration.ofSeconds(30))
                            .until(() -> scope.remaining().isZero());
                    throw failure;
                }))
                .isSameAs(failure);

        assertThat(failure.getSuppressed()).singleElement().isInstanceOf(OutcomeUnknownException.class);
    }

    @Test
    void a_rollback_refused_while_the_tc_goes_on_retrying_counts_as_decided() {
        coordinator.rollbackFails(refused(GlobalStatus.RollbackRetrying));
        var failure = new IllegalStateException("no stock");

        assertThatThrownBy(() -> template.execute(BUY, () -> {
                    throw failure;
                }))
                .isSameAs(failure)
                .hasNoSuppressedExceptions();
        assertThat(coordinator.asked).containsExactly("begin buy 60000", "rollback 1");
    }

    @Test
    void unfinished_local_work_turns_the_commit_into_a_rollback_that_names_the_nesting() {
        LocalWork open = () -> "a local transaction on jdbc:h2:mem:stock";

        assertThatThrownBy(() -> template.execute(
                        BUY, () -> GlobalScope.current().forBranches().enlist(open)))
                .isInstanceOf(UnfinishedLocalWorkException.class)
                .hasMessageContaining("jdbc:h2:mem:stock")
                .hasMessageContaining("@Transactional stands outside @GlobalTransactional")
                .hasMessageContaining("It was rolled back.");
        assertThat(coordinator.asked).containsExactly("begin buy 60000", "rollback 1");
    }

    @Test
    void unfinished_local_work_is_found_although_another_library_set_the_xid_aside_meanwhile() {
        assertThatThrownBy(() -> template.execute(BUY, () -> {
                    String setAside = RootContext.unbind();
                    RootContext.bind(setAside);
                    return GlobalScope.current().forBranches().enlist(() -> "a local transaction on jdbc:h2:mem:stock");
                }))
                .isInstanceOf(UnfinishedLocalWorkException.class);
        assertThat(coordinator.asked).containsExactly("begin buy 60000", "rollback 1");
    }

    @ParameterizedTest
    @EnumSource(
            value = GlobalStatus.class,
            names = {"RollbackFailed", "RollbackRetryTimeout", "Committed"})
    void a_rollback_in_place_of_the_commit_that_did_not_undo_everything_is_told_as_unknown(GlobalStatus status) {
        coordinator.rollbackAnswers(status);

        assertThatThrownBy(() -> template.execute(BUY, () -> {
                    GlobalScope.current().setRollbackOnly("credit is used up");
                    return null;
                }))
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("credit is used up")
                .hasMessageContaining(status.name());
    }

    @Test
    void a_rollback_in_place_of_the_commit_of_which_the_tc_knows_nothing_is_told_as_unknown() {
        coordinator.rollbackAnswers(GlobalStatus.Finished);

        assertThatThrownBy(() -> template.execute(BUY, () -> {
                    assertThat(RootContext.getXID()).isNotNull();
                    GlobalScope.current().setRollbackOnly("credit is used up");
                    return null;
                }))
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("credit is used up")
                .hasMessageContaining("does not know it any more");
    }

    /** What a TC does with one that is overdue; services of other processes had the branches, so nothing here proves it. */
    @Test
    void a_timeout_after_which_the_tc_knows_nothing_is_told_as_such_and_that_nothing_is_proved() {
        coordinator.rollbackAnswers(GlobalStatus.Finished);

        assertThatThrownBy(() -> template.execute(BUY.withTimeout(Duration.ofSeconds(5)), () -> {
                    assertThat(RootContext.getXID()).isNotNull();
                    var scope = GlobalScope.current();
                    await().atMost(Duration.ofSeconds(30))
                            .until(() -> scope.remaining().isZero());
                    return null;
                }))
                .isInstanceOf(GlobalTransactionTimedOutException.class)
                .hasMessageContaining("Raise the timeout or shorten the work")
                .hasMessageContaining("does not know it any more and cannot say how it ended");
    }

    @Test
    void a_rollback_in_place_of_the_commit_whose_answer_is_lost_is_told_as_failed_since_the_timeout_will_do_it() {
        coordinator.rollbackFails(refused(GlobalStatus.Begin));

        assertThatThrownBy(() -> template.execute(BUY, () -> {
                    assertThat(RootContext.getXID()).isNotNull();
                    GlobalScope.current().setRollbackOnly("credit is used up");
                    return null;
                }))
                .isInstanceOf(GlobalTransactionFailedException.class)
                .hasMessageContaining("credit is used up");
    }

    static List<Throwable> faultsOfTheTransport() {
        return List.of(
                new IllegalArgumentException("a fault of the transport"), new LinkageError("a fault of the transport"));
    }

    @ParameterizedTest
    @MethodSource("faultsOfTheTransport")
    void an_error_in_the_transport_does_not_hide_the_failure_of_the_work(Throwable fault) {
        coordinator.rollbackFails(fault);
        var failure = new IllegalStateException("no stock");

        assertThatThrownBy(() -> template.execute(BUY, () -> {
                    throw failure;
                }))
                .isSameAs(failure);
        assertThat(failure.getSuppressed()).singleElement().isInstanceOf(OutcomeUnknownException.class);
    }

    @ParameterizedTest
    @MethodSource("faultsOfTheTransport")
    void an_error_in_the_transport_at_the_commit_is_told_as_unknown(Throwable fault) {
        coordinator.commitFails(fault);

        assertThatThrownBy(this::buy)
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("a fault of the transport");
    }

    @Test
    void local_work_that_has_ended_does_not_hinder_the_commit() {
        LocalWork done = () -> "done";

        template.execute(BUY, () -> {
            GlobalScope scope = GlobalScope.current();
            assertThat(scope.forBranches().enlist(done)).isTrue();
            scope.forBranches().delist(done);
            return null;
        });

        assertThat(coordinator.asked).containsExactly("begin buy 60000", "commit 1");
    }

    @Test
    void local_work_that_comes_after_the_end_is_turned_away() {
        GlobalScope ended = template.execute(BUY, GlobalScope::current);

        assertThat(ended.forBranches().enlist(() -> "late")).isFalse();
        assertThat(ended.unfinishedLocalWork()).isEmpty();
    }

    @Test
    void a_timeout_that_is_over_before_the_commit_rolls_back() {
        assertThatThrownBy(() -> template.execute(BUY.withTimeout(Duration.ofMillis(1)), () -> {
                    long end = System.nanoTime() + Duration.ofMillis(5).toNanos();
                    while (System.nanoTime() < end) {
                        Thread.onSpinWait();
                    }
                    return null;
                }))
                .isInstanceOf(GlobalTransactionTimedOutException.class);
        assertThat(coordinator.asked).containsExactly("begin buy 1", "rollback 1");
    }

    @Test
    void rollback_only_prevents_the_commit_and_gives_its_reason() {
        assertThatThrownBy(() -> template.execute(BUY, () -> {
                    GlobalScope.current().setRollbackOnly("credit is used up");
                    GlobalScope.current().setRollbackOnly("second reason");
                    return null;
                }))
                .isInstanceOf(GlobalTransactionFailedException.class)
                .hasMessageContaining("credit is used up")
                .hasMessageNotContaining("second reason");
        assertThat(coordinator.asked).containsExactly("begin buy 60000", "rollback 1");
    }

    @Test
    void required_joins_and_leaves_the_end_to_the_launcher() {
        template.execute(BUY, () -> template.execute(BUY, () -> null));

        assertThat(coordinator.asked).containsExactly("begin buy 60000", "commit 1");
    }

    @Test
    void a_participant_that_fails_forbids_the_commit_even_when_its_failure_is_caught() {
        assertThatThrownBy(() -> template.execute(BUY, () -> {
                    catchThrowable(() -> template.execute(GlobalTransactionDefinition.named("pay"), () -> {
                        throw new IllegalStateException("no credit");
                    }));
                    return null;
                }))
                .isInstanceOf(GlobalTransactionFailedException.class)
                .hasMessageContaining("'pay'")
                .hasMessageContaining("no credit");
        assertThat(coordinator.asked).containsExactly("begin buy 60000", "rollback 1");
    }

    @Test
    void requires_new_sets_the_surrounding_one_aside_and_brings_it_back() {
        var alone = GlobalTransactionDefinition.named("audit").withPropagation(Propagation.REQUIRES_NEW);

        template.execute(BUY, () -> {
            assertThat(template.execute(alone, RootContext::getXID)).endsWith(":2");
            assertThat(RootContext.getXID()).endsWith(":1");
            return null;
        });

        assertThat(coordinator.asked).containsExactly("begin buy 60000", "begin audit 60000", "commit 2", "commit 1");
    }

    @Test
    void not_supported_runs_without_the_surrounding_one_and_brings_it_back() {
        var without = GlobalTransactionDefinition.named("log").withPropagation(Propagation.NOT_SUPPORTED);

        template.execute(BUY, () -> {
            template.execute(without, () -> assertThat(RootContext.getXID()).isEqualTo(null));
            assertThat(RootContext.getXID()).endsWith(":1");
            return null;
        });
    }

    @Test
    void supports_never_begins_one() {
        var supports = BUY.withPropagation(Propagation.SUPPORTS);

        template.execute(supports, () -> assertThat(GlobalScope.current()).isEqualTo(null));

        assertThat(coordinator.asked).isEmpty();
    }

    @Test
    void mandatory_outside_and_never_inside_are_refused_before_the_work_runs() {
        assertThatThrownBy(() -> template.execute(BUY.withPropagation(Propagation.MANDATORY), () -> {
                    throw new AssertionError("must not run");
                }))
                .isInstanceOf(IllegalPropagationException.class);
        template.execute(
                BUY,
                () -> assertThatThrownBy(() -> template.execute(BUY.withPropagation(Propagation.NEVER), () -> {
                            throw new AssertionError("must not run");
                        }))
                        .isInstanceOf(IllegalPropagationException.class));
    }

    @Test
    void lock_limits_of_a_participant_hold_for_its_own_work_only() {
        var limits = new LockRetryLimits(Duration.ofMillis(1), 2);
        var patient = GlobalTransactionDefinition.named("pay").withLockRetry(limits);

        template.execute(BUY, () -> {
            template.execute(
                    patient, () -> assertThat(GlobalScope.current().lockRetry()).isEqualTo(limits));
            assertThat(GlobalScope.current().lockRetry()).isNull();
            return null;
        });
    }

    private void buy() {
        template.execute(BUY, () -> null);
    }

    private static TcRefusedException refused(GlobalStatus status) {
        return new TcRefusedException(TransactionExceptionCode.FailedStore, "store is down", status);
    }
}
