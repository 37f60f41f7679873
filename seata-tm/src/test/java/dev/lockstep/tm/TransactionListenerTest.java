package dev.lockstep.tm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lockstep.port.AnswerLostException;
import dev.lockstep.port.TcRefusedException;
import dev.lockstep.port.TcUnreachableException;
import io.seata.core.context.RootContext;
import io.seata.core.exception.TransactionExceptionCode;
import io.seata.core.model.GlobalStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransactionListenerTest {

    private static final GlobalTransactionDefinition BUY = GlobalTransactionDefinition.named("buy");

    private final ScriptedCoordinator coordinator = new ScriptedCoordinator();
    private final List<String> heard = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private String failsAt = "";
    private Exception undeclared;
    private boolean lazy;

    @Test
    void a_commit_is_told_step_by_step() {
        template().execute(BUY, () -> heard.add("work"));

        assertThat(heard)
                .containsExactly(
                        "beforeBegin buy",
                        "afterBegin 1",
                        "work",
                        "beforeCommit 1",
                        "afterCommit 1",
                        "afterCompletion 1 COMMITTED");
        assertThat(failures).isEmpty();
    }

    @Test
    void a_rollback_is_told_step_by_step() {
        assertThatThrownBy(() -> template().execute(BUY, () -> {
                    throw new IllegalStateException("no");
                }))
                .hasMessage("no")
                .hasNoSuppressedExceptions();

        assertThat(heard)
                .containsExactly(
                        "beforeBegin buy",
                        "afterBegin 1",
                        "beforeRollback 1",
                        "afterRollback 1",
                        "afterCompletion 1 ROLLED_BACK");
        assertThat(failures).isEmpty();
    }

    @Test
    void what_a_listener_refuses_to_launch_is_rolled_back_whatever_the_rules_say_of_its_exception() {
        var refusal = new IllegalStateException("too many at once");
        var refusing = new TransactionListener() {
            @Override
            public void launched(GlobalScope scope) {
                throw refusal;
            }
        };
        var rules = RollbackRules.of(List.of(), List.of("IllegalStateException"));
        lazy = true;
        var template = new GlobalTransactionTemplate(
                transactions(), List.of(refusing, new Recorder()), (name, outcome, trouble) -> {});

        assertThatThrownBy(() -> template.execute(BUY.withRollbackRules(rules), () -> heard.add("work")))
                .isSameAs(refusal);

        assertThat(heard).doesNotContain("work").noneMatch(step -> step.contains("ommit"));
    }

    @Test
    void a_launch_is_told_on_the_thread_of_the_work_before_it_and_its_failure_at_the_end() {
        lazy = true;
        var seen = new ArrayList<String>();
        var listener = new TransactionListener() {
            @Override
            public void launched(GlobalScope scope) {
                seen.add("launched " + scope.label() + " " + scope.failure());
                assertThat(GlobalScope.current()).isSameAs(scope);
            }

            @Override
            public void afterCompletion(GlobalScope scope, GlobalOutcome outcome) {
                seen.add(outcome + " " + scope.failure());
            }
        };
        var template = new GlobalTransactionTemplate(
                new GlobalTransactions(coordinator, TmOptions.of("shop", "group")),
                List.of(listener),
                FailureListener.LOGGING);
        var failure = new IllegalStateException("no stock");

        assertThatThrownBy(() -> template.execute(BUY, () -> {
                    seen.add("work");
                    throw failure;
                }))
                .isSameAs(failure);
        template.execute(BUY, () -> null);
        try (GlobalTransaction byHand = template.begin(BUY)) {
            byHand.commit();
        }

        assertThat(seen)
                .containsExactly(
                        "launched 'buy', not begun null",
                        "work",
                        "NOT_BEGUN " + failure,
                        "launched 'buy', not begun null",
                        "NOT_BEGUN null",
                        "launched 'buy', not begun null",
                        "NOT_BEGUN null");
    }

    @Test
    void a_listener_that_fails_at_the_launch_keeps_the_work_from_running() {
        var listener = new TransactionListener() {
            @Override
            public void launched(GlobalScope scope) {
                throw new IllegalStateException("not now");
            }
        };
        var template = new GlobalTransactionTemplate(
                new GlobalTransactions(coordinator, TmOptions.of("shop", "group")),
                List.of(listener),
                FailureListener.LOGGING);

        assertThatThrownBy(() -> template.execute(BUY, () -> heard.add("work"))).hasMessage("not now");
        assertThatThrownBy(() -> template.begin(BUY)).hasMessage("not now");

        assertThat(heard).isEmpty();
        assertThat(coordinator.asked).isEmpty();
        assertThat(GlobalScope.current()).isNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void what_a_listener_does_after_the_end_is_no_part_of_what_has_ended(boolean commits) {
        var seen = new ArrayList<Object>();
        var listener = new TransactionListener() {
            @Override
            public void afterCommit(GlobalScope scope) {
                look();
            }

            @Override
            public void afterRollback(GlobalScope scope) {
                look();
            }

            @Override
            public void afterCompletion(GlobalScope scope, GlobalOutcome outcome) {
                look();
            }

            private void look() {
                seen.add(GlobalScope.current() == null && RootContext.getXID() == null);
            }
        };

        var template = template();
        catchThrowableOfType(
                IllegalStateException.class,
                () -> template.execute(BUY, () -> {
                    GlobalScope.current().addListener(listener);
                    if (!commits) {
                        throw new IllegalStateException("no");
                    }
                    return null;
                }));

        assertThat(seen).containsExactly(true, true);
        assertThat(RootContext.getXID()).isNull();
    }

    @Test
    void a_lazy_begin_is_told_when_it_happens() {
        lazy = true;
        template().execute(BUY, () -> {
            heard.add("work");
            return RootContext.getXID();
        });

        assertThat(heard).startsWith("work", "beforeBegin buy", "afterBegin 1", "beforeCommit 1");
    }

    @Test
    void what_never_began_is_told_as_such() {
        lazy = true;
        template().execute(BUY, () -> null);

        assertThat(heard).containsExactly("beforeCommit -", "afterCommit -", "afterCompletion - NOT_BEGUN");
    }

    @Test
    void a_participant_is_not_told_again() {
        GlobalTransactionTemplate template = template();
        template.execute(BUY, () -> template.execute(BUY, () -> null));

        assertThat(heard).hasSize(5);
    }

    @Test
    void a_commit_that_is_refused_while_the_transaction_stays_open_is_unknown_and_told_as_no_commit() {
        coordinator
                .commitFails(
                        new TcRefusedException(TransactionExceptionCode.FailedStore, "disk full", GlobalStatus.Begin))
                .statusAnswers(GlobalStatus.Begin);

        assertThatThrownBy(() -> template().execute(BUY, () -> null)).isInstanceOf(OutcomeUnknownException.class);

        assertThat(heard).endsWith("beforeCommit 1", "afterCompletion 1 UNKNOWN");
    }

    @Test
    void an_outcome_that_is_neither_is_told_by_the_last_word_alone() {
        coordinator.commitAnswers(GlobalStatus.Finished);

        assertThatThrownBy(() -> template().execute(BUY, RootContext::getXID))
                .isInstanceOf(OutcomeUnknownException.class);
        assertThat(heard).endsWith("beforeCommit 1", "afterCompletion 1 UNKNOWN");
        assertThat(failures).containsExactly("buy UNKNOWN OutcomeUnknownException");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void an_error_before_the_begin_prevents_it(boolean lazily) {
        lazy = lazily;
        failsAt = "beforeBegin";

        assertThatThrownBy(() -> template().execute(BUY, RootContext::getXID)).hasMessage("beforeBegin failed");
        assertThat(coordinator.asked).isEmpty();
        assertThat(heard).endsWith("afterCompletion - NOT_BEGUN");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void an_error_after_the_begin_rolls_back(boolean lazily) {
        lazy = lazily;
        failsAt = "afterBegin";

        assertThatThrownBy(() -> template().execute(BUY, RootContext::getXID)).hasMessage("afterBegin failed");
        assertThat(coordinator.asked).hasSize(2).last().isEqualTo("rollback 1");
    }

    @Test
    void an_error_before_the_commit_rolls_back_and_is_thrown() {
        failsAt = "beforeCommit";

        assertThatThrownBy(() -> template().execute(BUY, () -> null)).hasMessage("beforeCommit failed");
        assertThat(coordinator.asked).containsExactly("begin buy 60000", "rollback 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"afterCommit", "afterCompletion"})
    void an_error_after_the_commit_is_told_with_the_word_that_the_commit_stands(String step) {
        failsAt = step;

        var told = catchThrowableOfType(
                ListenerFailedException.class, () -> template().execute(BUY, () -> null));
        assertThat(told).hasMessageContaining("is committed").hasRootCauseMessage(step + " failed");
        assertThat(told.outcome()).isEqualTo(GlobalOutcome.COMMITTED);
        assertThat(coordinator.asked).containsExactly("begin buy 60000", "commit 1");
        assertThat(heard).endsWith("afterCommit 1", "afterCompletion 1 COMMITTED");
        assertThat(failures).containsExactly("buy COMMITTED ListenerFailedException");
    }

    @ParameterizedTest
    @ValueSource(strings = {"beforeRollback", "afterRollback"})
    void an_error_around_the_rollback_is_added_to_the_failure_of_the_work(String step) {
        failsAt = step;
        var failure = new IllegalStateException("no");

        assertThatThrownBy(() -> template().execute(BUY, () -> {
                    throw failure;
                }))
                .isSameAs(failure);
        assertThat(failure.getSuppressed()).hasSize(1);
        assertThat(failure.getSuppressed()[0]).hasStackTraceContaining(step + " failed");
        assertThat(coordinator.asked).containsExactly("begin buy 60000", "rollback 1");
    }

    // ---- what Java does not let a listener declare, but Kotlin does

    @ParameterizedTest
    @ValueSource(strings = {"afterBegin", "beforeCommit"})
    void a_checked_exception_before_the_commit_rolls_back_and_is_thrown_as_it_is(String step) {
        failsAt = step;
        undeclared = new IOException("disk full");
        GlobalTransactions transactions = transactions();

        assertThatThrownBy(() -> template(transactions).execute(BUY, () -> null))
                .isSameAs(undeclared);

        assertThat(coordinator.asked).containsExactly("begin buy 60000", "rollback 1");
        assertThat(transactions.running()).isEmpty();
        assertThat(heard).endsWith("beforeRollback 1", "afterRollback 1", "afterCompletion 1 ROLLED_BACK");
    }

    @ParameterizedTest
    @ValueSource(strings = {"beforeRollback", "afterRollback", "afterCompletion"})
    void a_checked_exception_around_the_rollback_is_added_to_the_failure_of_the_work(String step) {
        failsAt = step;
        undeclared = new IOException("disk full");
        GlobalTransactions transactions = transactions();
        var failure = new IllegalStateException("no");

        assertThatThrownBy(() -> template(transactions).execute(BUY, () -> {
                    throw failure;
                }))
                .isSameAs(failure);

        assertThat(failure.getSuppressed()).hasSize(1);
        assertThat(failure.getSuppressed()[0]).hasStackTraceContaining("disk full");
        assertThat(coordinator.asked).containsExactly("begin buy 60000", "rollback 1");
        assertThat(transactions.running()).isEmpty();
        assertThat(heard).endsWith("afterCompletion 1 ROLLED_BACK");
    }

    @Test
    void a_checked_exception_before_a_rollback_by_hand_does_not_keep_it_from_being_done() {
        failsAt = "beforeRollback";
        undeclared = new IOException("disk full");
        GlobalTransactions transactions = transactions();
        GlobalTransaction transaction = template(transactions).begin(BUY);

        assertThatThrownBy(transaction::rollback)
                .isInstanceOf(ListenerFailedException.class)
                .hasRootCause(undeclared);

        assertThat(coordinator.asked).containsExactly("begin buy 60000", "rollback 1");
        assertThat(transactions.running()).isEmpty();
        assertThat(GlobalScope.current()).isNull();
    }

    @Test
    void a_checked_exception_after_the_begin_by_hand_rolls_back() {
        failsAt = "afterBegin";
        undeclared = new IOException("disk full");
        GlobalTransactions transactions = transactions();

        assertThatThrownBy(() -> template(transactions).begin(BUY)).isSameAs(undeclared);

        assertThat(coordinator.asked).containsExactly("begin buy 60000", "rollback 1");
        assertThat(transactions.running()).isEmpty();
        assertThat(GlobalScope.current()).isNull();
    }

    @Test
    void a_checked_exception_of_the_failure_listener_is_added_to_what_it_was_told() {
        undeclared = new IOException("disk full");
        coordinator.commitAnswers(GlobalStatus.Rollbacked);
        var template = new GlobalTransactionTemplate(transactions(), List.of(), (name, outcome, trouble) -> {
            throw TransactionListenerTest.<RuntimeException>asItIs(undeclared);
        });

        assertThatThrownBy(() -> template.execute(BUY, () -> null))
                .isInstanceOf(GlobalTransactionFailedException.class)
                .satisfies(told -> assertThat(told.getSuppressed()).containsExactly(undeclared));
    }

    @Test
    void a_listener_of_one_global_transaction_hears_what_is_still_to_come() {
        template().execute(BUY, () -> {
            GlobalScope.current().addListener(new TransactionListener() {
                @Override
                public void afterCommit(GlobalScope scope) {
                    heard.add("own " + scope.name());
                }
            });
            return null;
        });

        assertThat(heard).contains("own buy").hasSize(6);
    }

    @Test
    void a_participant_from_another_process_cannot_listen_for_an_end_it_never_hears_of() {
        try (var call = XidPropagation.join("10.0.0.1:8091:7")) {
            assertThat(call).isNotNull();
            GlobalScope scope = GlobalScope.current();
            assertThatThrownBy(() -> scope.addListener(new TransactionListener() {}))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("launched");
        }
    }

    @Test
    void a_begin_that_fails_is_told_as_a_failure() {
        coordinator.beginFails(new TcUnreachableException("no TC", null));

        assertThatThrownBy(() -> template().execute(BUY, () -> null)).isInstanceOf(TcUnavailableException.class);
        assertThat(failures).containsExactly("buy NOT_BEGUN TcUnavailableException");
        assertThat(heard)
                .containsExactly(
                        "beforeBegin buy", "beforeRollback -", "afterRollback -", "afterCompletion - NOT_BEGUN");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void who_is_told_of_a_begin_that_fails_writes_for_no_global_transaction(boolean lazily) {
        lazy = lazily;
        coordinator.beginFails(new TcUnreachableException("no TC", null));
        var bound = new ArrayList<Object>();
        var template = new GlobalTransactionTemplate(transactions(), List.of(), (name, outcome, trouble) -> {
            bound.add(outcome);
            if (GlobalScope.current() != null) {
                bound.add(GlobalScope.current());
            }
        });

        assertThatThrownBy(() -> template.execute(BUY, RootContext::getXID)).isInstanceOf(TcUnavailableException.class);

        assertThat(bound).containsExactly(GlobalOutcome.NOT_BEGUN);
        assertThat(GlobalScope.current()).isNull();
    }

    @Test
    void a_rollback_still_going_on_is_told_as_a_failure_and_not_added_to_that_of_the_work() {
        coordinator.rollbackAnswers(GlobalStatus.RollbackRetrying);

        assertThatThrownBy(() -> template().execute(BUY, () -> {
                    throw new IllegalStateException("no");
                }))
                .hasNoSuppressedExceptions();
        assertThat(failures).containsExactly("buy ROLLING_BACK GlobalTransactionFailedException");
    }

    @Test
    void a_failure_listener_that_fails_is_added_to_what_it_was_told() {
        coordinator.commitFails(new AnswerLostException("closed", null));
        var template = new GlobalTransactionTemplate(transactions(), List.of(), (name, outcome, trouble) -> {
            throw new IllegalStateException("the alarm is broken");
        });

        assertThatThrownBy(() -> template.execute(BUY, () -> null))
                .isInstanceOf(OutcomeUnknownException.class)
                .satisfies(told -> assertThat(told.getSuppressed())
                        .singleElement()
                        .hasToString("java.lang.IllegalStateException: the alarm is broken"));
    }

    // ---- transactions by hand

    @Test
    void a_transaction_by_hand_is_bound_until_it_is_committed() {
        try (GlobalTransaction transaction = template().begin(BUY)) {
            assertThat(RootContext.getXID()).isEqualTo(transaction.scope().xid());
            transaction.commit();
            assertThat(RootContext.getXID()).isNull();
            assertThatThrownBy(transaction::commit).isInstanceOf(IllegalStateException.class);
        }
        assertThat(coordinator.asked).containsExactly("begin buy 60000", "commit 1");
    }

    @Test
    void a_transaction_by_hand_that_is_not_committed_is_rolled_back() {
        assertThatThrownBy(() -> {
                    try (GlobalTransaction transaction = template().begin(BUY)) {
                        assertThat(transaction).isNotNull();
                        throw new IllegalStateException("no");
                    }
                })
                .hasMessage("no");
        assertThat(RootContext.getXID()).isNull();
        assertThat(coordinator.asked).containsExactly("begin buy 60000", "rollback 1");
    }

    @Test
    void a_transaction_by_hand_that_cannot_be_begun_leaves_nothing_on_the_thread() {
        coordinator.beginFails(new TcUnreachableException("no TC", null));

        assertThatThrownBy(() -> template().begin(BUY)).isInstanceOf(TcUnavailableException.class);
        assertThat(GlobalScope.current()).isNull();
    }

    @Test
    void a_rollback_by_hand_that_is_not_done_in_full_is_told() {
        coordinator.rollbackAnswers(GlobalStatus.RollbackFailed);
        GlobalTransaction transaction = template().begin(BUY);

        assertThatThrownBy(transaction::rollback)
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("Repair them by hand");
        assertThat(GlobalScope.current()).isNull();
    }

    // ---- the rig

    private GlobalTransactionTemplate template() {
        return template(transactions());
    }

    private GlobalTransactionTemplate template(GlobalTransactions transactions) {
        return new GlobalTransactionTemplate(
                transactions,
                List.of(new Recorder()),
                (name, outcome, trouble) -> failures.add(
                        name + " " + outcome + " " + trouble.getClass().getSimpleName()));
    }

    private GlobalTransactions transactions() {
        var options =
                TmOptions.builder("shop", "default_tx_group").lazyBegin(lazy).build();
        return new GlobalTransactions(coordinator, options, new VirtualTime().repetition(options));
    }

    private void note(String step, String about) {
        heard.add(step + " " + about);
        if (step.equals(failsAt) && undeclared != null) {
            throw TransactionListenerTest.<RuntimeException>asItIs(undeclared);
        }
        if (step.equals(failsAt)) {
            throw new IllegalArgumentException(step + " failed");
        }
    }

    @SuppressWarnings("unchecked")
    private static <X extends Exception> RuntimeException asItIs(Exception undeclared) throws X {
        throw (X) undeclared;
    }

    private final class Recorder implements TransactionListener {

        @Override
        public void beforeBegin(GlobalTransactionDefinition definition) {
            note("beforeBegin", definition.name());
        }

        @Override
        public void afterBegin(GlobalScope scope) {
            note("afterBegin", number(scope));
        }

        @Override
        public void beforeCommit(GlobalScope scope) {
            note("beforeCommit", number(scope));
        }

        @Override
        public void afterCommit(GlobalScope scope) {
            note("afterCommit", number(scope));
        }

        @Override
        public void beforeRollback(GlobalScope scope) {
            note("beforeRollback", number(scope));
        }

        @Override
        public void afterRollback(GlobalScope scope) {
            note("afterRollback", number(scope));
        }

        @Override
        public void afterCompletion(GlobalScope scope, GlobalOutcome outcome) {
            note("afterCompletion", number(scope) + " " + outcome);
        }

        private static String number(GlobalScope scope) {
            String xid = scope.xidIfBegun();
            return xid == null ? "-" : xid.substring(xid.lastIndexOf(':') + 1);
        }
    }
}
