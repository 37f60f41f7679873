package dev.lockstep.rm.at.phasetwo;

import dev.lockstep.rm.at.image.RowChange;
import dev.lockstep.rm.at.image.RowKey;
import dev.lockstep.rm.at.undo.DirtyWriteException;
import dev.lockstep.rm.at.undo.TriggerTraces;
import dev.lockstep.rm.at.undo.UndoLog;
import dev.lockstep.rm.at.undo.UndoLogFormatException;
import dev.lockstep.rm.at.undo.UndoLogTable;
import dev.lockstep.rm.at.undo.UndoReplay;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes back, before a branch that the TC asks for, those of the same global transaction that came after it: TC 2.0.0 asks
 * in the order of registration (measured; every other version asks backwards), and frees a row's global lock with the first
 * branch that held it, while later ones still stand on the row. All of it is bound to be rolled back anyway, so a branch
 * taken back early does no harm; a note in its undo log's place answers the TC later. Immutable, thread-safe.
 */
final class LaterBranches {

    private static final Logger log = LoggerFactory.getLogger(LaterBranches.class);

    /** Class of SQLStates: a constraint stands against it, which another branch may have to lift first. */
    private static final String INTEGRITY_VIOLATION = "23";

    private final String resourceId;
    private final UndoLogTable undoLogs;
    private final UndoReplay replay;

    LaterBranches(String resourceId, UndoLogTable undoLogs, UndoReplay replay) {
        this.resourceId = resourceId;
        this.undoLogs = undoLogs;
        this.replay = replay;
    }

    /**
     * Takes back what must go, or may go, before the branch asked for.
     *
     * @param askedRow what this local transaction has taken out of the table for that branch; null if there was no undo log
     * @param others branches that may have come later
     * @param traces what triggers make of rows that are taken back
     * @return whether the branch asked for was taken back on the way
     * @throws DirtyWriteException if it shares rows with the others and fits nowhere among them
     * @throws UndoLogFormatException if it does not fit, and one of the others cannot be read
     */
    boolean takeBack(
            Connection connection,
            String xid,
            UndoLogTable.@Nullable Row askedRow,
            List<Long> others,
            TriggerTraces traces)
            throws SQLException, DirtyWriteException, UndoLogFormatException {
        Trial trial = new Trial(connection, traces);
        UndoLogFormatException unreadable = null;
        for (long other : others) {
            Optional<UndoLogTable.Row> row = undoLogs.lock(connection, xid, other);
            if (row.isPresent() && !row.get().isMarker()) {
                try {
                    trial.add(row.get(), undoLogs.decode(connection, xid, row.get()));
                } catch (UndoLogFormatException e) {
                    unreadable = e;
                }
            }
        }
        UndoLog asked = askedRow == null ? null : undoLogs.decode(connection, xid, askedRow);
        if (asked != null) {
            trial.add(askedRow, asked);
        }
        List<Long> taken = ReplayOrder.run(trial.branches(), asked == null ? 0 : asked.branchId(), trial);
        traces.become(trial.traces);
        for (long branchId : taken) {
            if (asked == null || branchId != asked.branchId()) {
                undoLogs.markUndone(connection, xid, trial.row(branchId));
                log.debug("[{}] Branch {} on {} rolled back before the TC asked for it", xid, branchId, resourceId);
            }
        }
        if (asked == null || taken.contains(asked.branchId())) {
            return asked != null;
        }
        if (unreadable != null) {
            throw unreadable;
        }
        if (trial.sharesRows(asked)) {
            trial.throwWhyNot(asked.branchId());
        }
        return false;
    }

    /** Takes branches back within one local transaction, each behind a savepoint. */
    private final class Trial implements ReplayOrder.Trial {
        private final Connection connection;
        private final Map<Long, UndoLogTable.Row> rows = new HashMap<>();
        private final Map<Long, UndoLog> logs = new HashMap<>();
        private final List<Long> order = new ArrayList<>();
        private final Map<Long, Exception> refusals = new HashMap<>();
        private final Deque<Savepoint> savepoints = new ArrayDeque<>();
        /** As they were at each of the savepoints. */
        private final Deque<TriggerTraces> tracesBefore = new ArrayDeque<>();

        private TriggerTraces traces;

        private Trial(Connection connection, TriggerTraces traces) {
            this.connection = connection;
            this.traces = traces.copy();
        }

        void add(UndoLogTable.Row row, UndoLog undoLog) {
            rows.put(row.branchId(), row);
            logs.put(row.branchId(), undoLog);
            order.add(row.branchId());
        }

        List<Long> branches() {
            return order;
        }

        UndoLogTable.Row row(long branchId) {
            return rows.get(branchId);
        }

        @Override
        public boolean takeBack(long branchId) throws SQLException, UndoLogFormatException {
            Savepoint before = connection.setSavepoint();
            TriggerTraces trial = traces.copy();
            try {
                replay.replayExactly(connection, logs.get(branchId), trial);
                savepoints.push(before);
                tracesBefore.push(traces);
                traces = trial;
                return true;
            } catch (DirtyWriteException e) {
                refusals.put(branchId, e);
            } catch (SQLException e) {
                if (e.getSQLState() == null || !e.getSQLState().startsWith(INTEGRITY_VIOLATION)) {
                    throw e;
                }
                refusals.put(branchId, e);
            }
            connection.rollback(before);
            return false;
        }

        @Override
        public void putBack() throws SQLException {
            connection.rollback(savepoints.pop());
            traces = tracesBefore.pop();
        }

        boolean sharesRows(UndoLog asked) {
            Set<Object> rowsOfAsked = new HashSet<>();
            rowsOf(asked).forEach(rowsOfAsked::add);
            return logs.values().stream()
                    .filter(other -> other != asked)
                    .flatMap(this::rowsOf)
                    .anyMatch(rowsOfAsked::contains);
        }

        private Stream<Object> rowsOf(UndoLog undoLog) {
            return undoLog.changes().stream().flatMap(this::rowsOf);
        }

        private Stream<Object> rowsOf(RowChange change) {
            return Stream.of(change.before(), change.after())
                    .flatMap(image -> image.keys().stream().map(key -> new RowOfTable(image.tableName(), key)));
        }

        void throwWhyNot(long branchId) throws SQLException, DirtyWriteException {
            Exception refusal = refusals.get(branchId);
            if (refusal instanceof DirtyWriteException dirty) {
                throw dirty;
            }
            if (refusal instanceof SQLException constraint) {
                throw constraint;
            }
        }
    }

    private record RowOfTable(String table, RowKey key) {}
}
