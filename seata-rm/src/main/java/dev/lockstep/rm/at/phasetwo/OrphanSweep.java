package dev.lockstep.rm.at.phasetwo;

import dev.lockstep.port.GlobalStatusQuery;
import dev.lockstep.port.TcRefusedException;
import dev.lockstep.rm.at.undo.UndoLogTable;
import dev.lockstep.rm.at.undo.UndoLogTable.BranchKey;
import dev.lockstep.rm.at.undo.UndoLogTable.Left;
import io.seata.core.exception.TransactionException;
import io.seata.core.model.GlobalStatus;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes undo logs of committed branches that nobody deletes any more, because the process that had answered the TC was
 * killed first. Runs when a resource is opened, and hourly.
 *
 * <p>An undo log goes only if it is old, is not flagged, and the TC node named in its xid says that the transaction is
 * committed or over. No answer, or none from that node, means that it stays. Markers are left to the TC's own sweep: a late
 * phase one may still run into them. Confined to one thread at a time.
 */
public final class OrphanSweep {

    private static final Logger log = LoggerFactory.getLogger(OrphanSweep.class);

    private static final int ROWS_PER_PAGE = 500;
    /** Each may have waited for a row. */
    private static final int MOST_FAILURES = 10;
    /** Codes 8, 9 and 15: nobody will ask for a rollback of such a transaction any more. */
    private static final Set<GlobalStatus> OVER =
            Set.of(GlobalStatus.AsyncCommitting, GlobalStatus.Committed, GlobalStatus.Finished);

    private final String resourceId;
    private final Housekeeping housekeeping;
    private final UndoLogTable undoLogs;
    private final Duration age;
    private final Clock clock;
    private volatile boolean closed;

    /**
     * Sweeps one table.
     *
     * @param age how old an undo log is before its transaction is asked for
     * @param clock in the zone in which the database keeps log_created
     */
    public OrphanSweep(String resourceId, Housekeeping housekeeping, UndoLogTable undoLogs, Duration age, Clock clock) {
        this.resourceId = resourceId;
        this.housekeeping = housekeeping;
        this.undoLogs = undoLogs;
        this.age = age;
        this.clock = clock;
    }

    /** Looks through the whole table, by log_created; gives up with a warning when the database fails. */
    public void run(GlobalStatusQuery tc) {
        Pass pass = new Pass(tc);
        try {
            pass.run(LocalDateTime.now(clock).minus(age));
        } catch (SQLException | RuntimeException e) {
            log.warn(
                    "[rm {}] Undo logs that were left over could not all be looked for; in an hour again",
                    resourceId,
                    e);
        }
        if (pass.deleted > 0 || pass.kept > 0) {
            log.info(
                    "[rm {}] Of the undo logs older than {} h {} were left over and are deleted; {} stay, as their"
                            + " transactions are open, their TC did not say, or somebody holds their rows",
                    resourceId,
                    age.toHours(),
                    pass.deleted,
                    pass.kept);
        }
    }

    /** Lets a pass end with the page it is at. */
    public void close() {
        closed = true;
    }

    /** One walk through the table. */
    private final class Pass {
        private final GlobalStatusQuery tc;
        private final Map<String, Boolean> overByXid = new HashMap<>();
        private final Set<String> silentNodes = new HashSet<>();
        private int deleted;
        private int kept;
        private int failures;

        private Pass(GlobalStatusQuery tc) {
            this.tc = tc;
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
                overByXid.clear();
            }
        }

        private List<Left> page(LocalDateTime from, LocalDateTime until, int rows) throws SQLException {
            return housekeeping.run(connection -> undoLogs.left(connection, from, until, rows));
        }

        /** The TC is asked without a connection in hand. */
        private void deleteWhatIsOver(List<Left> page) throws SQLException {
            List<BranchKey> over = new ArrayList<>();
            for (Left left : page) {
                if (overByXid.computeIfAbsent(left.branch().xid(), this::isOver)) {
                    over.add(left.branch());
                } else {
                    kept++;
                }
            }
            if (!over.isEmpty()) {
                delete(over);
            }
        }

        /** Where somebody holds a row, its page is left for the next pass; where that happens often, this one is over. */
        private void delete(List<BranchKey> over) throws SQLException {
            try {
                deleted += housekeeping.run(connection -> undoLogs.deleteLeft(connection, over));
            } catch (SQLException e) {
                if (++failures == MOST_FAILURES) {
                    throw e;
                }
                kept += over.size();
                log.debug("[rm {}] {} undo logs could not be deleted; in an hour again", resourceId, over.size(), e);
            }
        }

        private boolean isOver(String xid) {
            String node = xid.substring(0, Math.max(0, xid.lastIndexOf(':')));
            if (silentNodes.contains(node)) {
                return false;
            }
            try {
                return OVER.contains(tc.statusAtHome(xid));
            } catch (TcRefusedException e) {
                log.debug("[{}] The TC does not say how it stands: {}", xid, e.getMessage());
            } catch (TransactionException e) {
                // Asked once in a pass: each question may wait as long as the TC has time to answer.
                silentNodes.add(node);
                log.debug("[{}] The TC cannot be asked: {}", xid, e.getMessage());
            }
            return false;
        }
    }
}
