package dev.lockstep.tm;

import static org.assertj.core.api.Assertions.assertThat;

import io.seata.core.context.RootContext;
import io.seata.core.model.BranchType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class ScopeContextCoreTest {

    private static final String XID = "10.0.0.1:8091:7";

    @AfterEach
    void clear() {
        RootContext.unbind();
        RootContext.unbindBranchType();
        RootContext.unbindGlobalLockFlag();
    }

    @Test
    void an_xid_bound_by_another_library_is_a_joined_scope() {
        RootContext.bind(XID);

        assertThat(GlobalScope.current()).isNotNull();
        assertThat(GlobalScope.current().xid()).isEqualTo(XID);
        assertThat(GlobalScope.current().isLauncher()).isFalse();
        assertThat(RootContext.entries()).containsEntry(RootContext.KEY_XID, XID);
    }

    @Test
    void binding_the_same_xid_again_keeps_the_scope() {
        GlobalScope launched = GlobalScope.called(XID, Deadline.NONE);
        var surrounding = ScopeContextCore.enter(launched);

        RootContext.bind(XID);

        assertThat(GlobalScope.current()).isSameAs(launched);
        ScopeContextCore.leave(surrounding);
    }

    @Test
    void an_xid_set_aside_by_another_library_comes_back_as_the_scope_it_was() {
        GlobalScope launched = GlobalScope.called(XID, Deadline.NONE);
        var surrounding = ScopeContextCore.enter(launched);

        String setAside = RootContext.unbind();
        assertThat(GlobalScope.current()).isNull();
        RootContext.bind("10.0.0.1:8091:8");
        assertThat(GlobalScope.current()).isNotSameAs(launched);
        RootContext.unbind();
        RootContext.bind(setAside);

        assertThat(GlobalScope.current()).isSameAs(launched);
        ScopeContextCore.leave(surrounding);
    }

    @Test
    void a_scope_left_by_an_inner_call_can_still_be_bound_again() {
        GlobalScope outer = GlobalScope.called(XID, Deadline.NONE);
        var outside = ScopeContextCore.enter(outer);
        RootContext.unbind();

        var betweenTheTwo = ScopeContextCore.enter(GlobalScope.called("10.0.0.1:8091:8", Deadline.NONE));
        ScopeContextCore.leave(betweenTheTwo);

        assertThat(GlobalScope.current()).isNull();
        RootContext.bind(XID);
        assertThat(GlobalScope.current()).isSameAs(outer);
        ScopeContextCore.leave(outside);
    }

    @Test
    void leaving_a_scope_clears_the_thread_whatever_other_libraries_bound_meanwhile() {
        var surrounding = ScopeContextCore.enter(GlobalScope.boundElsewhere(XID));
        RootContext.unbind();
        RootContext.bind("10.0.0.1:8091:99");

        ScopeContextCore.leave(surrounding);

        assertThat(GlobalScope.current()).isNull();
        assertThat(MDC.get(RootContext.MDC_KEY_XID)).isNull();
        RootContext.bind(XID);
        assertThat(GlobalScope.current()).isNotNull();
        assertThat(GlobalScope.current().isLauncher()).isFalse();
    }

    @Test
    void unbinding_through_root_context_ends_the_binding() {
        RootContext.bind(XID);

        assertThat(RootContext.unbind()).isEqualTo(XID);
        assertThat(GlobalScope.current()).isNull();
        assertThat(RootContext.inGlobalTransaction()).isFalse();
    }

    @Test
    void other_entries_of_root_context_are_kept_beside_the_xid() {
        RootContext.bind(XID);
        RootContext.bindBranchType(BranchType.TCC);
        RootContext.bindGlobalLockFlag();

        assertThat(RootContext.getBranchType()).isEqualTo(BranchType.TCC);
        assertThat(RootContext.requireGlobalLock()).isTrue();
        assertThat(RootContext.unbindBranchType()).isEqualTo(BranchType.TCC);
        assertThat(RootContext.getXID()).isEqualTo(XID);
    }

    @Test
    void what_is_bound_beside_the_xid_is_set_aside_with_it_and_comes_back() {
        RootContext.bind(XID);
        RootContext.bindBranchType(BranchType.TCC);
        RootContext.bindGlobalLockFlag();

        var surrounding = ScopeContextCore.enter(GlobalScope.boundElsewhere("10.0.0.1:8091:8"));
        assertThat(RootContext.entries()).containsOnlyKeys(RootContext.KEY_XID);
        RootContext.bindBranchType(BranchType.XA);
        ScopeContextCore.leave(surrounding);

        assertThat(RootContext.getXID()).isEqualTo(XID);
        assertThat(RootContext.getBranchType()).isEqualTo(BranchType.TCC);
        assertThat(RootContext.requireGlobalLock()).isTrue();
    }

    @Test
    void what_is_bound_beside_no_xid_stays_visible_inside() {
        RootContext.bindBranchType(BranchType.TCC);

        var surrounding = ScopeContextCore.enter(GlobalScope.boundElsewhere(XID));
        assertThat(RootContext.getBranchType()).isEqualTo(BranchType.TCC);
        RootContext.unbindBranchType();
        ScopeContextCore.leave(surrounding);

        assertThat(RootContext.entries()).containsEntry(RootContext.KEY_BRANCH_TYPE, BranchType.TCC);
    }

    @Test
    void threads_do_not_see_each_other() throws InterruptedException {
        RootContext.bind(XID);
        String[] seen = {"nothing looked"};
        Thread other = new Thread(() -> seen[0] = RootContext.getXID());
        other.start();
        other.join();

        assertThat(seen[0]).isNull();
    }
}
