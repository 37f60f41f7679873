package dev.lockstep.tm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seata.core.context.RootContext;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GlobalLockScopeTest {

    private static final String XID = "10.0.0.1:8091:7";
    private static final LockRetryLimits LIMITS = new LockRetryLimits(Duration.ofMillis(5), 3);

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
