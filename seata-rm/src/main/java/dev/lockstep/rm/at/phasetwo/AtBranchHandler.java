package dev.lockstep.rm.at.phasetwo;

import dev.lockstep.port.GlobalStatusQuery;
import dev.lockstep.port.UndoLogSweep;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import io.seata.core.model.ResourceManagerInbound;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the TC's commands for branches of AT (TC to RM). Called on threads of the transport, which must not wait for a
 * commit; thread-safe.
 *
 * <p>What is not known here is answered as retryable: another instance, or this one a little later, may know it.
 */
public final class AtBranchHandler implements ResourceManagerInbound, UndoLogSweep {

    private static final Logger log = LoggerFactory.getLogger(AtBranchHandler.class);

    /** More resources than any process has. */
    private static final int MOST_UNKNOWN = 1_000;

    private final Map<String, PhaseTwo> resources = new ConcurrentHashMap<>();
    private volatile boolean closing;
    private final Recurrences unknown = new Recurrences(MOST_UNKNOWN, System::nanoTime);

    /**
     * What ends branches of one resource.
     *
     * @param rollback undoes a branch
     * @param cleaner deletes undo logs of committed branches
     * @param expiry deletes what is old when the TC asks for it
     * @param orphans deletes what nobody deletes any more
     * @param dataSource what all of them take their connections from
     */
    public record PhaseTwo(
            BranchRollback rollback,
            UndoLogCleaner cleaner,
            UndoLogExpiry expiry,
            OrphanSweep orphans,
            WritableDataSource dataSource) {}

    /**
     * Makes a resource known. Where another data source has made it known before, that one is served through both from now
     * on.
     *
     * @return false if it was known
     */
    public boolean add(String resourceId, PhaseTwo phaseTwo) {
        PhaseTwo known = resources.putIfAbsent(resourceId, phaseTwo);
        if (known != null) {
            known.dataSource().add(phaseTwo.dataSource());
        } else if (closing) {
            // Reached while the RM closes: put in first and looked second, while beginClose does the opposite.
            beginClose(phaseTwo);
        }
        return known == null;
    }

    /** Ends no more branches through this data source of the user's; its resource stays known, and may have others. */
    public void remove(DataSource dataSource) {
        resources.values().forEach(resource -> resource.dataSource().remove(dataSource));
    }

    /** What deletes the undo logs of a resource, through whichever data sources; null where the resource is not known. */
    public @Nullable UndoLogCleaner cleaner(String resourceId) {
        PhaseTwo resource = resources.get(resourceId);
        return resource == null ? null : resource.cleaner();
    }

    /** Those known by now. */
    public Set<String> resourceIds() {
        return Set.copyOf(resources.keySet());
    }

    /** Answered at once, as the protocol wants: the branch is committed already, only its undo log is left to delete. */
    @Override
    public BranchStatus branchCommit(
            BranchType branchType, String xid, long branchId, String resourceId, @Nullable String applicationData) {
        PhaseTwo resource = find(branchType, xid, branchId, resourceId);
        return resource != null && resource.cleaner().offer(xid, branchId)
                ? BranchStatus.PhaseTwo_Committed
                : BranchStatus.PhaseTwo_CommitFailed_Retryable;
    }

    @Override
    public BranchStatus branchRollback(
            BranchType branchType, String xid, long branchId, String resourceId, @Nullable String applicationData) {
        PhaseTwo resource = find(branchType, xid, branchId, resourceId);
        return resource == null
                ? BranchStatus.PhaseTwo_RollbackFailed_Retryable
                : resource.rollback().run(xid, branchId);
    }

    /** Looks for undo logs that were left over in every resource known by now; blocks. */
    public void sweepOrphans(GlobalStatusQuery tc) {
        resources.values().forEach(resource -> resource.orphans().run(tc));
    }

    @Override
    public void deleteUndoLogs(String resourceId, int saveDays) {
        PhaseTwo resource = resources.get(resourceId);
        if (resource != null) {
            resource.expiry().deleteOlderThan(saveDays);
        }
    }

    /** Commits are answered as retryable from now on, and all undo logs that wait are being deleted; does not block. */
    public void beginClose() {
        closing = true;
        resources.values().forEach(AtBranchHandler::beginClose);
    }

    private static void beginClose(PhaseTwo resource) {
        resource.orphans().close();
        resource.cleaner().beginClose();
    }

    /** After {@link #beginClose}, waits for the undo logs of all resources to be deleted, in all no longer than this. */
    public void awaitEnd(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        resources
                .values()
                .forEach(resource -> resource.cleaner().awaitEnd(Duration.ofNanos(deadline - System.nanoTime())));
    }

    private @Nullable PhaseTwo find(BranchType branchType, String xid, long branchId, String resourceId) {
        PhaseTwo resource = branchType == BranchType.AT ? resources.get(resourceId) : null;
        if (resource == null) {
            Recurrence.Line line = unknown.next(branchType + " " + resourceId, null);
            if (line.due()) {
                log.warn(
                        "[{}] The TC sent branch {} of {} resource {}, which is not known here; it was told to try again, {}",
                        xid,
                        branchId,
                        branchType,
                        resourceId,
                        line.first() ? "and further ones are counted" : line.times() + " times by now");
            } else {
                log.debug("[{}] Branch {} of {}, which is not known here", xid, branchId, resourceId);
            }
        }
        return resource;
    }
}
