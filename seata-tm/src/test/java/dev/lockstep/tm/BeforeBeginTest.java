package dev.lockstep.tm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.lockstep.port.AnswerLostException;
import dev.lockstep.port.TcUnreachableException;
import io.seata.core.context.RootContext;
import io.seata.core.model.TransactionManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;

/** What a listener may do that is told before the TC is asked for the xid. */
@Timeout(60)
class BeforeBeginTest {

    private static final GlobalTransactionDefinition BUY = GlobalTransactionDefinition.named("buy");
    private static final String FIRST = "10.0.0.1:8091:1";

    private final ScriptedCoordinator coordinator = new ScriptedCoordinator();
    private final HeldCoordinator unhurried = new HeldCoordinator();
    private final List<Object> seen = new ArrayList<>();
    private final List<Throwable> failures = new ArrayList<>();
    private GlobalTransactions transactions;
    private GlobalScope launched;
    private Runnable told = () -> {};
    private Runnable toldOfFailure = () -> {};

    @AfterEach
    void nothing_stays_on_the_thread_and_nothing_stays_begun() {
        assertThat(RootContext.entries()).isEmpty();
        assertThat(MDC.get(RootContext.MDC_KEY_XID)).isNull();
        assertThat(transactions.running()).isEmpty();
        onThreadOfItsOwn(transactions::close).orTimeout(5, TimeUnit.SECONDS).join();
    }

