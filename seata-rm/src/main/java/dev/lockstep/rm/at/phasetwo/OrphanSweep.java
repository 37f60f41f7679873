package dev.lockstep.rm.at.phasetwo;

import dev.lockstep.port.GlobalStatusQuery;
import dev.lockstep.port.TcRefusedException;
import dev.lockstep.rm.at.undo.UndoLogTable;
import dev.lockstep.rm.at.undo.UndoLogTable.BranchKey;
import dev.lockstep.rm.at.undo.UndoLogUpkeep.Left;
import io.seata.core.exception.TransactionException;
import io.seata.core.model.GlobalStatus;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for old undo logs that nobody has deleted. Runs when a resource is opened, and hourly.
 *
 * <p>An undo log goes only if it is not flagged, and the TC node named in its xid says that the transaction is committed. Any
 * other answer, or none from that node, means that it stays. Also "finished": a TC says so of whatever it does not know any
 * more, which may be a commit whose process was killed before it deleted the undo log, and may be a rollback that a TC 1.4 has
 * given up, or anything that was open when the TC lost its store; then the undo log is all that can repair the rows. Those
 * are told of once, and left to the TC's own daily order, as markers are ({@link UndoLogExpiry}). Confined to one thread at a time.
 */
public final class OrphanSweep {

    private static final Logger log = LoggerFactory.getLogger(OrphanSweep.class);

    private static final int ROWS_PER_PAGE = 500;
    /** Each may have waited for a row. */
    private static final int MOST_FAILURES = 10;
    /** Codes 8 and 9: nobody will ask for a rollback of such a transaction any more. */
    private static final Set<GlobalStatus> OVER = Set.of(GlobalStatus.AsyncCommitting, GlobalStatus.Committed);
    /** So many branches stand in one message. */
    private static final int MOST_NAMED = 10;
    /** And so many are told of by one pass, and kept in mind; the next one tells of those behind them. */
    private static final int MOST_TOLD = 10_000;

    private final String resourceId;
    private final Housekeeping housekeeping;
    private final UndoLogTable undoLogs;
    private final Duration age;
    private final DatabaseClock clock;
    private volatile boolean closed;
    /** Undo logs of transactions that their TC does not know any more, told of already; the oldest make room. */
    private final Set<BranchKey> told = new LinkedHashSet<>();

    /**
     * Sweeps one table.
     *
     * @param age how old an undo log is before its transaction is asked for
     */
    public OrphanSweep(
            String resourceId, Housekeeping housekeeping, UndoLogTable undoLogs, Duration age, DatabaseClock clock) {
        this.resourceId = resourceId;
        this.housekeeping = housekeeping;
        this.undoLogs = undoLogs;
        this.age = age;
        this.clock = clock;
    }

    /** Looks through the whole table, by log_created; gives up with a warning when the database fails. */
    public void run(GlobalStatusQuery tc) {
        Pass pass = new Pass(tc, Set.of(Fate.COMMITTED));
        try {
            pass.run(housekeeping.run(clock::now).minus(age));
        } catch (SQLException | RuntimeException e) {
            log.warn(
                    "[rm {}] Undo logs that were left over could not all be looked for; in an hour again",
                    resourceId,
                    e);
        } catch (Error e) {
            // A driver whose classes are gone, or no memory: thrown on, it would end the sweeps of all databases for
            // good.
            log.error(
                    "[rm {}] The search for undo logs that were left over has met an error; in an hour again. If it"
                            + " stays, undo logs of killed processes are not deleted",
                    resourceId,
                    e);
        }
        if (pass.deleted > 0 || pass.kept > 0) {
            log.info(
                    "[rm {}] Of the undo logs older than {} h {} were left over and are deleted; {} stay, as their"
                            + " transactions are open, their TC did not say or does not know them any more, or somebody"
                            + " holds their rows",
                    resourceId,
                    age.toHours(),
                    pass.deleted,
                    pass.kept);
        }
        tellOfUnknown(pass.unknown);
    }

    /**
     * Deletes undo logs created up to a moment whose transactions their TC nodes do not know as open: also those that they do not
     * know any more. May run while {@link #run} does.
     *
     * @return how many were deleted
     */
    int deleteUnlessOpen(GlobalStatusQuery tc, LocalDateTime until) throws SQLException {
        Pass pass = new Pass(tc, Set.of(Fate.COMMITTED, Fate.UNKNOWN_TO_ITS_TC));
        pass.run(until);
        if (pass.kept > 0) {
            log.info(
                    "[rm {}] {} undo logs stay although the TC wants those of their age deleted: their transactions"
                            + " are open, or their TC node did not say, or somebody holds their rows",
                    resourceId,
                    pass.kept);
        }
        return pass.deleted;
    }

