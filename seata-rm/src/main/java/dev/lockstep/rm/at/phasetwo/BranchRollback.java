package dev.lockstep.rm.at.phasetwo;

import dev.lockstep.rm.at.dialect.Dialect;
import dev.lockstep.rm.at.image.ColumnValues;
import dev.lockstep.rm.at.image.RowChange;
import dev.lockstep.rm.at.image.TableImage;
import dev.lockstep.rm.at.undo.DirtyWriteException;
import dev.lockstep.rm.at.undo.OwnTransaction;
import dev.lockstep.rm.at.undo.UndoLog;
import dev.lockstep.rm.at.undo.UndoLogFormatException;
import dev.lockstep.rm.at.undo.UndoLogTable;
import dev.lockstep.rm.at.undo.UndoReplay;
import io.seata.core.model.BranchStatus;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rolls one branch back, in one local transaction: lock its undo log, replay it backwards, delete it, commit. Where there is
 * no undo log, the marker is left in its place, so that a phase one that is still under way cannot commit any more.
 *
 * <p>Blocks; bounded by the lock wait for each statement. May be repeated, also after a lost answer. Immutable, thread-safe.
 */
public final class BranchRollback {

    private static final Logger log = LoggerFactory.getLogger(BranchRollback.class);

    /** Between reading nothing and placing the marker, phase one may commit; then the rollback starts over. */
    private static final int TRIES = 3;

    private final String resourceId;
    private final DataSource dataSource;
    private final Dialect dialect;
    private final UndoLogTable undoLogs;
    private final UndoReplay replay;
    private final Duration lockWait;

    /**
     * Rolls back branches of one resource.
     *
     * @param dataSource the user's own, not ours around it
     * @param lockWait how long a statement waits for a row lock: well below the TC's patience of 15 s
     */
    public BranchRollback(
            String resourceId,
            DataSource dataSource,
            Dialect dialect,
            UndoLogTable undoLogs,
            UndoReplay replay,
            Duration lockWait) {
        this.resourceId = resourceId;
        this.dataSource = dataSource;
        this.dialect = dialect;
        this.undoLogs = undoLogs;
        this.replay = replay;
        this.lockWait = lockWait;
    }

    /** Gives the status the TC is owed; never throws. */
    public BranchStatus run(String xid, long branchId) {
        SQLException taken = null;
        for (int tries = 1; tries <= TRIES; tries++) {
            try (OwnTransaction transaction = OwnTransaction.begin(dataSource, dialect, lockWait)) {
                return run(transaction, xid, branchId);
            } catch (MarkerTakenException e) {
                taken = e.getCause();
            } catch (SQLException | UndoLogFormatException | RuntimeException e) {
                log.warn(
                        "[{}] Branch {} on {} is not rolled back yet: {}",
                        xid,
                        branchId,
                        resourceId,
                        e.getMessage(),
                        e);
                return BranchStatus.PhaseTwo_RollbackFailed_Retryable;
            }
        }
        log.warn(
                "[{}] Branch {} on {} is not rolled back yet: its place in undo_log was taken and empty by turns",
                xid,
                branchId,
                resourceId,
                taken);
        return BranchStatus.PhaseTwo_RollbackFailed_Retryable;
    }

    private BranchStatus run(OwnTransaction transaction, String xid, long branchId)
            throws SQLException, UndoLogFormatException, MarkerTakenException {
        Connection connection = transaction.connection();
        Optional<UndoLogTable.Row> row = undoLogs.lock(connection, xid, branchId);
        if (row.isEmpty()) {
            placeMarker(connection, xid, branchId);
            transaction.commit();
            log.debug("[{}] Branch {} on {} left nothing to undo; marker placed", xid, branchId, resourceId);
            return BranchStatus.PhaseTwo_Rollbacked;
        }
        if (row.get().isMarker()) {
            return BranchStatus.PhaseTwo_Rollbacked;
        }
        UndoLog undoLog = undoLogs.decode(row.get());
        try {
            replay.replay(connection, undoLog);
        } catch (DirtyWriteException e) {
            return dirty(connection, undoLog, branchId, e);
        }
        undoLogs.delete(connection, xid, branchId);
        transaction.commit();
        log.debug("[{}] Branch {} on {} rolled back", xid, branchId, resourceId);
        return BranchStatus.PhaseTwo_Rollbacked;
    }

