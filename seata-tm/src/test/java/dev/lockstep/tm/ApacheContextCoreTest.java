package dev.lockstep.tm;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.seata.core.context.RootContext;
import org.apache.seata.core.model.BranchType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** With the RootContext of the 2.1 line beside that of the 1.x line. */
class ApacheContextCoreTest {

    private static final String XID = "10.0.0.1:8091:7";

    private final ScriptedCoordinator coordinator = new ScriptedCoordinator();
    private final GlobalTransactionTemplate template = new GlobalTransactionTemplate(
            new GlobalTransactions(coordinator, TmOptions.of("shop", "default_tx_group")));

    @AfterEach
    void clear() {
        RootContext.unbind();
        RootContext.unbindBranchType();
        assertThat(io.seata.core.context.RootContext.entries()).isEmpty();
    }

    @Test
    void a_read_through_the_newer_root_context_begins() {
        String seen = template.execute(GlobalTransactionDefinition.named("buy"), () -> {
            assertThat(coordinator.asked).isEmpty();
            return RootContext.getXID();
        });

        assertThat(seen).isEqualTo("10.0.0.1:8091:1");
        assertThat(coordinator.asked).hasSize(2);
    }

    @Test
    void all_entries_of_the_newer_root_context_begin_too() {
        Object seen = template.execute(
                GlobalTransactionDefinition.named("buy"),
                () -> RootContext.entries().get(RootContext.KEY_XID));

        assertThat(seen).isEqualTo("10.0.0.1:8091:1");
    }

    @Test
    void an_xid_bound_there_is_bound_here() {
        RootContext.bind(XID);

        assertThat(GlobalScope.current().xid()).isEqualTo(XID);
        assertThat(io.seata.core.context.RootContext.getXID()).isEqualTo(XID);
        assertThat(RootContext.unbind()).isEqualTo(XID);
        assertThat(GlobalScope.current()).isNull();
    }

    @Test
    void a_branch_type_is_translated_both_ways() {
        RootContext.bind(XID);
        RootContext.bindBranchType(BranchType.TCC);

        assertThat(io.seata.core.context.RootContext.getBranchType()).isEqualTo(io.seata.core.model.BranchType.TCC);
        assertThat(RootContext.getBranchType()).isEqualTo(BranchType.TCC);
        assertThat(RootContext.entries()).containsEntry(RootContext.KEY_BRANCH_TYPE, BranchType.TCC);
        assertThat(RootContext.unbindBranchType()).isEqualTo(BranchType.TCC);
    }

    @Test
    void a_branch_type_that_only_the_newer_line_knows_is_kept_for_it() {
        RootContext.bind(XID);
        RootContext.bindBranchType(BranchType.SAGA_ANNOTATION);

        assertThat(RootContext.getBranchType()).isEqualTo(BranchType.SAGA_ANNOTATION);
        assertThat(RootContext.unbindBranchType()).isEqualTo(BranchType.SAGA_ANNOTATION);
        assertThat(RootContext.entries()).containsOnlyKeys(RootContext.KEY_XID);
    }

    @Test
    void the_flag_for_global_locks_is_one() {
        RootContext.bindGlobalLockFlag();

        assertThat(GlobalLockScope.current()).isNotNull();
        RootContext.unbindGlobalLockFlag();
        assertThat(GlobalLockScope.current()).isNull();
    }
}
