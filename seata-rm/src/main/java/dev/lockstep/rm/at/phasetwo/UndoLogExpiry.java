package dev.lockstep.rm.at.phasetwo;

import dev.lockstep.rm.at.undo.OwnTransaction;
import dev.lockstep.rm.at.undo.UndoLogTable;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDateTime;
import javax.sql.DataSource;
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
    private final DataSource dataSource;
    private final UndoLogTable undoLogs;
    private final Clock clock;

    /**
     * Cleans one table.
     *
     * @param dataSource the user's own, not ours around it
     * @param clock in the zone in which the database keeps log_created
     */
    public UndoLogExpiry(String resourceId, DataSource dataSource, UndoLogTable undoLogs, Clock clock) {
        this.resourceId = resourceId;
        this.dataSource = dataSource;
        this.undoLogs = undoLogs;
        this.clock = clock;
    }

    /** Blocks until the old rows are gone; gives up with a warning when the database fails. */
    void deleteOlderThan(int days) {
        LocalDateTime moment = LocalDateTime.now(clock).minusDays(days);
        long deleted = 0;
        try {
            for (int i = 0; i < ROUNDS; i++) {
                int rows = deleteSome(moment);
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

    private int deleteSome(LocalDateTime moment) throws SQLException {
        try (OwnTransaction transaction = OwnTransaction.begin(dataSource)) {
            int rows = undoLogs.deleteOlder(transaction.connection(), moment, ROWS);
            transaction.commit();
            return rows;
        }
    }
}
