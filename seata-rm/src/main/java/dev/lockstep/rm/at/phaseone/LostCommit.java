package dev.lockstep.rm.at.phaseone;

import dev.lockstep.rm.at.dialect.Dialect;
import dev.lockstep.rm.at.undo.OwnTransaction;
import dev.lockstep.rm.at.undo.UndoLogTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whether a branch was committed whose commit the database did not answer. Immutable, thread-safe.
 *
 * <p>Not seeing the undo row proves nothing, for the old session may still be committing. Inserting the marker does: the
 * unique key makes the insert wait for the old session. If the insert succeeds, the undo log, and with it the branch, was
 * not committed and never can be. If the key is taken by an undo log, the branch is committed.
 */
public final class LostCommit {

    private static final Logger log = LoggerFactory.getLogger(LostCommit.class);

    /** What is known after the look-up. */
    enum Outcome {
        COMMITTED,
        NOT_COMMITTED,
        UNKNOWN
    }

    private final DataSource dataSource;
    private final Dialect dialect;
    private final UndoLogTable undoLogs;
    private final Duration limit;

    /**
     * Looks into one database.
     *
     * @param dataSource the user's own, not ours around it
     * @param limit how long the marker may wait for the old session
     */
    public LostCommit(DataSource dataSource, Dialect dialect, UndoLogTable undoLogs, Duration limit) {
        this.dataSource = dataSource;
        this.dialect = dialect;
        this.undoLogs = undoLogs;
        this.limit = limit;
    }

    /** Blocks for the limit at most, plus what the pool takes to give a connection. */
    Outcome settle(String xid, long branchId, SQLException lost) {
        try (OwnTransaction transaction = OwnTransaction.begin(dataSource, dialect, limit)) {
            return settle(transaction, xid, branchId);
        } catch (SQLException | RuntimeException e) {
            lost.addSuppressed(e);
            log.warn("[{}] Whether branch {} was committed cannot be found out", xid, branchId, e);
            return Outcome.UNKNOWN;
        }
    }

    private Outcome settle(OwnTransaction transaction, String xid, long branchId) throws SQLException {
        Connection connection = transaction.connection();
        try {
            undoLogs.insertMarker(connection, xid, branchId);
        } catch (SQLException e) {
            if (!dialect.errors().isUniqueViolation(e)) {
                throw e;
            }
            connection.rollback();
            Optional<Integer> status = undoLogs.statusOf(connection, xid, branchId);
            if (status.isEmpty()) {
                // Whoever held the key has gone since; nothing is proven.
                throw e;
            }
            return status.get() == UndoLogTable.UNDO_LOG ? Outcome.COMMITTED : Outcome.NOT_COMMITTED;
        }
        transaction.commit();
        return Outcome.NOT_COMMITTED;
    }
}
