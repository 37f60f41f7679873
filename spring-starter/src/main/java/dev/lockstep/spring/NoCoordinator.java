package dev.lockstep.spring;

import dev.lockstep.port.ResourceRegistry;
import io.seata.core.exception.TransactionException;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import io.seata.core.model.ResourceManagerOutbound;

/** In the place of the TC where global transactions are switched off: nobody is asked, and who asks all the same is refused. */
final class NoCoordinator implements ResourceManagerOutbound, ResourceRegistry {

    @Override
    public Long branchRegister(
            BranchType branchType,
            String resourceId,
            String clientId,
            String xid,
            String applicationData,
            String lockKeys)
            throws TransactionException {
        throw switchedOff(xid);
    }

    @Override
    public void branchReport(
            BranchType branchType, String xid, long branchId, BranchStatus status, String applicationData)
            throws TransactionException {
        throw switchedOff(xid);
    }

    @Override
    public boolean lockQuery(BranchType branchType, String resourceId, String xid, String lockKeys)
            throws TransactionException {
        throw switchedOff(xid);
    }

    @Override
    public void register(String resourceId) {}

    private static TransactionException switchedOff(String xid) {
        return new TransactionException("[" + xid
                + "] Global transactions are switched off in this application by seata.service.disable-global-transaction, so"
                + " it cannot take part in this one.");
    }
}
