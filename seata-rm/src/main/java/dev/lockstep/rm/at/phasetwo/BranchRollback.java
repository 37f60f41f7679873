package dev.lockstep.rm.at.phasetwo;

import dev.lockstep.rm.at.dialect.Dialect;
import dev.lockstep.rm.at.undo.DirtyWriteException;
import dev.lockstep.rm.at.undo.OwnTransaction;
import dev.lockstep.rm.at.undo.StandingBranches;
import dev.lockstep.rm.at.undo.TriggerTraces;
import dev.lockstep.rm.at.undo.UndoLogFormatException;
import dev.lockstep.rm.at.undo.UndoLogTable;
import dev.lockstep.rm.at.undo.UndoReplay;
import dev.lockstep.rm.event.BranchListener;
import dev.lockstep.rm.event.RepeatedTrouble;
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
 * Rolls one branch back, in one local transaction: take its undo log out of the table, replay it backwards, commit. Where there is
 * no undo log, the marker is left in its place, so that a phase one that is still under way cannot commit any more. Branches
 * of the same global transaction that came later are taken back first, by {@link LaterBranches}.
 *
 * <p>That no undo log is there means that nothing is to be undone only as long as this process does not know better: a branch
 * that it has committed itself is not told as rolled back without one. Whoever takes back a branch of another process leaves a
 * note in the undo log's place for that reason.
 *
 * <p>Blocks; bounded by the lock wait for each statement. May be repeated, also after a lost answer. Thread-safe.
 */
public final class BranchRollback {

    private static final Logger log = LoggerFactory.getLogger(BranchRollback.class);

    /** Between reading nothing and placing the marker, phase one may commit; then the rollback starts over. */
    private static final int TRIES = 3;

    /** Branches that have lines of their own in the log while they are put off. */
    private static final int MOST_TOLD = 1_000;

    private final String resourceId;
    private final DataSource dataSource;
    private final Dialect dialect;
    private final UndoLogTable undoLogs;
    private final StandingBranches standing;
    private final UndoReplay replay;
    private final LaterBranches laterBranches;
    private final EarlierBranches earlierBranches;
    private final Duration lockWait;
    private final DirtyWriteSink dirtyWrites;
    private final BranchListener listener;
    private final Recurrences branches = new Recurrences(MOST_TOLD, System::nanoTime);
    private final Recurrences byTriggers = new Recurrences(MOST_TOLD, System::nanoTime);
    private final Recurrences causes = new Recurrences(MOST_TOLD, System::nanoTime);

    /**
     * Rolls back branches of one resource.
     *
     * @param dataSource the user's own, not ours around it
     * @param lockWait how long a statement waits for a row lock: well below the TC's patience of 15 s
     * @param listener is told of each rollback that is put off; throws nothing
     */
    public BranchRollback(
            String resourceId,
            DataSource dataSource,
            Dialect dialect,
            UndoLogTable undoLogs,
            StandingBranches standing,
            UndoReplay replay,
            Duration lockWait,
            DirtyWriteSink dirtyWrites,
            BranchListener listener) {
        this.resourceId = resourceId;
        this.dataSource = dataSource;
        this.dialect = dialect;
        this.undoLogs = undoLogs;
        this.standing = standing;
        this.replay = replay;
        this.laterBranches = new LaterBranches(resourceId, undoLogs, replay);
        this.earlierBranches = new EarlierBranches(resourceId, undoLogs, replay);
        this.lockWait = lockWait;
        this.dirtyWrites = dirtyWrites;
        this.listener = listener;
    }

    /** Gives the status the TC is owed; never throws. */
    public BranchStatus run(String xid, long branchId) {
        SQLException taken = null;
        for (int tries = 1; tries <= TRIES; tries++) {
            try (OwnTransaction transaction = OwnTransaction.begin(dataSource, dialect, lockWait)) {
                BranchStatus done = run(transaction, xid, branchId);
                tellOfEnd(xid, branchId);
                return done;
            } catch (MarkerTakenException e) {
                taken = e.violation();
            } catch (DirtyBranchException e) {
                return dirty(xid, branchId, e);
            } catch (UndoLogMissingException e) {
                return missing(xid, branchId, e);
            } catch (SQLException | UndoLogFormatException | RuntimeException e) {
                return notYet(xid, branchId, e);
            }
        }
        return notYet(xid, branchId, "its place in undo_log was taken and empty by turns", taken);
    }

    private BranchStatus notYet(String xid, long branchId, Exception e) {
        return notYet(xid, branchId, String.valueOf(e.getMessage()), e);
    }

