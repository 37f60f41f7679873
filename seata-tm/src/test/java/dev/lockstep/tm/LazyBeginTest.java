package dev.lockstep.tm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.lockstep.port.AnswerLostException;
import dev.lockstep.port.TcUnreachableException;
import io.seata.core.context.RootContext;
import io.seata.core.model.BranchType;
import java.io.File;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.MDC;

class LazyBeginTest {

    private static final GlobalTransactionDefinition BUY = GlobalTransactionDefinition.named("buy");
    private static final String FIRST = "10.0.0.1:8091:1";

    private final ScriptedCoordinator coordinator = new ScriptedCoordinator();
    private final TmOptions options = TmOptions.of("shop", "default_tx_group");
    private final GlobalTransactions transactions =
            new GlobalTransactions(coordinator, options, new VirtualTime().repetition(options));
    private final GlobalTransactionTemplate template = new GlobalTransactionTemplate(transactions);

    @AfterEach
    void nothing_stays_on_the_thread() {
        assertThat(RootContext.entries()).isEmpty();
        assertThat(MDC.get(RootContext.MDC_KEY_XID)).isNull();
        assertThat(transactions.running()).isEmpty();
    }

    @Test
    void work_that_nobody_needs_the_tc_for_asks_it_nothing() {
        String result = template.execute(BUY, () -> {
            assertThat(GlobalScope.current()).isNotNull();
            assertThat(GlobalScope.current().xidIfBegun()).isNull();
            assertThat(GlobalScope.current().isLauncher()).isTrue();
            assertThat(GlobalScope.current().toString()).contains("not begun");
            assertThat(MDC.get(RootContext.MDC_KEY_XID)).isNull();
            return "read";
        });

        assertThat(result).isEqualTo("read");
        assertThat(coordinator.asked).isEmpty();
    }

    @Test
    void work_that_fails_before_anything_needed_the_tc_asks_it_nothing() {
        assertThatThrownBy(() -> template.execute(BUY, () -> {
                    throw new IllegalStateException("no");
                }))
                .hasMessage("no")
                .hasNoSuppressedExceptions();
        assertThat(coordinator.asked).isEmpty();
    }

    static List<Arguments> every_read() {
        return List.of(
                read("RootContext.getXID", RootContext::getXID),
                read("RootContext.entries", () -> RootContext.entries().get(RootContext.KEY_XID)),
                read("RootContext.inGlobalTransaction", () -> RootContext.inGlobalTransaction() ? FIRST : null),
                read("RootContext.getBranchType", () -> RootContext.getBranchType() == BranchType.AT ? FIRST : null),
                read("RootContext.unbind", () -> {
                    String xid = RootContext.unbind();
                    RootContext.bind(xid);
                    return xid;
                }),
                read("RootContext.assertNotInGlobalTransaction", () -> {
                    assertThat(catchThrowable(RootContext::assertNotInGlobalTransaction))
                            .hasMessageContaining(FIRST);
                    return FIRST;
                }),
                read("ContextCore.get", () -> new ScopeContextCore().get(RootContext.KEY_XID)),
                read(
                        "ContextCore.entries",
                        () -> new ScopeContextCore().entries().get(RootContext.KEY_XID)),
                read("ContextCore.put", () -> {
                    Object before = new ScopeContextCore().put(RootContext.KEY_XID, "10.0.0.9:8091:99");
                    RootContext.bind(FIRST);
                    return before;
                }),
                read("ContextCore.remove", () -> {
                    Object before = new ScopeContextCore().remove(RootContext.KEY_XID);
                    RootContext.bind(FIRST);
                    return before;
                }),
                read("XidPropagation.outgoing", XidPropagation::outgoing),
                read("GlobalScope.xid", () -> GlobalScope.current().xid()));
    }

    private static Arguments read(String name, Callable<Object> read) {
        return Arguments.argumentSet(name, read);
    }

