package dev.lockstep.tm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.lockstep.port.AnswerLostException;
import dev.lockstep.port.TcUnreachableException;
import io.seata.core.context.RootContext;
import io.seata.core.model.GlobalStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.MDC;

/** A begin that is sent before anybody waits for it, while the TC takes its time. */
@Timeout(60)
class BeginAheadTest {

    private static final GlobalTransactionDefinition BUY = GlobalTransactionDefinition.named("buy");
    private static final String XID = "tc:1:7";

    private final HeldCoordinator coordinator = new HeldCoordinator();
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private final GlobalTransactions transactions = transactions(TmOptions.builder("shop", "group"));
    private final GlobalTransactionTemplate template = template(transactions);

    @AfterEach
    void nothing_stays_on_the_thread() {
        assertThat(RootContext.entries()).isEmpty();
        assertThat(MDC.get(RootContext.MDC_KEY_XID)).isNull();
        assertThat(transactions.running()).isEmpty();
    }

    // ---- the xid is needed

    @Test
    void a_scope_that_will_need_its_xid_asks_for_it_once_and_waits_for_nothing() {
        template.execute(BUY, () -> {
            GlobalScope scope = GlobalScope.current();
            scope.beginAhead();
            scope.beginAhead();

            assertThat(coordinator.asked).containsExactly("begin buy ahead");
            assertThat(scope.xidIfBegun()).isNull();
            assertThat(MDC.get(RootContext.MDC_KEY_XID)).isNull();

            answer(0);
            assertThat(scope.xid()).isEqualTo(XID);
            assertThat(MDC.get(RootContext.MDC_KEY_XID)).isEqualTo(XID);
            scope.beginAhead();
            assertThat(transactions.running()).containsExactly(scope);
            return null;
        });

        assertThat(coordinator.asked).containsExactly("begin buy ahead", "commit " + XID);
    }

    @Test
    void who_needs_the_xid_first_waits_for_the_answer_and_hears_of_the_begin_on_its_own_thread() {
        template.execute(BUY, () -> {
            GlobalScope.current().beginAhead();
            assertThat(heard).containsExactly("beforeBegin on " + here());
            answerSoon(0);
            assertThat(RootContext.getXID()).isEqualTo(XID);
            assertThat(heard).containsExactly("beforeBegin on " + here(), "afterBegin on " + here());
            return null;
        });
    }

    @Test
    void another_thread_that_reads_the_xid_on_its_way_gets_the_same_one() {
        template.execute(BUY, () -> {
            GlobalScope.current().beginAhead();
            ScopeHandover handover = ScopeHandover.ofThread();
            CompletableFuture<String> elsewhere = onThreadOfItsOwn(() -> {
                handover.takeUp();
                try {
                    return RootContext.getXID();
                } finally {
                    ScopeHandover.clear();
                }
            });
            answerSoon(0);
            assertThat(RootContext.getXID()).isEqualTo(XID);
            assertThat(elsewhere.orTimeout(30, TimeUnit.SECONDS).join()).isEqualTo(XID);
            return null;
        });

        assertThat(coordinator.asked).containsExactly("begin buy ahead", "commit " + XID);
        assertThat(heard).filteredOn(step -> step.startsWith("afterBegin")).hasSize(1);
    }

    @Test
    void a_transaction_of_its_own_in_between_has_a_begin_of_its_own() {
        var alone = GlobalTransactionDefinition.named("audit").withPropagation(Propagation.REQUIRES_NEW);
        template.execute(BUY, () -> {
            GlobalScope outer = GlobalScope.current();
            outer.beginAhead();
            template.execute(alone, () -> {
                GlobalScope.current().beginAhead();
                coordinator.begins.get(1).complete("tc:1:8");
                return assertThat(RootContext.getXID()).isEqualTo("tc:1:8");
            });
            assertThat(outer.xidIfBegun()).isNull();
            answer(0);
            return assertThat(RootContext.getXID()).isEqualTo(XID);
        });

        assertThat(coordinator.asked)
                .containsExactly("begin buy ahead", "begin audit ahead", "commit tc:1:8", "commit " + XID);
    }

    // ---- the begin fails