    /**
     * The TC asks again each second, for every open branch. A branch has a line for each new cause, and later ones at growing
     * intervals; a stack trace stands there for the first branch that meets the cause.
     */
    private BranchStatus notYet(String xid, long branchId, String why, @Nullable Exception e) {
        Recurrence.Line branch = branches.next(new UndoLogTable.BranchKey(xid, branchId), e);
        Recurrence.Line ofCause = causes.next(Recurrence.causeOf(e), null);
        if (branch.due()) {
            log.warn(
                    "[{}] Branch {} on {} is not rolled back yet{}: {}",
                    xid,
                    branchId,
                    resourceId,
                    branch.times() == 1 ? "" : ", asked for " + branch.times() + " times",
                    why,
                    ofCause.first() ? e : null);
        } else if (ofCause.due()) {
            log.warn(
                    "[rm {}] {} branches are not rolled back yet, {} were put off for this: {}",
                    resourceId,
                    branches.size(),
                    ofCause.times(),
                    why);
        } else {
            log.debug("[{}] Branch {} on {} is not rolled back yet", xid, branchId, resourceId, e);
        }
        listener.troubled(RepeatedTrouble.ROLLBACK_PUT_OFF, resourceId);
        return BranchStatus.PhaseTwo_RollbackFailed_Retryable;
    }

    /**
     * To be asked for again, and not told as failed: that would end the global transaction with its other branches as they were
     * written, where another try may find the undo log once somebody has put it back, or a marker in its place.
     */
    private BranchStatus missing(String xid, long branchId, UndoLogMissingException e) {
        Recurrence.Line line = branches.next(new UndoLogTable.BranchKey(xid, branchId), e);
        if (line.due()) {
            log.error(
                    "[{}] Branch {} on {} cannot be rolled back, asked for {} times: this process has committed it,"
                            + " and its undo log is gone. Look at its rows. As before the branch: an instance with the"
                            + " official client has rolled it back, and its answer was lost; nothing is to be set right. As"
                            + " the branch left them: somebody has deleted the undo log, or it was written to another"
                            + " undo_log than the one that is looked in; put it back, or set the rows right. Their global"
                            + " locks are kept. Then have the branch taken for rolled back by: {}",
                    xid,
                    branchId,
                    resourceId,
                    line.times(),
                    undoLogs.textOfMarker(xid, branchId));
        } else {
            log.debug("[{}] Branch {} on {} cannot be rolled back: its undo log is gone", xid, branchId, resourceId);
        }
        listener.troubled(RepeatedTrouble.ROLLBACK_PUT_OFF, resourceId);
        return BranchStatus.PhaseTwo_RollbackFailed_Retryable;
    }

    private void tellOfEnd(String xid, long branchId) {
        long putOff = branches.over(new UndoLogTable.BranchKey(xid, branchId));
        if (putOff > 0) {
            log.info(
                    "[{}] Branch {} on {} has ended, after it was put off {} times", xid, branchId, resourceId, putOff);
        }
    }

    private BranchStatus run(OwnTransaction transaction, String xid, long branchId)
            throws SQLException, UndoLogFormatException, MarkerTakenException, DirtyBranchException,
                    UndoLogMissingException {
        Connection connection = transaction.connection();
        UndoLogTable.BranchKey key = new UndoLogTable.BranchKey(xid, branchId);
        Optional<UndoLogTable.Row> row = undoLogs.take(connection, xid, branchId);
        if (row.isPresent() && row.get().isMarker()) {
            boolean ours = standing.holds(key);
            standing.ends(key);
            if (ours && row.get().context().isUndone()) {
                // Its phase one has ended, so nothing comes late, and whom it was for has seen it.
                transaction.commit();
            }
            // Otherwise it stays, as nothing is committed here: a marker keeps a late phase one out, and a note is for
            // whoever has written the branch, who may be asked next if this answer is lost.
            return BranchStatus.PhaseTwo_Rollbacked;
        }
        TriggerTraces traces = new TriggerTraces();
        undo(connection, xid, branchId, row.orElse(null), traces);
        boolean known = standing.holds(key);
        if (row.isEmpty() && known) {
            // Its marker could be placed, so no undo log is on its way either.
            throw new UndoLogMissingException();
        }
        if (row.isPresent() && !known && row.get().context().isOurs()) {
            // Whoever has written it may be asked next, if this answer is lost.
            undoLogs.insertUndone(connection, xid, branchId);
        }
        // Before the commit: who was asked at the same time, and waits for the row, will find it gone for a good
        // reason.
        standing.ends(key);
        transaction.commit();
        traces.inexact().forEach(rows -> tellOfTriggers(xid, branchId, rows));
        log.debug(
                "[{}] Branch {} on {} {}",
                xid,
                branchId,
                resourceId,
                row.isPresent() ? "rolled back" : "left nothing to undo; marker placed");
        return BranchStatus.PhaseTwo_Rollbacked;
    }

