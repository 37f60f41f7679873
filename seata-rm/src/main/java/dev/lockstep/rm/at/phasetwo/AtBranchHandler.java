package dev.lockstep.rm.at.phasetwo;

import dev.lockstep.port.GlobalStatusQuery;
import dev.lockstep.port.UndoLogSweep;
import dev.lockstep.rm.at.meta.Namespace;
import dev.lockstep.rm.at.undo.StandingBranches;
import dev.lockstep.rm.at.undo.UndoLogTable;
import dev.lockstep.rm.event.BranchListener;
import dev.lockstep.rm.event.RepeatedTrouble;
import io.seata.core.context.RootContext;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import io.seata.core.model.ResourceManagerInbound;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

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
    private final StandingBranches standing;
    private final @Nullable GlobalStatusQuery tc;
    private volatile boolean closing;
    private final Recurrences unknown = new Recurrences(MOST_UNKNOWN, System::nanoTime);
    private final BranchListener listener;

    /**
     * Knows no resource yet.
     *
     * @param tc who knows which transactions are open, or null if nobody can be asked
     * @param listener is told of branches of resources that are not known here; throws nothing
     */
    public AtBranchHandler(StandingBranches standing, @Nullable GlobalStatusQuery tc, BranchListener listener) {
        this.standing = standing;
        this.tc = tc;
        this.listener = listener;
    }

    /**
     * What ends branches of one resource.
     *
     * @param rollback undoes a branch
     * @param cleaner deletes undo logs of committed branches
     * @param expiry deletes what is old when the TC asks for it
     * @param orphans deletes what was left over of committed global transactions, and tells of the rest
     * @param dataSource what all of them take their connections from
     * @param home where the names of tables that stand alone lead, undo_log's among them
     */
    public record PhaseTwo(
            BranchRollback rollback,
            UndoLogCleaner cleaner,
            UndoLogExpiry expiry,
            OrphanSweep orphans,
            WritableDataSource dataSource,
            Namespace home) {}

    /**
     * Makes a resource known. Where another data source has made it known before, that one is served through both from now
     * on.
     *
     * @return false if it was known
     * @throws SQLFeatureNotSupportedException if names lead elsewhere there: the TC, and any other instance that it asks, knows one
     *     undo_log of a resource
     */
    public boolean add(String resourceId, PhaseTwo phaseTwo) throws SQLFeatureNotSupportedException {
        PhaseTwo known = resources.putIfAbsent(resourceId, phaseTwo);
        if (known != null) {
            requireSameHome(resourceId, known.home(), phaseTwo.home());
            known.dataSource().add(phaseTwo.dataSource());
        } else if (closing) {
            // Reached while the RM closes: put in first and looked second, while beginClose does the opposite.
            beginClose(phaseTwo);
        }
        return known == null;
    }

    private static void requireSameHome(String resourceId, Namespace known, Namespace other)
            throws SQLFeatureNotSupportedException {
        if (!known.equals(other)) {
            throw new SQLFeatureNotSupportedException(
                    "Two data sources lead to " + resourceId + ", and names of tables mean those in " + known
                            + " for the one and those in " + other + " for the other: undo logs of the second would be"
                            + " looked for among those of the first. It takes no part in global transactions. Name the"
                            + " schema or database in its URL (with PostgreSQL as currentSchema), so that each is a"
                            + " resource of its own.",
                    "0A000");
        }
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
        if (resource == null || !resource.cleaner().offer(xid, branchId)) {
            return BranchStatus.PhaseTwo_CommitFailed_Retryable;
        }
        standing.ends(new UndoLogTable.BranchKey(xid, branchId));
        return BranchStatus.PhaseTwo_Committed;
    }

    /** What is logged meanwhile, by listeners and drivers too, has the keys that the official client sets. */
    @Override
    public BranchStatus branchRollback(
            BranchType branchType, String xid, long branchId, String resourceId, @Nullable String applicationData) {
        String surrounding = MDC.get(RootContext.MDC_KEY_XID);
        MDC.put(RootContext.MDC_KEY_XID, xid);
        MDC.put(RootContext.MDC_KEY_BRANCH_ID, Long.toString(branchId));
        try {
            PhaseTwo resource = find(branchType, xid, branchId, resourceId);
            return resource == null
                    ? BranchStatus.PhaseTwo_RollbackFailed_Retryable
                    : resource.rollback().run(xid, branchId);
        } finally {
            MDC.remove(RootContext.MDC_KEY_BRANCH_ID);
            if (surrounding == null) {
                MDC.remove(RootContext.MDC_KEY_XID);
            } else {
                MDC.put(RootContext.MDC_KEY_XID, surrounding);
            }
        }
    }

    /** Looks for undo logs that were left over in every resource known by now; blocks. */
    public void sweepOrphans(GlobalStatusQuery tc) {
        resources.values().forEach(resource -> resource.orphans().run(tc));
    }

    @Override
    public void deleteUndoLogs(String resourceId, int saveDays) {
        PhaseTwo resource = resources.get(resourceId);
        if (resource != null) {
            resource.expiry().deleteOlderThan(saveDays, tc);
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
                        "[{}] The TC sent branch {} of {} resource {}, which is not known here; it was told to try"
                                + " again, {}",
                        xid,
                        branchId,
                        branchType,
                        resourceId,
                        line.first() ? "and further ones are counted" : line.times() + " times by now");
            } else {
                log.debug("[{}] Branch {} of {}, which is not known here", xid, branchId, resourceId);
            }
            listener.troubled(RepeatedTrouble.UNKNOWN_RESOURCE, null);
        }
        return resource;
    }
}
