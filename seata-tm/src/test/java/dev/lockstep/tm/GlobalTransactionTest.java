package dev.lockstep.tm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.seata.core.context.RootContext;
import io.seata.core.model.GlobalStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** In which order, and on which thread, transactions by hand are ended. */
class GlobalTransactionTest {

    private static final GlobalTransactionDefinition BUY = GlobalTransactionDefinition.named("buy");
    private static final GlobalTransactionDefinition AUDIT = GlobalTransactionDefinition.named("audit");

    private enum End {
        COMMIT(GlobalTransaction::commit, "commit"),
        ROLLBACK(GlobalTransaction::rollback, "rollback");

        private final Consumer<GlobalTransaction> how;
        private final String asked;

        End(Consumer<GlobalTransaction> how, String asked) {
            this.how = how;
            this.asked = asked;
        }
    }

    private final ScriptedCoordinator coordinator = new ScriptedCoordinator();
    private final VirtualTime time = new VirtualTime();
    private final TmOptions options =
            TmOptions.builder("shop", "default_tx_group").lazyBegin(false).build();
    private final GlobalTransactions transactions =
            new GlobalTransactions(coordinator, options, time.repetition(options));
    private final GlobalTransactionTemplate template = new GlobalTransactionTemplate(transactions);

    @AfterEach
    void nothing_stays_on_the_thread() {
        try {
            assertThat(GlobalScope.current()).isNull();
            assertThat(GlobalLockScope.current()).isNull();
        } finally {
            ScopeHandover.clear();
        }
    }

    // ---- the order

    @ParameterizedTest
    @EnumSource
    void two_that_end_in_reverse_order_bring_back_what_was_bound_before(End end) {
        GlobalTransaction outer = template.begin(BUY);
        GlobalTransaction inner = template.begin(AUDIT);

        end.how.accept(inner);
        assertThat(GlobalScope.current()).isSameAs(outer.scope());
        end.how.accept(outer);

        assertThat(coordinator.asked)
                .containsExactly("begin buy 60000", "begin audit 60000", end.asked + " 2", end.asked + " 1");
    }

    @ParameterizedTest
    @EnumSource
    void the_outer_one_is_not_ended_before_the_inner_one(End end) {
        GlobalTransaction outer = template.begin(BUY);
        GlobalTransaction inner = template.begin(AUDIT);

        assertThatThrownBy(() -> end.how.accept(outer))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(outer.scope().xid())
                .hasMessageContaining(inner.scope().xid())
                .hasMessageContaining("End first what was begun inside it");

        assertThat(GlobalScope.current()).isSameAs(inner.scope());
        assertThat(outer.scope().isEnded()).isFalse();
        assertThat(coordinator.asked).containsExactly("begin buy 60000", "begin audit 60000");
        inner.commit();
        end.how.accept(outer);
        assertThat(coordinator.asked).endsWith("commit 2", end.asked + " 1");
    }