    @ParameterizedTest
    @MethodSource("every_read")
    void every_read_of_the_xid_begins_once(Callable<Object> read) throws Exception {
        template.<Object, Exception>execute(BUY, () -> {
            GlobalScope scope = GlobalScope.current();
            assertThat(coordinator.asked).isEmpty();
            assertThat(read.call()).isEqualTo(FIRST);
            assertThat(coordinator.asked).hasSize(1);
            assertThat(GlobalScope.current()).isSameAs(scope);
            assertThat(scope.xid()).isEqualTo(FIRST);
            assertThat(MDC.get(RootContext.MDC_KEY_XID)).isEqualTo(FIRST);
            assertThat(transactions.running()).containsExactly(scope);
            return null;
        });

        assertThat(coordinator.asked).hasSize(2).last().isEqualTo("commit 1");
    }

    @Test
    void a_second_copy_of_the_core_sees_a_lazy_transaction_no_less_than_an_eager_one() throws Exception {
        URL[] classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> toUrl(Path.of(entry)))
                .toArray(URL[]::new);
        try (URLClassLoader elsewhere = new URLClassLoader(classPath, ClassLoader.getPlatformClassLoader())) {
            Method getXid = elsewhere.loadClass(RootContext.class.getName()).getMethod("getXID");
            GlobalTransactions eager = new GlobalTransactions(
                    coordinator,
                    TmOptions.builder("shop", "default_tx_group")
                            .lazyBegin(false)
                            .build());

            assertThat(new GlobalTransactionTemplate(eager).execute(BUY, () -> getXid.invoke(null)))
                    .isNull();
            assertThat(template.execute(BUY, () -> getXid.invoke(null))).isNull();
        }
    }

    private static URL toUrl(Path path) {
        try {
            return path.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(path.toString(), e);
        }
    }

    @Test
    void what_is_no_read_of_the_xid_begins_nothing() {
        template.execute(BUY, () -> {
            RootContext.bindBranchType(BranchType.TCC);
            RootContext.unbindBranchType();
            RootContext.requireGlobalLock();
            RootContext.getTimeout();
            XidPropagation.outgoingRemaining();
            return GlobalScope.current().label();
        });

        assertThat(coordinator.asked).isEmpty();
    }

    @Test
    void a_tc_that_is_down_throws_from_the_read_and_from_every_later_one() {
        coordinator.beginFails(new TcUnreachableException("no TC at 10.0.0.1:8091", null));

        assertThatThrownBy(() -> template.execute(BUY, () -> {
                    assertThatThrownBy(RootContext::getXID)
                            .isInstanceOf(TcUnavailableException.class)
                            .hasMessageContaining("was not begun")
                            .hasMessageContaining("no TC at 10.0.0.1:8091");
                    return RootContext.getXID();
                }))
                .isInstanceOf(TcUnavailableException.class)
                .hasMessageContaining("was not begun")
                .hasNoSuppressedExceptions();
        assertThat(coordinator.asked).hasSize(1);
    }

    @Test
    void work_that_wraps_the_error_of_the_begin_is_told_as_the_error_itself() {
        coordinator.beginFails(new TcUnreachableException("no TC", null));

        assertThatThrownBy(() -> template.execute(BUY, () -> {
                    throw new IllegalArgumentException("wrapped", catchThrowable(RootContext::getXID));
                }))
                .isInstanceOf(TcUnavailableException.class)
                .hasNoSuppressedExceptions();
    }

    @Test
    void work_that_fails_of_itself_after_a_begin_that_failed_is_added_to_the_error_of_the_begin() {
        coordinator.beginFails(new TcUnreachableException("no TC", null));

        assertThatThrownBy(() -> template.execute(BUY, () -> {
                    catchThrowable(RootContext::getXID);
                    throw new IllegalArgumentException("something else");
                }))
                .isInstanceOf(TcUnavailableException.class)
                .satisfies(told ->
                        assertThat(told.getSuppressed()).singleElement().isInstanceOf(IllegalArgumentException.class));
    }

    @Test
    void a_begin_whose_answer_is_lost_is_not_repeated_and_work_that_swallows_it_has_failed() {
        coordinator.beginFails(new AnswerLostException("closed", null));

        assertThatThrownBy(() -> template.execute(BUY, () -> {
                    catchThrowable(RootContext::getXID);
                    return "as if nothing had happened";
                }))
                .isInstanceOf(TcUnavailableException.class)
                .hasMessageContaining("nothing was written for it");
        assertThat(coordinator.asked).hasSize(1);
    }

    @Test
    void a_rule_that_commits_on_a_failure_does_not_turn_a_begin_that_failed_into_a_success() {
        coordinator.beginFails(new TcUnreachableException("no TC", null));
        var rules = RollbackRules.of(List.of(), List.of("IllegalStateException"));

        assertThatThrownBy(() -> template.execute(BUY.withRollbackRules(rules), () -> {
                    catchThrowable(RootContext::getXID);
                    throw new IllegalStateException("no");
                }))
                .isInstanceOf(TcUnavailableException.class);
    }

    @Test
    void a_failure_whose_causes_form_a_ring_hides_no_begin_that_failed() {
        coordinator.beginFails(new TcUnreachableException("no TC", null));
        var ring = new IllegalStateException("no", new IllegalStateException("since", null) {
            @Override
            public synchronized Throwable getCause() {
                return this;
            }
        });

        assertThatThrownBy(() -> assertTimeoutPreemptively(
                        Duration.ofSeconds(10),
                        () -> template.execute(BUY, () -> {
                            catchThrowable(RootContext::getXID);
                            throw ring;
                        })))
                .isInstanceOf(TcUnavailableException.class);
    }

    @Test
    void an_error_that_keeps_it_from_being_begun_is_kept_like_any_other_failure() {
        var error = new AssertionError("a class that is not there");
        var forbidding = new GlobalTransactionTemplate(
                transactions,
                List.of(new TransactionListener() {
                    private int told;

                    @Override
                    public void beforeBegin(GlobalTransactionDefinition definition) {
                        if (++told == 1) {
                            throw error;
                        }
                    }
                }),
                FailureListener.LOGGING);

        assertThatThrownBy(() -> forbidding.execute(BUY, () -> {
                    assertThatThrownBy(RootContext::getXID).isSameAs(error);
                    assertThat(GlobalScope.current().rollbackOnlyReason()).contains("could not be begun");
                    return assertThatThrownBy(RootContext::getXID)
                            .isInstanceOf(TcUnavailableException.class)
                            .hasCause(error);
                }))
                .isInstanceOf(TcUnavailableException.class)
                .hasMessageContaining("nothing was written for it")
                .hasCause(error);
        assertThat(coordinator.asked).isEmpty();
    }

    @Test
    void the_tc_is_given_what_remains_of_the_timeout() {
        template.execute(BUY.withTimeout(Duration.ofSeconds(30)), () -> {
            spin(Duration.ofMillis(20));
            return RootContext.getXID();
        });

        String begin = coordinator.asked.get(0);
        assertThat(Integer.parseInt(begin.substring(begin.lastIndexOf(' ') + 1)))
                .isBetween(1, 29_980);
    }

    @Test
    void a_begin_after_the_timeout_is_refused_without_asking_the_tc() {
        assertThatThrownBy(() -> template.execute(BUY.withTimeout(Duration.ofMillis(1)), () -> {
                    spin(Duration.ofMillis(5));
                    return RootContext.getXID();
                }))
                .isInstanceOf(GlobalTransactionTimedOutException.class)
                .hasMessageContaining("was not begun");
        assertThat(coordinator.asked).isEmpty();
    }

    @Test
    void reading_longer_than_the_timeout_harms_nobody() {
        template.execute(BUY.withTimeout(Duration.ofMillis(1)), () -> {
            spin(Duration.ofMillis(5));
            return null;
        });

        assertThat(coordinator.asked).isEmpty();
    }

    @Test
    void rollback_only_holds_although_nothing_has_begun() {
        assertThatThrownBy(() -> template.execute(BUY, () -> {
                    GlobalScope.current().setRollbackOnly("credit is used up");
                    return null;
                }))
                .isInstanceOf(GlobalTransactionFailedException.class)
                .hasMessageContaining("credit is used up")
                .hasMessageContaining("Nothing had begun at the TC");
        assertThat(coordinator.asked).isEmpty();
    }

    @Test
    void local_work_left_open_is_found_although_nothing_has_begun() {
        assertThatThrownBy(() -> template.execute(
                        BUY,
                        () -> GlobalScope.current()
                                .forBranches()
                                .enlist(() -> "a local transaction on jdbc:h2:mem:stock")))
                .isInstanceOf(UnfinishedLocalWorkException.class);
        assertThat(coordinator.asked).isEmpty();
    }

    @Test
    void a_scope_that_ended_without_an_xid_never_gets_one() {
        GlobalScope ended = template.execute(BUY, GlobalScope::current);

        assertThat(ended.xidIfBegun()).isNull();
        assertThatThrownBy(ended::xid).isInstanceOf(IllegalStateException.class).hasMessageContaining("'buy'");
        assertThat(ended.forBranches().enlist(() -> "late")).isFalse();
        assertThat(coordinator.asked).isEmpty();
    }

    @Test
    void an_inner_participant_uses_the_same_lazy_scope() {
        template.execute(BUY, () -> {
            template.execute(GlobalTransactionDefinition.named("pay"), RootContext::getXID);
            return assertThat(RootContext.getXID()).isEqualTo(FIRST);
        });

        assertThat(coordinator.asked).hasSize(2);
    }

    @Test
    void requires_new_inside_begins_on_its_own_and_the_outer_one_not_at_all() {
        var alone = GlobalTransactionDefinition.named("audit").withPropagation(Propagation.REQUIRES_NEW);

        template.execute(BUY, () -> template.execute(alone, RootContext::getXID));

        assertThat(coordinator.asked).hasSize(2).first().asString().startsWith("begin audit");
    }

    @Test
    void scopes_are_told_apart_without_beginning_them() {
        template.execute(BUY, () -> {
            GlobalScope outer = GlobalScope.current();
            var alone = BUY.withPropagation(Propagation.REQUIRES_NEW);
            return template.execute(alone, () -> {
                assertThat(GlobalScope.current().isSameTransactionAs(outer)).isFalse();
                return assertThat(outer.isSameTransactionAs(outer)).isTrue();
            });
        });

        assertThat(coordinator.asked).isEmpty();
    }

    @Test
    void threads_that_need_the_xid_at_once_get_the_same_one() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(8);
        try {
            template.execute(BUY, () -> {
                GlobalScope scope = GlobalScope.current();
                List<Callable<String>> readers = Stream.generate(() -> (Callable<String>) scope::xid)
                        .limit(8)
                        .toList();
                for (var xid : pool.invokeAll(readers, 10, TimeUnit.SECONDS)) {
                    assertThat(xid.get()).isEqualTo(FIRST);
                }
                return null;
            });
        } finally {
            pool.shutdownNow();
        }

        assertThat(coordinator.asked).hasSize(2);
    }

    @Test
    void an_xid_bound_from_outside_is_never_lazy() {
        RootContext.bind("10.0.0.9:8091:99");

        assertThat(template.execute(BUY, () -> GlobalScope.current().xidIfBegun()))
                .isEqualTo("10.0.0.9:8091:99");
        assertThat(RootContext.unbind()).isEqualTo("10.0.0.9:8091:99");
        assertThat(coordinator.asked).isEmpty();
    }

    private static void spin(Duration duration) {
        long end = System.nanoTime() + duration.toNanos();
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }
}