    @Test
    void a_begin_that_fails_is_told_to_who_needs_the_xid_as_if_it_had_been_asked_for_then() {
        assertThatThrownBy(() -> template.execute(BUY, () -> {
                    GlobalScope.current().beginAhead();
                    coordinator.begins.get(0).completeExceptionally(new AnswerLostException("closed", null));
                    assertThat(GlobalScope.current().rollbackOnlyReason()).isNull();
                    assertThat(catchThrowable(RootContext::getXID))
                            .isInstanceOf(TcUnavailableException.class)
                            .hasMessageContaining("was not begun and nothing was written for it")
                            .hasMessageContaining("closed")
                            .hasCauseInstanceOf(AnswerLostException.class);
                    assertThat(GlobalScope.current().rollbackOnlyReason()).contains("could not be begun");
                    return RootContext.getXID();
                }))
                .isInstanceOf(TcUnavailableException.class);

        assertThat(coordinator.asked).containsExactly("begin buy ahead");
        assertThat(failures).isNotEmpty().allMatch(failure -> failure.startsWith("buy NOT_BEGUN"));
    }

    @Test
    void a_begin_that_found_no_tc_is_asked_for_again_when_the_xid_is_needed() {
        template.execute(BUY, () -> {
            GlobalScope.current().beginAhead();
            coordinator.begins.get(0).completeExceptionally(new TcUnreachableException("no TC", null));
            return assertThat(RootContext.getXID()).isEqualTo("tc:1:now");
        });

        assertThat(coordinator.asked).containsExactly("begin buy ahead", "begin buy", "commit tc:1:now");
        assertThat(failures).isEmpty();
        assertClosesAtOnce();
    }

    @Test
    void a_begin_that_fails_and_that_nobody_needs_troubles_nobody() {
        template.execute(BUY, () -> {
            GlobalScope.current().beginAhead();
            coordinator.begins.get(0).completeExceptionally(new TcUnreachableException("no TC", null));
            return null;
        });

        assertThat(coordinator.asked).containsExactly("begin buy ahead");
        assertThat(failures).isEmpty();
        assertClosesAtOnce();
    }

    static List<Throwable> whateverForbids() {
        return List.of(new IllegalStateException("not now"), new IOException("not now"), new AssertionError("not now"));
    }

    @SuppressWarnings("unchecked")
    private static <X extends Throwable> RuntimeException asItIs(Throwable undeclared) throws X {
        throw (X) undeclared;
    }

    @ParameterizedTest
    @MethodSource("whateverForbids")
    void a_listener_that_forbids_the_begin_is_told_to_who_needs_the_xid_and_nothing_is_sent(Throwable forbids) {
        var forbidding = new GlobalTransactionTemplate(
                transactions,
                List.of(new TransactionListener() {
                    @Override
                    public void beforeBegin(GlobalTransactionDefinition definition) {
                        throw BeginAheadTest.<RuntimeException>asItIs(forbids);
                    }
                }),
                FailureListener.LOGGING);

        assertThatThrownBy(() -> forbidding.execute(BUY, () -> {
                    GlobalScope.current().beginAhead();
                    return RootContext.getXID();
                }))
                .isSameAs(forbids);
        assertThat(coordinator.asked).isEmpty();
        assertClosesAtOnce();
    }

    @Test
    void a_timeout_that_is_over_when_the_xid_is_needed_refuses_it_and_gives_up_what_was_begun() {
        // Time enough for the begin, which is refused once the timeout is over.
        assertThatThrownBy(() -> template.execute(BUY.withTimeout(Duration.ofSeconds(5)), () -> {
                    GlobalScope scope = GlobalScope.current();
                    scope.beginAhead();
                    answer(0);
                    await().atMost(Duration.ofSeconds(30))
                            .pollDelay(Duration.ZERO)
                            .until(() -> scope.remaining().isZero());
                    assertThat(scope.xidOnItsWay()).isNull();
                    return RootContext.getXID();
                }))
                .isInstanceOf(GlobalTransactionTimedOutException.class)
                .hasMessageContaining("was not begun");
        assertThat(coordinator.asked).containsExactly("begin buy ahead", "rollback " + XID + " unused");
    }

    // ---- nobody needs the xid in the end

    @Test
    void a_scope_that_ends_without_needing_the_xid_waits_for_nothing_and_is_rolled_back_when_the_answer_comes() {
        template.execute(BUY, () -> {
            GlobalScope.current().beginAhead();
            return null;
        });

        assertThat(coordinator.asked).containsExactly("begin buy ahead");
        assertThat(heard).last().asString().startsWith("afterCompletion NOT_BEGUN");
        assertThat(heard).noneMatch(step -> step.startsWith("afterBegin"));
        answer(0);
        assertThat(coordinator.asked).containsExactly("begin buy ahead", "rollback " + XID + " unused");
    }