    private void placeMarker(Connection connection, String xid, long branchId)
            throws SQLException, MarkerTakenException {
        try {
            undoLogs.insertMarker(connection, xid, branchId);
        } catch (SQLException e) {
            // Only here: a unique key violated during the replay is another matter and never leads to a second round.
            if (dialect.isUniqueViolation(e)) {
                throw new MarkerTakenException(e);
            }
            throw e;
        }
    }

    private BranchStatus dirty(Connection connection, UndoLog undoLog, long branchId, DirtyWriteException dirty)
            throws SQLException {
        connection.rollback();
        if (laterBranchExplains(connection, undoLog, branchId, dirty)) {
            // TC 2.0.0 sends branches in the order of their registration (measured); every other version backwards.
            log.info(
                    "[{}] Branch {} on {} waits for a later branch of the same global transaction on row {} of {}",
                    undoLog.xid(),
                    branchId,
                    resourceId,
                    dirty.key(),
                    dirty.table());
            return BranchStatus.PhaseTwo_RollbackFailed_Retryable;
        }
        log.error(
                "[{}] Branch {} on {} cannot be rolled back: {}. Nothing of it was undone and its undo log stays. Decide what"
                        + " row {} of {} shall be, set column {} by hand, then delete the undo log",
                undoLog.xid(),
                branchId,
                resourceId,
                dirty.getMessage(),
                dirty.key(),
                dirty.table(),
                dirty.column());
        log.debug("[{}] Expected {}, found {}", undoLog.xid(), dirty.expected(), dirty.found());
        return BranchStatus.PhaseTwo_RollbackFailed_Unretryable;
    }

    private boolean laterBranchExplains(
            Connection connection, UndoLog undoLog, long branchId, DirtyWriteException dirty) throws SQLException {
        for (UndoLogTable.Row other : undoLogs.othersOf(connection, undoLog.xid(), branchId)) {
            try {
                if (undoLogs.decode(other).changes().stream().anyMatch(change -> goesOnFrom(change, dirty))) {
                    return true;
                }
            } catch (UndoLogFormatException e) {
                log.warn("[{}] The undo log of branch {} cannot be read", undoLog.xid(), other.branchId(), e);
            }
        }
        return false;
    }

    /** Whether a change of another branch began where the dirty row's branch had ended. */
    private static boolean goesOnFrom(RowChange change, DirtyWriteException dirty) {
        boolean hadNoRow = change.before().isEmpty();
        TableImage image = hadNoRow ? change.after() : change.before();
        return image.tableName().equals(dirty.table())
                && image.rows().stream()
                        .filter(row -> image.keyOf(row).toString().equals(dirty.key()))
                        .anyMatch(row -> dirty.wasDeleted() ? hadNoRow : !hadNoRow && hadLeft(image, row, dirty));
    }

    private static boolean hadLeft(TableImage image, List<@Nullable Object> row, DirtyWriteException dirty) {
        if (dirty.isWholeRow()) {
            return true;
        }
        for (int i = 0; i < image.columns().size(); i++) {
            if (image.columns().get(i).name().equals(dirty.column())) {
                return ColumnValues.same(row.get(i), dirty.expected());
            }
        }
        return false;
    }

    /** Somebody wrote an undo log or a marker meanwhile. */
    private static final class MarkerTakenException extends Exception {
        MarkerTakenException(SQLException cause) {
            super(cause);
        }

        @Override
        public synchronized SQLException getCause() {
            return (SQLException) super.getCause();
        }
    }
}
