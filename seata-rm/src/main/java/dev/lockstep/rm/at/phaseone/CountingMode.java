package dev.lockstep.rm.at.phaseone;

import dev.lockstep.rm.at.image.RowCounting;
import dev.lockstep.rm.at.undo.UndoLogTable;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Learns how a driver counts that can be told to count either way ({@code useAffectedRows} of MySQL and MariaDB): by a trial
 * in the undo log table, since no driver says it and there is always that table. The answer holds for the data source, so it
 * is asked for once, when an UPDATE first leaves a row as it was. Thread-safe.
 */
public final class CountingMode implements RowCounting {

    private final UndoLogTable undoLogs;
    private final LastGeneratedNumber lastNumber;
    /** Two threads that ask at the same moment learn the same. */
    private volatile @Nullable Boolean leavesOutUnchanged;

    public CountingMode(UndoLogTable undoLogs, LastGeneratedNumber lastNumber) {
        this.undoLogs = undoLogs;
        this.lastNumber = lastNumber;
    }

    @Override
    public boolean leavesOutUnchanged(Connection connection) throws SQLException {
        Boolean known = leavesOutUnchanged;
        if (known == null) {
            known = lastNumber.keepAround(connection, () -> undoLogs.countOfUnchangedRow(connection)) == 0;
            leavesOutUnchanged = known;
        }
        return known;
    }
}