    // ---- nothing is bound

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_listener_that_looks_for_an_xid_finds_none(boolean lazily) {
        told = () -> {
            seen.add(RootContext.getXID() == null);
            seen.add(GlobalScope.current() == null);
            seen.add(XidPropagation.outgoing() == null);
        };

        template(coordinator, lazily)
                .execute(BUY, () -> assertThat(RootContext.getXID()).isEqualTo(FIRST));

        assertThat(seen).containsExactly(true, true, true);
        assertThat(coordinator.asked).hasSize(2).last().isEqualTo("commit 1");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_listener_that_writes_and_is_not_told_of_its_own_write_has_nothing_begun_twice(boolean lazily) {
        told = onlyOnce(() -> {
            GlobalScope scope = GlobalScope.current();
            if (scope != null) {
                scope.xid();
            }
        });

        template(coordinator, lazily).execute(BUY, RootContext::getXID);

        assertThat(coordinator.asked).hasSize(2).last().isEqualTo("commit 1");
    }

    @Test
    void a_listener_that_writes_while_a_begin_is_sent_ahead_has_it_sent_once() {
        told = onlyOnce(() -> {
            GlobalScope scope = GlobalScope.current();
            if (scope != null) {
                scope.beginAhead();
            }
        });

        template(unhurried, true).execute(BUY, () -> {
            launched.beginAhead();
            answerAll();
            return RootContext.getXID();
        });

        assertThat(unhurried.asked).containsExactly("begin buy ahead", "commit tc:1:1");
    }

    @Test
    void a_begin_on_another_thread_binds_nothing_there_and_leaves_that_thread_as_it_was() {
        told = () -> seen.add(GlobalScope.current());

        template(coordinator, true).execute(BUY, () -> {
            ScopeHandover handover = ScopeHandover.ofThread();
            return onThreadOfItsOwn(() -> {
                        handover.takeUp();
                        try {
                            assertThat(RootContext.getXID()).isEqualTo(FIRST);
                            assertThat(GlobalScope.current()).isSameAs(launched);
                            assertThat(MDC.get(RootContext.MDC_KEY_XID)).isEqualTo(FIRST);
                        } finally {
                            ScopeHandover.clear();
                        }
                    })
                    .orTimeout(30, TimeUnit.SECONDS)
                    .join();
        });

        assertThat(seen).containsExactly((Object) null);
    }

    @Test
    void a_begin_on_a_thread_that_works_for_another_one_binds_neither_of_them() {
        told = () -> seen.add(GlobalScope.current());
        var alone = GlobalTransactionDefinition.named("audit").withPropagation(Propagation.REQUIRES_NEW);
        GlobalTransactionTemplate template = template(coordinator, true);

        template.execute(BUY, () -> {
            GlobalScope outer = launched;
            return template.execute(alone, () -> {
                GlobalScope inner = launched;
                inner.xid();
                outer.xid();
                assertThat(GlobalScope.current()).isSameAs(inner);
                return assertThat(MDC.get(RootContext.MDC_KEY_XID)).isEqualTo(inner.xid());
            });
        });

        assertThat(seen).containsExactly(null, null);
    }

    @Test
    void what_a_listener_binds_is_unbound_and_the_scope_is_bound_again_although_it_fails() {
        told = () -> {
            RootContext.bind("10.0.0.9:8091:99");
            throw new IllegalStateException("not now");
        };

        assertThatThrownBy(() -> template(coordinator, true).execute(BUY, () -> {
                    assertThatThrownBy(RootContext::getXID).hasMessage("not now");
                    return assertThat(GlobalScope.current()).isSameAs(launched);
                }))
                .isInstanceOf(TcUnavailableException.class);
        assertThat(coordinator.asked).isEmpty();
    }

    // ---- a listener that has kept the scope

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_listener_that_asks_the_scope_itself_for_its_xid_is_refused_and_the_begin_goes_on(boolean lazily) {
        told = () -> seen.add(catchThrowable(launched::xid));

        template(coordinator, lazily)
                .execute(BUY, () -> assertThat(RootContext.getXID()).isEqualTo(FIRST));

        assertThat(seen)
                .singleElement()
                .satisfies(refused -> assertThat((Throwable) refused)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("'buy'")
                        .hasMessageContaining("afterBegin"));
        assertThat(coordinator.asked).hasSize(2).last().isEqualTo("commit 1");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_listener_that_lets_the_refusal_through_prevents_the_begin(boolean lazily) {
        told = () -> launched.xid();

        assertThatThrownBy(() -> template(coordinator, lazily).execute(BUY, RootContext::getXID))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("afterBegin");
        assertThat(coordinator.asked).isEmpty();
    }

    @Test
    void a_listener_that_takes_the_scope_up_while_a_begin_is_sent_ahead_has_it_sent_once() {
        told = () -> {
            ScopeHandover.of(launched).takeUp();
            GlobalScope.current().beginAhead();
            seen.add(launched.xidOnItsWay());
            seen.add(catchThrowable(RootContext::getXID).getClass());
        };

        template(unhurried, true).execute(BUY, () -> {
            launched.beginAhead();
            answerAll();
            return RootContext.getXID();
        });

        assertThat(seen).containsExactly(null, IllegalStateException.class);
        assertThat(unhurried.asked).containsExactly("begin buy ahead", "commit tc:1:1");
    }

    @Test
    void a_scope_that_a_listener_has_ended_is_not_begun() {
        GlobalTransactionTemplate template = template(coordinator, true);
        try (GlobalTransaction byHand = template.begin(BUY)) {
            told = () -> byHand.scope().end();

            assertThatThrownBy(byHand.scope()::xid)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("has ended");
        }
        assertThat(coordinator.asked).isEmpty();
    }

    @Test
    void a_scope_that_a_listener_has_ended_is_not_begun_ahead() {
        GlobalTransactionTemplate template = template(unhurried, true);
        try (GlobalTransaction byHand = template.begin(BUY)) {
            told = () -> byHand.scope().end();
            byHand.scope().beginAhead();
        }

        assertThat(unhurried.asked).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void who_is_told_that_it_was_not_begun_does_not_begin_it_either(boolean lazily) {
        coordinator.beginFails(new TcUnreachableException("no TC", null));
        toldOfFailure = () -> seen.add(catchThrowable(launched::xid));

        assertThatThrownBy(() -> template(coordinator, lazily).execute(BUY, RootContext::getXID))
                .isInstanceOf(TcUnavailableException.class);

        assertThat(seen).first().isInstanceOf(IllegalStateException.class);
        assertThat(coordinator.asked).hasSize(1);
    }

    @Test
    void who_is_told_that_what_was_sent_ahead_was_not_begun_does_not_take_its_answer_again() {
        toldOfFailure = () -> seen.add(catchThrowable(launched::xid));

        assertThatThrownBy(() -> template(unhurried, true).execute(BUY, () -> {
                    launched.beginAhead();
                    unhurried.begins.get(0).completeExceptionally(new AnswerLostException("closed", null));
                    return RootContext.getXID();
                }))
                .isInstanceOf(TcUnavailableException.class);

        assertThat(seen).first().isInstanceOf(IllegalStateException.class);
        assertThat(failures).isNotEmpty().allMatch(TcUnavailableException.class::isInstance);
    }

    private static Runnable onlyOnce(Runnable work) {
        var inside = new boolean[1];
        return () -> {
            if (!inside[0]) {
                inside[0] = true;
                try {
                    work.run();
                } finally {
                    inside[0] = false;
                }
            }
        };
    }

    private void answerAll() {
        for (int i = 0; i < unhurried.begins.size(); i++) {
            unhurried.begins.get(i).complete("tc:1:" + (i + 1));
        }
    }

    private static CompletableFuture<Void> onThreadOfItsOwn(Runnable work) {
        return CompletableFuture.runAsync(work, task -> {
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            thread.start();
        });
    }

    private GlobalTransactionTemplate template(TransactionManager tc, boolean lazily) {
        transactions = new GlobalTransactions(
                tc,
                TmOptions.builder("shop", "group")
                        .lazyBegin(lazily)
                        .closeLimit(Duration.ofSeconds(30))
                        .build());
        return new GlobalTransactionTemplate(
                transactions,
                List.of(new TransactionListener() {
                    @Override
                    public void launched(GlobalScope scope) {
                        launched = scope;
                    }

                    @Override
                    public void beforeBegin(GlobalTransactionDefinition definition) {
                        told.run();
                    }
                }),
                (name, outcome, trouble) -> {
                    failures.add(trouble);
                    toldOfFailure.run();
                });
    }
}
