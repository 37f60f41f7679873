package dev.lockstep.rm.at.phaseone;

import dev.lockstep.port.TcRefusedException;
import io.seata.core.exception.TransactionException;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import io.seata.core.model.ResourceManagerOutbound;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the TC how phase one of a branch ended. Never fails: the TC does without, at the price of a needless phase two. Nobody
 * waits for a report of success, which the transport takes over and sends together with others; a report of failure is sent at
 * once and repeated, in the background when its answer is long in coming. Immutable, thread-safe.
 */
public final class BranchReport {

    private static final Logger log = LoggerFactory.getLogger(BranchReport.class);

    /**
     * An answer that comes in time lets the TC know of the failure before it hears of the end of the global transaction. A
     * connection, which the caller holds meanwhile, is worth more than that.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final ResourceManagerOutbound tc;
    private final boolean reportSuccess;
    private final int tries;
    private final Executor background;
    private final Duration patience;

    /**
     * Reports to a TC.
     *
     * @param reportSuccess whether a committed branch is reported at all
     * @param tries how often a report is sent when no answer comes, at least 1
     * @param background what sends reports of failure; may refuse them
     */
    public BranchReport(ResourceManagerOutbound tc, boolean reportSuccess, int tries, Executor background) {
        this(tc, reportSuccess, tries, background, PATIENCE);
    }

    BranchReport(ResourceManagerOutbound tc, boolean reportSuccess, int tries, Executor background, Duration patience) {
        this.tc = tc;
        this.reportSuccess = reportSuccess;
        this.tries = tries;
        this.background = background;
        this.patience = patience;
    }

    void committed(String xid, long branchId) {
        if (reportSuccess) {
            send(xid, branchId, BranchStatus.PhaseOne_Done);
        }
    }

    /**
     * A promise to the TC that nothing was committed and nothing will be: it skips the branch in phase two. Blocks for a moment
     * at most.
     */
    void failed(String xid, long branchId) {
        FutureTask<Void> sending = new FutureTask<>(() -> send(xid, branchId, BranchStatus.PhaseOne_Failed), null);
        try {
            background.execute(sending);
            sending.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            log.warn(
                    "[{}] The failure of branch {} is not reported, since too many reports wait for the TC's answers or this"
                            + " RM was closed; phase two will find out by itself",
                    xid,
                    branchId);
        } catch (TimeoutException e) {
            log.debug("[{}] The failure of branch {} is being reported; nobody waits for it", xid, branchId);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            log.error("[{}] The failure of branch {} could not be reported", xid, branchId, e.getCause());
        }
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
