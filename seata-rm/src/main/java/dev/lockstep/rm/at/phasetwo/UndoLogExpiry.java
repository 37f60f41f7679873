package dev.lockstep.rm.at.phasetwo;

import dev.lockstep.rm.at.undo.UndoLogTable;
import java.sql.SQLException;
import java.time.LocalDateTime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes what was left behind in undo_log, markers above all, when the TC asks for it once a day. Immutable, thread-safe.
 */
public final class UndoLogExpiry {

    private static final Logger log = LoggerFactory.getLogger(UndoLogExpiry.class);

    /** So many rows are deleted in one local transaction, and so many transactions are run for one command. */
    private static final int ROWS = 3000;

    private static final int ROUNDS = 10_000;

    private final String resourceId;
    private final Housekeeping housekeeping;
    private final UndoLogTable undoLogs;
    private final DatabaseClock clock;

    /** Cleans one table. */
    public UndoLogExpiry(String resourceId, Housekeeping housekeeping, UndoLogTable undoLogs, DatabaseClock clock) {
        this.resourceId = resourceId;
        this.housekeeping = housekeeping;
        this.undoLogs = undoLogs;
        this.clock = clock;
    }

    /** Blocks until the old rows are gone; gives up with a warning when the database fails, or somebody holds one of them. */
    void deleteOlderThan(int days) {
        long deleted = 0;
        try {
            LocalDateTime moment = housekeeping.run(clock::now).minusDays(days);
            for (int i = 0; i < ROUNDS; i++) {
                int rows = housekeeping.run(connection -> undoLogs.deleteOlder(connection, moment, ROWS));
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