    @Test
    void work_that_fails_before_the_answer_gets_its_own_exception_alone() {
        assertThatThrownBy(() -> template.execute(BUY, () -> {
                    GlobalScope.current().beginAhead();
                    throw new IllegalArgumentException("no such item");
                }))
                .hasMessage("no such item")
                .hasNoSuppressedExceptions();

        answer(0);
        assertThat(coordinator.asked).containsExactly("begin buy ahead", "rollback " + XID + " unused");
    }

    @Test
    void a_scope_that_has_ended_gets_no_xid_although_one_was_on_its_way() {
        GlobalScope ended = template.execute(BUY, () -> {
            GlobalScope.current().beginAhead();
            return GlobalScope.current();
        });

        assertThatThrownBy(ended::xid).isInstanceOf(IllegalStateException.class);
        ended.beginAhead();
        assertThat(ended.xidOnItsWay()).isNull();
        assertThat(coordinator.asked).containsExactly("begin buy ahead");
    }

    @Test
    void the_close_waits_until_what_was_not_needed_is_rolled_back() {
        template.execute(BUY, () -> {
            GlobalScope.current().beginAhead();
            return null;
        });
        CompletableFuture<Void> closing = onThreadOfItsOwn(() -> {
            transactions.close();
            return null;
        });
        await().until(this::isClosed);
        assertThat(closing).isNotDone();

        answer(0);
        assertThat(closing).isNotDone();
        coordinator.unused.get(0).complete(GlobalStatus.Rollbacked);
        closing.orTimeout(30, TimeUnit.SECONDS).join();
    }

    @Test
    void after_the_close_nothing_is_sent_ahead() {
        transactions.close();

        assertThatThrownBy(() -> template.execute(BUY, () -> {
                    GlobalScope.current().beginAhead();
                    return RootContext.getXID();
                }))
                .isInstanceOf(TcUnavailableException.class)
                .hasMessageContaining("being shut down");
        assertThat(coordinator.asked).isEmpty();
    }

    @Test
    void begins_that_nobody_needs_stop_being_sent_ahead_while_many_wait_to_be_rolled_back() {
        for (int i = 0; i < 200; i++) {
            template.execute(BUY, () -> {
                GlobalScope.current().beginAhead();
                return null;
            });
        }
        int sent = coordinator.begins.size();
        assertThat(sent).isBetween(1, 199);

        coordinator.begins.get(0).completeExceptionally(new TcUnreachableException("no TC", null));
        template.execute(BUY, () -> {
            GlobalScope.current().beginAhead();
            return null;
        });
        assertThat(coordinator.begins).hasSize(sent + 1);
    }

    // ---- one more request follows the begin by itself

    @Test
    void an_xid_on_its_way_is_handed_out_only_as_long_as_it_is() {
        template.execute(BUY, () -> {
            GlobalScope scope = GlobalScope.current();
            assertThat(scope.xidOnItsWay()).isNull();
            scope.beginAhead();
            CompletableFuture<String> onItsWay = scope.xidOnItsWay();
            assertThat(onItsWay).isNotDone();
            answer(0);
            assertThat(onItsWay).isCompletedWithValue(XID);
            assertThat(transactions.running()).containsExactly(scope);
            assertThat(scope.xidOnItsWay()).isNull();
            assertThat(scope.xid()).isEqualTo(XID);
            return null;
        });

        assertThat(coordinator.asked).containsExactly("begin buy ahead", "commit " + XID);
    }

    @Test
    void a_scope_whose_xid_on_its_way_was_handed_out_waits_for_it_when_it_ends() {
        assertThatThrownBy(() -> template.execute(BUY, () -> {
                    GlobalScope scope = GlobalScope.current();
                    scope.beginAhead();
                    scope.xidOnItsWay();
                    answerSoon(0);
                    throw new IllegalArgumentException("no such item");
                }))
                .hasMessage("no such item");

        assertThat(coordinator.asked).containsExactly("begin buy ahead", "rollback " + XID);
    }