    /** Once of each; of those beyond what is kept in mind again. */
    private void tellOfUnknown(List<Left> untold) {
        if (untold.isEmpty()) {
            return;
        }
        log.warn(
                "[rm {}] {} undo logs older than {} h stay although their TC does not know their transactions any more: they"
                        + " were committed, and the process was killed before it deleted the undo log; or a TC 1.4 gave up"
                        + " rolling them back, or the TC lost its store, and the undo log is all that can repair the rows."
                        + " Look at them with InspectUndoLogs; the TC has them deleted when they are as old as its"
                        + " server.undo.logSaveDays. The first of them: {}",
                resourceId,
                untold.size(),
                age.toHours(),
                untold.stream()
                        .limit(MOST_NAMED)
                        .map(left -> "branch " + left.branch().branchId() + " of "
                                + left.branch().xid())
                        .collect(Collectors.joining(", ")));
        untold.forEach(left -> told.add(left.branch()));
        Iterator<BranchKey> oldest = told.iterator();
        while (told.size() > MOST_TOLD) {
            oldest.next();
            oldest.remove();
        }
    }

    private static String nodeOf(String xid) {
        return xid.substring(0, Math.max(0, xid.lastIndexOf(':')));
    }

    /** Lets a pass end with the page it is at. */
    public void close() {
        closed = true;
    }

    /** What a TC says of a transaction. */
    private enum Fate {
        COMMITTED,
        UNKNOWN_TO_ITS_TC,
        OPEN_OR_UNSAID
    }

    /** One walk through the table. */
    private final class Pass {
        private final GlobalStatusQuery tc;
        /** What is deleted. */
        private final Set<Fate> over;

        private final Map<String, Fate> fateByXid = new HashMap<>();
        private final List<Left> unknown = new ArrayList<>();
        private final Set<String> silentNodes = new HashSet<>();
        private int deleted;
        private int kept;
        private int failures;

        private Pass(GlobalStatusQuery tc, Set<Fate> over) {
            this.tc = tc;
            this.over = over;
        }

        void run(LocalDateTime until) throws SQLException {
            LocalDateTime from = LocalDateTime.of(1970, 1, 2, 0, 0);
            Set<BranchKey> seenAtFrom = new HashSet<>();
            int rows = ROWS_PER_PAGE;
            boolean more = true;
            while (more && !closed) {
                List<Left> page = page(from, until, rows);
                more = page.size() == rows;
                List<Left> fresh = page.stream()
                        .filter(left -> !seenAtFrom.contains(left.branch()))
                        .toList();
                if (fresh.isEmpty()) {
                    // So many of one moment: only a larger page gets beyond them.
                    rows *= 2;
                    continue;
                }
                deleteWhatIsOver(fresh);
                LocalDateTime last = fresh.get(fresh.size() - 1).created();
                if (!last.equals(from)) {
                    seenAtFrom.clear();
                }
                from = last;
                page.stream()
                        .filter(left -> left.created().equals(last))
                        .forEach(left -> seenAtFrom.add(left.branch()));
                fateByXid.clear();
            }
        }

        private List<Left> page(LocalDateTime from, LocalDateTime until, int rows) throws SQLException {
            return housekeeping.run(connection -> undoLogs.upkeep().left(connection, from, until, rows));
        }

        /** The TC is asked without a connection in hand. */
        private void deleteWhatIsOver(List<Left> page) throws SQLException {
            List<BranchKey> deletable = new ArrayList<>();
            for (Left left : page) {
                Fate fate = fateByXid.computeIfAbsent(left.branch().xid(), this::fateOf);
                if (over.contains(fate)) {
                    deletable.add(left.branch());
                    continue;
                }
                kept++;
                if (fate == Fate.UNKNOWN_TO_ITS_TC && !told.contains(left.branch()) && unknown.size() < MOST_TOLD) {
                    unknown.add(left);
                }
            }
            if (!deletable.isEmpty()) {
                delete(deletable);
            }
        }

        /** Where somebody holds a row, its page is left for the next pass; where that happens often, this one is over. */
        private void delete(List<BranchKey> branches) throws SQLException {
            try {
                deleted += housekeeping.run(connection -> undoLogs.upkeep().deleteLeft(connection, branches));
            } catch (SQLException e) {
                if (++failures == MOST_FAILURES) {
                    throw e;
                }
                kept += branches.size();
                log.debug(
                        "[rm {}] {} undo logs could not be deleted; in an hour again", resourceId, branches.size(), e);
            }
        }

        private Fate fateOf(String xid) {
            String node = nodeOf(xid);
            if (silentNodes.contains(node)) {
                return Fate.OPEN_OR_UNSAID;
            }
            try {
                GlobalStatus status = tc.statusAtHome(xid);
                if (status == GlobalStatus.Finished) {
                    return Fate.UNKNOWN_TO_ITS_TC;
                }
                return OVER.contains(status) ? Fate.COMMITTED : Fate.OPEN_OR_UNSAID;
            } catch (TcRefusedException e) {
                log.debug("[{}] The TC does not say how it stands: {}", xid, e.getMessage());
            } catch (TransactionException e) {
                // Asked once in a pass: each question may wait as long as the TC has time to answer.
                silentNodes.add(node);
                log.debug("[{}] The TC cannot be asked: {}", xid, e.getMessage());
            }
            return Fate.OPEN_OR_UNSAID;
        }
    }
}
