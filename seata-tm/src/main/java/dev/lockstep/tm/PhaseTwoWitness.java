package dev.lockstep.tm;

import dev.lockstep.port.PromptInbound;
import io.seata.core.exception.TransactionException;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import io.seata.core.model.ResourceManagerInbound;
import java.util.Map;

/**
 * Stands before the RM and notes which way the TC ends the branches of global transactions that this process is about to
 * end, and what became of them: {@link Evidence} in case the TC forgets before it can tell. Called on threads of the
 * transport; thread-safe.
 */
final class PhaseTwoWitness implements PromptInbound {

    private final ResourceManagerInbound resourceManager;
    private final Map<String, GlobalScope> running;

    PhaseTwoWitness(ResourceManagerInbound resourceManager, Map<String, GlobalScope> running) {
        this.resourceManager = resourceManager;
        this.running = running;
    }

    @Override
    public boolean commitsPromptly() {
        return resourceManager instanceof PromptInbound prompt && prompt.commitsPromptly();
    }

    @Override
    public BranchStatus branchCommit(
            BranchType branchType, String xid, long branchId, String resourceId, String applicationData)
            throws TransactionException {
        GlobalScope scope = running.get(xid);
        if (scope != null) {
            scope.evidence().commitSeen();
        }
        return resourceManager.branchCommit(branchType, xid, branchId, resourceId, applicationData);
    }

    @Override
    public BranchStatus branchRollback(
            BranchType branchType, String xid, long branchId, String resourceId, String applicationData)
            throws TransactionException {
        GlobalScope scope = running.get(xid);
        if (scope != null) {
            scope.evidence().rollbackSeen();
        }
        BranchStatus result = resourceManager.branchRollback(branchType, xid, branchId, resourceId, applicationData);
        // Before the TC hears of it: whoever it then tells that all has ended finds this noted.
        if (scope != null && result == BranchStatus.PhaseTwo_Rollbacked) {
            scope.evidence().rolledBack(branchId);
        } else if (scope != null && result == BranchStatus.PhaseTwo_RollbackFailed_Unretryable) {
            scope.evidence().leftAsWritten();
        }
        return result;
    }
}
