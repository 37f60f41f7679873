package dev.lockstep.rm.at.phasetwo;

import dev.lockstep.port.GlobalStatusQuery;
import dev.lockstep.rm.at.undo.UndoLogTable;
import java.sql.SQLException;
import java.time.LocalDateTime;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes what was left behind in undo_log, markers above all, when the TC asks for it once a day. The TC sends its age alone
 * and does not look which transactions are still open: an undo log that was not replayed yet, because something has stood in
 * its way for days, goes only if the TC node of its xid does not know the transaction as open. Immutable, thread-safe.
 */
public final class UndoLogExpiry {

    private static final Logger log = LoggerFactory.getLogger(UndoLogExpiry.class);

    /** So many rows are deleted in one local transaction, and so many transactions are run for one command. */
    private static final int ROWS = 3000;

    private static final int ROUNDS = 10_000;

    /** A marker keeps a phase one that is still under way from its commit, and none takes a day. */
    private static final int FEWEST_DAYS = 1;

    private final String resourceId;
    private final Housekeeping housekeeping;
    private final UndoLogTable undoLogs;
    private final OrphanSweep orphans;
    private final DatabaseClock clock;

    /** Cleans one table. */
    public UndoLogExpiry(
            String resourceId,
            Housekeeping housekeeping,
            UndoLogTable undoLogs,
            OrphanSweep orphans,
            DatabaseClock clock) {
        this.resourceId = resourceId;
        this.housekeeping = housekeeping;
        this.undoLogs = undoLogs;
        this.orphans = orphans;
        this.clock = clock;
    }

    /**
     * Blocks until the old rows are gone; gives up with a warning when the database fails, or somebody holds one of them.
     *
     * @param days of what is at least so old; taken for {@link #FEWEST_DAYS} if it is less
     * @param tc who knows which transactions are open; without one all undo logs stay, and markers alone go
     */
    void deleteOlderThan(int days, @Nullable GlobalStatusQuery tc) {
        long deleted = 0;
        try {
            LocalDateTime moment = housekeeping.run(clock::now).minusDays(Math.max(FEWEST_DAYS, days));
            deleted = tc == null ? 0 : orphans.deleteUnlessOpen(tc, moment);
            for (int i = 0; i < ROUNDS; i++) {
                int rows = housekeeping.run(connection -> undoLogs.upkeep().deleteOldMarkers(connection, moment, ROWS));
                deleted += rows;
                if (rows < ROWS) {
                    break;
                }
            }
            log.info("[rm {}] Deleted {} rows of undo_log older than {} days", resourceId, deleted, days);
        } catch (SQLException | RuntimeException e) {
            log.warn("[rm {}] Old rows of undo_log were not all deleted; tomorrow again", resourceId, e);
        }
    }
}