    @Test
    void a_begin_that_fails_after_it_was_handed_out_leaves_nothing_to_roll_back() {
        assertThatThrownBy(() -> template.execute(BUY, () -> {
                    GlobalScope scope = GlobalScope.current();
                    scope.beginAhead();
                    scope.xidOnItsWay();
                    coordinator.begins.get(0).completeExceptionally(new AnswerLostException("closed", null));
                    return null;
                }))
                .isInstanceOf(TcUnavailableException.class)
                .hasMessageContaining("nothing was written for it");

        assertThat(coordinator.asked).containsExactly("begin buy ahead");
    }

    // ---- where nothing is sent ahead

    @Test
    void a_scope_that_only_reads_asks_nothing() {
        template.execute(BUY, () -> GlobalScope.current().xidOnItsWay());

        assertThat(coordinator.asked).isEmpty();
        assertThat(heard).noneMatch(step -> step.startsWith("beforeBegin"));
    }

    @Test
    void an_eager_begin_is_asked_for_and_waited_for_as_ever() {
        var eager = transactions(TmOptions.builder("shop", "group").lazyBegin(false));

        template(eager).execute(BUY, () -> {
            GlobalScope.current().beginAhead();
            return null;
        });

        assertThat(coordinator.asked).containsExactly("begin buy", "commit tc:1:now");
    }

    @Test
    void who_does_not_want_it_ahead_has_it_asked_for_when_it_is_needed() {
        var late = transactions(TmOptions.builder("shop", "group").beginAhead(false));

        template(late).execute(BUY, () -> {
            GlobalScope.current().beginAhead();
            assertThat(coordinator.asked).isEmpty();
            return RootContext.getXID();
        });

        assertThat(coordinator.asked).containsExactly("begin buy", "commit tc:1:now");
    }

    @Test
    void a_participant_has_its_xid() {
        RootContext.bind("tc:9:99");
        GlobalScope.current().beginAhead();
        assertThat(GlobalScope.current().xidOnItsWay()).isNull();
        RootContext.unbind();

        assertThat(coordinator.asked).isEmpty();
    }

    @Test
    void a_coordinator_that_cannot_begin_ahead_is_asked_when_the_xid_is_needed() {
        var plain = new ScriptedCoordinator();
        var lazily = new GlobalTransactions(plain, TmOptions.of("shop", "group"));

        template(lazily).execute(BUY, () -> {
            GlobalScope.current().beginAhead();
            assertThat(plain.asked).isEmpty();
            return RootContext.getXID();
        });

        assertThat(plain.asked).hasSize(2).last().isEqualTo("commit 1");
    }

    private void answer(int begin) {
        coordinator.begins.get(begin).complete(XID);
    }

    private void answerSoon(int begin) {
        onThreadOfItsOwn(() -> {
            answer(begin);
            return null;
        });
    }

    private interface Work<T> {
        T run();
    }

    private static <T> CompletableFuture<T> onThreadOfItsOwn(Work<T> work) {
        return CompletableFuture.supplyAsync(work::run, task -> {
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            thread.start();
        });
    }

    private boolean isClosed() {
        return catchThrowable(() -> new GlobalTransactionTemplate(transactions).execute(BUY, RootContext::getXID))
                instanceof TcUnavailableException;
    }

    private void assertClosesAtOnce() {
        onThreadOfItsOwn(() -> {
                    transactions.close();
                    return null;
                })
                .orTimeout(5, TimeUnit.SECONDS)
                .join();
    }

    private static String here() {
        return Thread.currentThread().getName();
    }

    private GlobalTransactions transactions(TmOptions.Builder options) {
        return new GlobalTransactions(
                coordinator, options.closeLimit(Duration.ofSeconds(30)).build());
    }

    private GlobalTransactionTemplate template(GlobalTransactions ofTransactions) {
        return new GlobalTransactionTemplate(
                ofTransactions,
                List.of(new TransactionListener() {
                    @Override
                    public void beforeBegin(GlobalTransactionDefinition definition) {
                        heard.add("beforeBegin on " + here());
                    }

                    @Override
                    public void afterBegin(GlobalScope scope) {
                        heard.add("afterBegin on " + here());
                    }

                    @Override
                    public void afterCompletion(GlobalScope scope, GlobalOutcome outcome) {
                        heard.add("afterCompletion " + outcome);
                    }
                }),
                (name, outcome, trouble) -> failures.add(name + " " + outcome + " " + trouble.getMessage()));
    }
}
