package dev.lockstep.tm;

import static org.assertj.core.api.Assertions.assertThat;

import io.seata.core.context.RootContext;
import io.seata.core.model.BranchType;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScopeHandoverTest {

    private static final String XID = "10.0.0.5:8091:123";

    @AfterEach
    void cleanThread() {
        ScopeHandover.clear();
    }

    @Test
    void another_thread_works_for_the_same_scope() {
        RootContext.bind(XID);
        GlobalScope mine = GlobalScope.current();
        ScopeHandover handover = ScopeHandover.ofThread();
        assertThat(handover).isNotNull();

        @Nullable
        GlobalScope theirs = CompletableFuture.supplyAsync(() -> {
                    handover.takeUp();
                    try {
                        return GlobalScope.current();
                    } finally {
                        ScopeHandover.clear();
                    }
                })
                .join();

        assertThat(theirs).isSameAs(mine);
        assertThat(handover.outgoingCall().headers()).isEqualTo(Map.of("TX_XID", XID));
    }

    @Test
    void a_thread_gets_back_all_that_it_was_bound_to() {
        RootContext.bind(XID);
        RootContext.bindGlobalLockFlag();
        ScopeHandover mine = ScopeHandover.ofThread();
        assertThat(mine).isNotNull();

        new IncomingCall("10.0.0.5:8091:7", null, null).handover().takeUp();
        assertThat(RootContext.getXID()).isEqualTo("10.0.0.5:8091:7");
        assertThat(RootContext.requireGlobalLock()).isFalse();

        mine.restore();
        assertThat(RootContext.getXID()).isEqualTo(XID);
        assertThat(RootContext.requireGlobalLock()).isTrue();
    }

    @Test
    void whoever_keeps_it_learns_that_the_call_of_its_xid_is_over() {
        IncomingCall call = new IncomingCall(XID, null, null);
        ScopeHandover handover = call.handover();
        assertThat(handover.isOver()).isFalse();

        call.close();

        assertThat(handover.isOver()).isTrue();
    }

    @Test
    void whoever_keeps_it_learns_that_the_library_which_bound_its_xid_is_done() {
        RootContext.bind(XID);
        ScopeHandover handover = ScopeHandover.ofThread();
        assertThat(handover).isNotNull();
        RootContext.bind(XID);
        assertThat(handover.isOver()).isFalse();

        RootContext.bind("10.0.0.5:8091:124");

        assertThat(handover.isOver()).isTrue();
        ScopeHandover next = ScopeHandover.ofThread();
        assertThat(next).isNotNull();
        assertThat(next.isOver()).isFalse();
        RootContext.unbind();
        assertThat(next.isOver()).isTrue();
    }

    @Test
    void what_another_library_unbinds_for_a_while_is_not_over() {
        IncomingCall call = new IncomingCall(XID, null, null);
        call.handover().takeUp();

        RootContext.unbind();
        RootContext.bind(XID);

        assertThat(call.handover().isOver()).isFalse();
        assertThat(GlobalScope.current()).isSameAs(call.scope());
    }

    @Test
    void a_thread_that_is_bound_to_nothing_has_nothing_to_hand_over() {
        assertThat(ScopeHandover.ofThread()).isNull();
    }

    @Test
    void a_thread_without_a_global_transaction_gets_back_all_the_same() {
        RootContext.bindBranchType(BranchType.TCC);
        GlobalLockScope lock = new GlobalLockScope(new LockRetryLimits(Duration.ofMillis(5), 3));
        ScopeContextCore.bindLock(lock);
        ScopeHandover mine = ScopeHandover.ofThread();
        assertThat(mine).isNotNull();

        ScopeHandover.clear();
        assertThat(RootContext.entries()).isEmpty();

        mine.restore();
        assertThat(GlobalLockScope.current()).isSameAs(lock);
        assertThat(RootContext.entries()).containsEntry(RootContext.KEY_BRANCH_TYPE, BranchType.TCC);
        assertThat(GlobalScope.current()).isNull();
    }

    @Test
    void a_scope_that_another_library_has_set_aside_can_still_be_bound_again() {
        GlobalScope called = GlobalScope.called(XID, Deadline.NONE);
        ScopeContextCore.enter(called);
        RootContext.unbind();
        ScopeHandover mine = ScopeHandover.ofThread();
        assertThat(mine).isNotNull();

        ScopeHandover.clear();
        mine.restore();

        assertThat(GlobalScope.current()).isNull();
        RootContext.bind(XID);
        assertThat(GlobalScope.current()).isSameAs(called);
    }

    @Test
    void what_is_bound_beside_no_global_transaction_goes_to_no_other_thread() {
        RootContext.bindGlobalLockFlag();
        RootContext.bindBranchType(BranchType.TCC);
        ScopeHandover mine = ScopeHandover.ofThread();
        assertThat(mine).isNotNull();

        Map<String, Object> theirs = CompletableFuture.supplyAsync(() -> {
                    RootContext.bind("10.0.0.5:8091:7");
                    mine.takeUp();
                    try {
                        return RootContext.entries();
                    } finally {
                        ScopeHandover.clear();
                    }
                })
                .join();

        assertThat(theirs).isEmpty();
        assertThat(mine.outgoingCall()).isNull();
    }

    @Test
    void work_that_stays_on_a_thread_without_a_global_transaction_sees_what_is_bound_to_it() {
        RootContext.bindGlobalLockFlag();
        ScopeHandover mine = ScopeHandover.ofThread();
        assertThat(mine).isNotNull();

        mine.takeUp();

        assertThat(RootContext.requireGlobalLock()).isTrue();
    }
}
