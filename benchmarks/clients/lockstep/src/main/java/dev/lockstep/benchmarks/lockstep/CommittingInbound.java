package dev.lockstep.benchmarks.lockstep;

import dev.lockstep.port.PromptInbound;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Second phases that have nothing to do: answers at once, as our RM does, and counts. */
final class CommittingInbound implements PromptInbound {

    private final LongAdder committed = new LongAdder();

    @Override
    public boolean commitsPromptly() {
        return true;
    }

    @Override
    public BranchStatus branchCommit(
            BranchType branchType, String xid, long branchId, String resourceId, @Nullable String applicationData) {
        committed.increment();
        return BranchStatus.PhaseTwo_Committed;
    }

    @Override
    public BranchStatus branchRollback(
            BranchType branchType, String xid, long branchId, String resourceId, @Nullable String applicationData) {
        return BranchStatus.PhaseTwo_Rollbacked;
    }

    long committed() {
        return committed.sum();
    }
}
