package dev.lockstep.tm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seata.core.context.RootContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GlobalLockScopeTest {

    private static final String XID = "10.0.0.1:8091:7";
    private static final LockRetryLimits LIMITS = new LockRetryLimits(Duration.ofMillis(5), 3);

    private static final GlobalTransactionDefinition BUY = GlobalTransactionDefinition.named("buy");
    private static final GlobalTransactionDefinition AUDIT =
            GlobalTransactionDefinition.named("audit").withPropagation(Propagation.REQUIRES_NEW);
    private static final GlobalTransactionDefinition ALONE =
            GlobalTransactionDefinition.named("log").withPropagation(Propagation.NOT_SUPPORTED);

    private final GlobalTransactionTemplate template = new GlobalTransactionTemplate(
            new GlobalTransactions(new ScriptedCoordinator(), TmOptions.of("shop", "group")));

    @AfterEach
    void nothing_stays_on_the_thread() {
        assertThat(GlobalLockScope.current()).isNull();
        assertThat(RootContext.entries()).isEmpty();
    }

    @Test
    void work_is_told_to_look_for_global_locks_with_its_limits() {
        boolean flag = GlobalLockScope.execute(LIMITS, () -> {
            assertThat(GlobalLockScope.current()).isEqualTo(new GlobalLockScope(LIMITS));
            assertThat(GlobalScope.current()).isNull();
            return RootContext.requireGlobalLock();
        });

        assertThat(flag).isTrue();
    }

    @Test
    void a_failure_of_the_work_ends_the_scope_too() {
        assertThatThrownBy(() -> GlobalLockScope.execute(null, () -> {
                    throw new IllegalStateException("no");
                }))
                .hasMessage("no");
    }

    @Test
    void an_inner_scope_without_limits_keeps_those_of_the_outer_one() {
        GlobalLockScope.execute(LIMITS, () -> {
            GlobalLockScope.execute(
                    null, () -> assertThat(GlobalLockScope.current()).isEqualTo(new GlobalLockScope(LIMITS)));
            return null;
        });
    }

    @Test
    void an_inner_scope_with_limits_gives_way_to_the_outer_one_again() {
        GlobalLockScope.execute(null, () -> {
            GlobalLockScope.execute(
                    LIMITS, () -> assertThat(GlobalLockScope.current()).isEqualTo(new GlobalLockScope(LIMITS)));
            return assertThat(GlobalLockScope.current()).isEqualTo(new GlobalLockScope(null));
        });
    }

    @Test
    void the_flag_of_another_library_counts_until_it_is_taken_away() {
        RootContext.bindGlobalLockFlag();

        assertThat(GlobalLockScope.current()).isEqualTo(new GlobalLockScope(null));
        assertThat(RootContext.entries())
                .containsEntry(RootContext.KEY_GLOBAL_LOCK_FLAG, RootContext.VALUE_GLOBAL_LOCK_FLAG);
        RootContext.unbindGlobalLockFlag();
        assertThat(GlobalLockScope.current()).isNull();
    }

    @Test
    void a_global_transaction_begun_inside_leaves_the_scope_in_place() {
        GlobalLockScope.execute(LIMITS, () -> {
            var surrounding = ScopeContextCore.enter(GlobalScope.boundElsewhere(XID));
            assertThat(GlobalLockScope.current()).isNotNull();
            ScopeContextCore.leave(surrounding);
            return assertThat(GlobalLockScope.current()).isNotNull();
        });
    }

    @Test
    void work_that_suspends_a_global_transaction_has_the_scope_around_its_launch() {
        GlobalLockScope.execute(LIMITS, () -> {
            template.execute(BUY, () -> {
                template.execute(ALONE, () -> {
                    assertThat(GlobalScope.current()).isNull();
                    assertThat(RootContext.entries()).containsOnlyKeys(RootContext.KEY_GLOBAL_LOCK_FLAG);
                    return assertThat(GlobalLockScope.current()).isEqualTo(new GlobalLockScope(LIMITS));
                });
                return assertThat(GlobalScope.current()).isNotNull();
            });
            return assertThat(GlobalLockScope.current()).isNotNull();
        });
    }

    @Test
    void work_that_suspends_an_inner_global_transaction_has_the_scope_around_the_outer_one() {
        GlobalLockScope.execute(
                LIMITS,
                () -> template.execute(
                        BUY,
                        () -> template.execute(
                                AUDIT,
                                () -> template.execute(
                                        ALONE,
                                        () -> assertThat(GlobalLockScope.current())
                                                .isEqualTo(new GlobalLockScope(LIMITS))))));
    }

    @Test
    void what_suspended_work_takes_away_is_back_after_it() {
        GlobalLockScope.execute(
                LIMITS,
                () -> template.execute(BUY, () -> {
                    template.execute(ALONE, () -> {
                        RootContext.unbindGlobalLockFlag();
                        return assertThat(GlobalLockScope.current()).isEqualTo(null);
                    });
                    return template.execute(
                            ALONE, () -> assertThat(GlobalLockScope.current()).isEqualTo(new GlobalLockScope(LIMITS)));
                }));
    }

    @Test
    void work_that_suspends_a_global_transaction_without_a_scope_around_it_has_none() {
        template.execute(
                BUY,
                () -> template.execute(
                        ALONE, () -> assertThat(RootContext.entries()).isEqualTo(Map.of())));
    }

    @Test
    void a_listener_told_after_the_end_has_no_scope() {
        List<Object> seen = new ArrayList<>();
        GlobalLockScope.execute(
                LIMITS,
                () -> template.execute(BUY, () -> {
                    GlobalScope.current().addListener(new TransactionListener() {
                        @Override
                        public void afterCompletion(GlobalScope scope, GlobalOutcome outcome) {
                            seen.add(RootContext.entries());
                        }
                    });
                    return null;
                }));

        assertThat(seen).containsExactly(Map.of());
    }

    @Test
    void a_call_from_outside_is_shielded_from_a_scope_left_on_the_thread() {
        GlobalLockScope.execute(null, () -> {
            try (var call = XidPropagation.join(null)) {
                assertThat(call).isNotNull();
                assertThat(GlobalLockScope.current()).isNull();
            }
            return assertThat(GlobalLockScope.current()).isNotNull();
        });
    }
}
