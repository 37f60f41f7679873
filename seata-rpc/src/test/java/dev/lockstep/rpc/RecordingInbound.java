package dev.lockstep.rpc;

import dev.lockstep.port.UndoLogSweep;
import io.seata.core.exception.TransactionException;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import io.seata.core.model.ResourceManagerInbound;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** An RM that does nothing but say yes and remember what it was asked. */
class RecordingInbound implements ResourceManagerInbound, UndoLogSweep {

    final List<String> calls = new CopyOnWriteArrayList<>();

    @Override
    public BranchStatus branchCommit(
            BranchType branchType, String xid, long branchId, String resourceId, @Nullable String applicationData)
            throws TransactionException {
        calls.add("commit " + branchId + " of " + resourceId);
        return BranchStatus.PhaseTwo_Committed;
    }

    @Override
    public BranchStatus branchRollback(
            BranchType branchType, String xid, long branchId, String resourceId, @Nullable String applicationData)
            throws TransactionException {
        calls.add("rollback " + branchId + " of " + resourceId);
        return BranchStatus.PhaseTwo_Rollbacked;
    }

    @Override
    public void deleteUndoLogs(String resourceId, int saveDays) {
        calls.add("delete undo logs of " + resourceId + " older than " + saveDays);
    }
}
