package dev.lockstep.rm.at.phaseone;

import dev.lockstep.port.TcRefusedException;
import io.seata.core.exception.TransactionException;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import io.seata.core.model.ResourceManagerOutbound;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the TC how phase one of a branch ended. Never fails: the TC does without, at the price of a needless phase two. Nobody
 * waits for a report of success, which the transport takes over and sends together with others; a report of failure is sent at
 * once and repeated. Immutable, thread-safe.
 */
public final class BranchReport {

    private static final Logger log = LoggerFactory.getLogger(BranchReport.class);

    private final ResourceManagerOutbound tc;
    private final boolean reportSuccess;
    private final int tries;

    /**
     * Reports to a TC.
     *
     * @param reportSuccess whether a committed branch is reported at all
     * @param tries how often a report is sent when no answer comes, at least 1
     */
    public BranchReport(ResourceManagerOutbound tc, boolean reportSuccess, int tries) {
        this.tc = tc;
        this.reportSuccess = reportSuccess;
        this.tries = tries;
    }

    void committed(String xid, long branchId) {
        if (reportSuccess) {
            send(xid, branchId, BranchStatus.PhaseOne_Done);
        }
    }

    /** A promise to the TC that nothing was committed and nothing will be: it skips the branch in phase two. */
    void failed(String xid, long branchId) {
        send(xid, branchId, BranchStatus.PhaseOne_Failed);
    }

    private void send(String xid, long branchId, BranchStatus status) {
        Exception last = null;
        for (int i = 0; i < tries; i++) {
            try {
                tc.branchReport(BranchType.AT, xid, branchId, status, null);
                return;
            } catch (TcRefusedException e) {
                log.debug("[{}] The TC did not take {} of branch {}: {}", xid, status, branchId, e.getMessage());
                return;
            } catch (TransactionException | RuntimeException e) {
                last = e;
            }
        }
        log.warn(
                "[{}] {} of branch {} could not be reported in {} tries; phase two will find out by itself",
                xid,
                status,
                branchId,
                tries,
                last);
    }
}