    private void undo(
            Connection connection, String xid, long branchId, UndoLogTable.@Nullable Row row, TriggerTraces traces)
            throws SQLException, UndoLogFormatException, MarkerTakenException, DirtyBranchException {
        List<Long> others = undoLogs.perhapsLater(connection, xid, branchId);
        try {
            boolean undone = !others.isEmpty() && laterBranches.takeBack(connection, xid, row, others, traces);
            if (row == null) {
                placeMarker(connection, xid, branchId);
                return;
            }
            if (!undone) {
                replay.replay(connection, undoLogs.decode(connection, xid, row), traces);
            }
            undoLogs.deleteParts(connection, xid, row);
            if (!traces.isEmpty()) {
                earlierBranches.takeBack(connection, xid, branchId, traces);
            }
        } catch (DirtyWriteException e) {
            throw new DirtyBranchException(e, others);
        }
    }

    private void tellOfTriggers(String xid, long branchId, TriggerTraces.Inexact rows) {
        Recurrence.Line line = byTriggers.next(rows.table() + rows.columns(), null);
        if (line.due()) {
            log.warn(
                    "[{}] Branch {} on {} is rolled back, but {} of {} are not as before in {} rows, among them {}: a"
                            + " trigger fires when a row is written back, too, and has set them. Met {} times by now",
                    xid,
                    branchId,
                    resourceId,
                    rows.columns(),
                    rows.table(),
                    rows.keys().size(),
                    rows.keys().get(0),
                    line.times());
        } else {
            log.debug("[{}] Branch {} on {}: triggers have changed {}", xid, branchId, resourceId, rows);
        }
    }

    private void placeMarker(Connection connection, String xid, long branchId)
            throws SQLException, MarkerTakenException {
        try {
            undoLogs.insertMarker(connection, xid, branchId);
        } catch (SQLException e) {
            // Only here: a unique key violated during the replay is another matter and never leads to a second round.
            if (dialect.errors().isUniqueViolation(e)) {
                throw new MarkerTakenException(e);
            }
            throw e;
        }
    }

    /** Nothing of the branch is undone, and its local transaction is over. */
    private BranchStatus dirty(String xid, long branchId, DirtyBranchException found) {
        DirtyWriteException dirty = found.dirty();
        try (OwnTransaction transaction = OwnTransaction.begin(dataSource, dialect, lockWait)) {
            Connection connection = transaction.connection();
            if (!found.others.containsAll(undoLogs.perhapsLater(connection, xid, branchId))) {
                log.info(
                        "[{}] Branch {} on {} waits for a later branch of the same global transaction, which has just"
                                + " been committed, on row {} of {}",
                        xid,
                        branchId,
                        resourceId,
                        dirty.key(),
                        dirty.table());
                return BranchStatus.PhaseTwo_RollbackFailed_Retryable;
            }
            Optional<UndoLogTable.Row> row = undoLogs.lock(connection, xid, branchId);
            if (row.isEmpty() || row.get().isMarker()) {
                // Another instance was asked as well, and has ended the branch meanwhile.
                return BranchStatus.PhaseTwo_RollbackFailed_Retryable;
            }
            undoLogs.markDirty(connection, xid, row.get());
            transaction.commit();
        } catch (SQLException | UndoLogFormatException | RuntimeException e) {
            return notYet(xid, branchId, e);
        }
        tell(xid, branchId, dirty);
        return BranchStatus.PhaseTwo_RollbackFailed_Unretryable;
    }

    private void tell(String xid, long branchId, DirtyWriteException dirty) {
        UndoLogTable.BranchKey key = new UndoLogTable.BranchKey(xid, branchId);
        branches.over(key);
        // The human who decides deletes the undo log.
        standing.ends(key);
        log.error(
                "[{}] Branch {} on {} cannot be rolled back: {}. Nothing of it was undone; its undo log stays and is"
                        + " flagged lockstep=dirty. Decide what row {} of {} shall be and repair it: docs/operations.md"
                        + " says how",
                xid,
                branchId,
                resourceId,
                dirty.getMessage(),
                dirty.key(),
                dirty.table());
        log.debug("[{}] Expected {}, found {}", xid, dirty.expected(), dirty.found());
        try {
            dirtyWrites.dirty(resourceId, xid, branchId, dirty);
        } catch (RuntimeException e) {
            log.warn("[{}] The application's listener failed on the dirty write of branch {}", xid, branchId, e);
        }
    }

    /** A row of the branch is dirty, as far as these other branches can tell. */
    private static final class DirtyBranchException extends Exception {
        private final transient List<Long> others;

        DirtyBranchException(DirtyWriteException cause, List<Long> others) {
            super(cause);
            this.others = others;
        }

        DirtyWriteException dirty() {
            return (DirtyWriteException) getCause();
        }
    }

    /** This process has committed the branch, and there is nothing to undo it with. */
    private static final class UndoLogMissingException extends Exception {}

    /** Somebody wrote an undo log or a marker meanwhile. */
    private static final class MarkerTakenException extends Exception {
        MarkerTakenException(SQLException cause) {
            super(cause);
        }

        SQLException violation() {
            return (SQLException) getCause();
        }
    }
}
