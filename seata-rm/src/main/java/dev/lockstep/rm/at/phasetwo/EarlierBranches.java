package dev.lockstep.rm.at.phasetwo;

import dev.lockstep.rm.at.undo.DirtyWriteException;
import dev.lockstep.rm.at.undo.TriggerTraces;
import dev.lockstep.rm.at.undo.UndoLogFormatException;
import dev.lockstep.rm.at.undo.UndoLogTable;
import dev.lockstep.rm.at.undo.UndoReplay;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes back, along with a branch that the TC asks for, those of the same global transaction that came before it, where a
 * trigger has written to the rows that were written back. Asked for by itself an earlier branch would find rows that look as if a
 * stranger had changed them; here it is still known what the trigger did. A note in its undo log's place answers the TC later.
 * Immutable, thread-safe.
 */
final class EarlierBranches {

    private static final Logger log = LoggerFactory.getLogger(EarlierBranches.class);

    private final String resourceId;
    private final UndoLogTable undoLogs;
    private final UndoReplay replay;

    EarlierBranches(String resourceId, UndoLogTable undoLogs, UndoReplay replay) {
        this.resourceId = resourceId;
        this.undoLogs = undoLogs;
        this.replay = replay;
    }

    /** Takes back what can be; what cannot waits until it is asked for, and tells why then. */
    void takeBack(Connection connection, String xid, long branchId, TriggerTraces traces)
            throws SQLException, UndoLogFormatException {
        for (long earlier : undoLogs.earlier(connection, xid, branchId)) {
            Optional<UndoLogTable.Row> row = undoLogs.lock(connection, xid, earlier);
            if (row.isPresent() && !row.get().isMarker() && takeBack(connection, xid, row.get(), traces)) {
                undoLogs.markUndone(connection, xid, row.get());
            }
        }
    }

    private boolean takeBack(Connection connection, String xid, UndoLogTable.Row row, TriggerTraces traces)
            throws SQLException {
        Savepoint before = connection.setSavepoint();
        TriggerTraces trial = traces.copy();
        try {
            replay.replayExactly(connection, undoLogs.decode(connection, xid, row), trial);
        } catch (DirtyWriteException | UndoLogFormatException | SQLException e) {
            connection.rollback(before);
            log.debug("[{}] Branch {} on {} is not rolled back with a later one", xid, row.branchId(), resourceId, e);
            return false;
        }
        traces.become(trial);
        log.debug("[{}] Branch {} on {} rolled back with a later one", xid, row.branchId(), resourceId);
        return true;
    }
}
