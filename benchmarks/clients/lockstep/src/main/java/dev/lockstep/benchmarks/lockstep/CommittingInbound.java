package dev.lockstep.benchmarks.lockstep;

import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import io.seata.core.model.ResourceManagerInbound;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Second phases that have nothing to do: answers at once, and counts. */
final class CommittingInbound implements ResourceManagerInbound {

    private final LongAdder committed = new LongAdder();

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