    @Test
    void a_refusal_does_not_begin_a_lazy_one() {
        var lazy = new GlobalTransactionTemplate(new GlobalTransactions(coordinator, TmOptions.of("shop", "group")));
        GlobalTransaction outer = lazy.begin(BUY);
        GlobalTransaction inner = lazy.begin(AUDIT);

        assertThatThrownBy(outer::commit).hasMessageContaining("'buy'").hasMessageContaining("'audit'");

        inner.commit();
        outer.commit();
        assertThat(coordinator.asked).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void another_thread_does_not_end_it(End end) {
        GlobalTransaction transaction = template.begin(BUY);

        Throwable refusal = onAnotherThread(() -> end.how.accept(transaction));

        assertThat(refusal)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("bound to no global transaction")
                .hasMessageContaining("on the thread that began it");
        assertThat(GlobalScope.current()).isSameAs(transaction.scope());
        end.how.accept(transaction);
        assertThat(coordinator.asked).containsExactly("begin buy 60000", end.asked + " 1");
    }

    @Test
    void a_thread_that_works_for_it_by_a_handover_does_not_end_it() {
        GlobalTransaction transaction = template.begin(BUY);
        ScopeHandover handover = ScopeHandover.ofThread();

        Throwable refusal = onAnotherThread(() -> {
            handover.takeUp();
            try {
                transaction.commit();
            } finally {
                ScopeHandover.clear();
            }
        });

        assertThat(refusal).isInstanceOf(IllegalStateException.class).hasMessageContaining("by a handover");
        transaction.commit();
    }

    @Test
    void it_does_not_end_after_the_method_that_launched_around_it() {
        GlobalTransaction late = template.execute(AUDIT, () -> template.begin(BUY));

        assertThatThrownBy(late::commit).isInstanceOf(IllegalStateException.class);

        assertThat(coordinator.asked).endsWith("commit 1");
        assertThatThrownBy(late::close).isInstanceOf(IllegalStateException.class);
        assertThat(coordinator.asked).endsWith("commit 1", "rollback 2");
    }

    @ParameterizedTest
    @EnumSource(names = {"REQUIRES_NEW", "NOT_SUPPORTED"})
    void work_that_sets_it_aside_does_not_end_it(Propagation propagation) {
        GlobalTransaction transaction = template.begin(BUY);

        template.execute(AUDIT.withPropagation(propagation), () -> {
            GlobalScope ofWork = GlobalScope.current();
            assertThatThrownBy(transaction::commit).isInstanceOf(IllegalStateException.class);
            return assertThat(GlobalScope.current()).isSameAs(ofWork);
        });

        transaction.commit();
        assertThat(coordinator.asked).endsWith("commit 1");
    }

    // ---- what others bind in between

    @Test
    void it_ends_when_another_library_has_bound_its_xid_again() {
        GlobalTransaction transaction = template.begin(BUY);
        String setAside = RootContext.unbind();
        RootContext.bind("10.0.0.9:8091:99");
        assertThatThrownBy(transaction::commit)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("10.0.0.9:8091:99");
        RootContext.unbind();
        assertThatThrownBy(transaction::commit)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("bound to no global transaction");
        RootContext.bind(setAside);

        transaction.commit();

        assertThat(coordinator.asked).containsExactly("begin buy 60000", "commit 1");
    }

    @Test
    void it_ends_inside_a_scope_that_looks_for_global_locks() {
        GlobalTransaction transaction = template.begin(BUY);

        GlobalLockScope.execute(null, () -> {
            transaction.commit();
            return null;
        });

        assertThat(coordinator.asked).containsExactly("begin buy 60000", "commit 1");
    }

    @Test
    void it_ends_when_its_thread_has_got_back_what_it_was_bound_to() {
        GlobalTransaction transaction = template.begin(BUY);
        ScopeHandover mine = ScopeHandover.ofThread();
        mine.takeUp();
        assertThatThrownBy(transaction::commit).isInstanceOf(IllegalStateException.class);
        ScopeHandover.clear();
        assertThatThrownBy(transaction::commit).isInstanceOf(IllegalStateException.class);
        mine.restore();

        transaction.commit();

        assertThat(coordinator.asked).containsExactly("begin buy 60000", "commit 1");
    }

    // ---- close

    @Test
    void closing_the_outer_one_first_rolls_it_back_and_leaves_the_inner_one_bound() {
        GlobalTransaction outer = template.begin(BUY);
        GlobalTransaction inner = template.begin(AUDIT);

        assertThatThrownBy(outer::close)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(outer.scope().xid())
                .hasMessageContaining(inner.scope().xid())
                .hasNoSuppressedExceptions();

        assertThat(coordinator.asked).endsWith("rollback 1");
        assertThat(transactions.running()).hasSize(1);
        assertThat(GlobalScope.current()).isSameAs(inner.scope());
        inner.commit();
        assertThat(coordinator.asked).endsWith("rollback 1", "commit 2");
    }

    @Test
    void the_end_of_the_inner_one_does_not_bring_back_an_outer_one_that_was_closed() {
        GlobalTransaction around = template.begin(GlobalTransactionDefinition.named("around"));
        GlobalTransaction outer = template.begin(BUY);
        GlobalTransaction inner = template.begin(AUDIT);
        assertThatThrownBy(outer::close).isInstanceOf(IllegalStateException.class);

        inner.commit();

        assertThat(GlobalScope.current()).isSameAs(around.scope());
        around.commit();
        assertThat(coordinator.asked).endsWith("rollback 2", "commit 3", "commit 1");
    }

    @Test
    void trouble_with_the_rollback_of_one_closed_too_early_is_told_beside() {
        coordinator.rollbackAnswers(GlobalStatus.RollbackFailed);
        GlobalTransaction outer = template.begin(BUY);
        GlobalTransaction inner = template.begin(AUDIT);

        Throwable told = catchThrowable(outer::close);

        assertThat(told).isInstanceOf(IllegalStateException.class);
        assertThat(told.getSuppressed()).singleElement().isInstanceOf(OutcomeUnknownException.class);
        inner.commit();
    }

    @Test
    void listeners_of_one_closed_too_early_work_for_it_before_its_rollback() {
        List<GlobalScope> seen = new ArrayList<>();
        GlobalTransaction outer = template.begin(BUY);
        outer.scope().addListener(new TransactionListener() {
            @Override
            public void beforeRollback(GlobalScope scope) {
                seen.add(GlobalScope.current());
            }
        });
        GlobalTransaction inner = template.begin(AUDIT);

        assertThatThrownBy(outer::close).isInstanceOf(IllegalStateException.class);

        assertThat(seen).containsExactly(outer.scope());
        inner.commit();
    }

    @Test
    void one_closed_by_another_thread_is_unbound_when_its_own_thread_closes_it() {
        GlobalTransaction transaction = template.begin(BUY);

        assertThat(onAnotherThread(transaction::close)).isInstanceOf(IllegalStateException.class);
        assertThat(coordinator.asked).containsExactly("begin buy 60000", "rollback 1");
        assertThatThrownBy(transaction::commit).hasMessageContaining("was ended before");
        transaction.close();

        assertThat(GlobalScope.current()).isNull();
        assertThat(coordinator.asked).containsExactly("begin buy 60000", "rollback 1");
    }

    @Test
    void one_closed_by_another_thread_is_still_come_back_to_by_its_own() {
        GlobalTransaction transaction = template.begin(BUY);

        template.execute(AUDIT.withPropagation(Propagation.NOT_SUPPORTED), () -> onAnotherThread(transaction::close));

        assertThat(GlobalScope.current()).isSameAs(transaction.scope());
        assertThat(transaction.scope().forBranches().enlist(() -> "late")).isFalse();
        transaction.close();
    }

    @Test
    void one_closed_by_another_thread_is_skipped_once_its_own_has_closed_it_too() {
        GlobalTransaction outer = template.begin(BUY);
        GlobalTransaction inner = template.begin(AUDIT);
        assertThat(onAnotherThread(outer::close)).isInstanceOf(IllegalStateException.class);

        outer.close();
        assertThat(GlobalScope.current()).isSameAs(inner.scope());
        inner.commit();

        assertThat(coordinator.asked).endsWith("rollback 1", "commit 2");
    }

    @Test
    void a_listener_that_closes_it_at_its_end_changes_nothing() {
        List<GlobalScope> seen = new ArrayList<>();
        GlobalTransaction transaction = template.begin(BUY);
        transaction.scope().addListener(new TransactionListener() {
            @Override
            public void beforeCommit(GlobalScope scope) {
                transaction.close();
                seen.add(GlobalScope.current());
            }
        });

        transaction.commit();

        assertThat(seen).containsExactly(transaction.scope());
        assertThat(coordinator.asked).containsExactly("begin buy 60000", "commit 1");
    }

    @Test
    void closing_takes_away_what_another_library_has_left_bound() {
        GlobalTransaction transaction = template.begin(BUY);
        RootContext.bind("10.0.0.9:8091:99");

        transaction.close();

        assertThat(coordinator.asked).containsExactly("begin buy 60000", "rollback 1");
    }

    private static Throwable onAnotherThread(Runnable work) {
        return CompletableFuture.supplyAsync(() -> {
                    Throwable thrown = catchThrowable(work::run);
                    assertThat(GlobalScope.current()).isNull();
                    return thrown;
                })
                .join();
    }
}
