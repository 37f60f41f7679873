package dev.lockstep.rm.inspect;

import dev.lockstep.rm.at.dialect.Dialect;
import dev.lockstep.rm.at.dialect.DialectProvider;
import dev.lockstep.rm.at.meta.Namespace;
import dev.lockstep.rm.at.undo.OwnTransaction;
import dev.lockstep.rm.at.undo.RowReport;
import dev.lockstep.rm.at.undo.UndoLog;
import dev.lockstep.rm.at.undo.UndoLogFormat;
import dev.lockstep.rm.at.undo.UndoLogFormatException;
import dev.lockstep.rm.at.undo.UndoLogReport;
import dev.lockstep.rm.at.undo.UndoLogTable;
import dev.lockstep.rm.at.undo.UndoLogUpkeep;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * Reads undo logs and changes nothing: each method works in a local transaction of its own and rolls it back. Comparing
 * locks the rows concerned for that moment, so the user of the data source must be allowed to write to them. Immutable,
 * thread-safe.
 */
final class UndoLogInspector {

    private final DataSource dataSource;
    private final String tableName;

    /**
     * Looks into one database.
     *
     * @param dataSource the user's own, not ours around it
     * @param tableName of the undo logs, with a schema or without
     */
    UndoLogInspector(DataSource dataSource, String tableName) {
        this.dataSource = Objects.requireNonNull(dataSource, "dataSource");
        this.tableName = Objects.requireNonNull(tableName, "tableName");
    }

    /** What stands in the table, the oldest first, at most so many. */
    List<UndoLogUpkeep.Entry> list(int most) throws SQLException {
        try (OwnTransaction transaction = OwnTransaction.begin(dataSource)) {
            Connection connection = transaction.connection();
            return table(connection, DialectProvider.find(connection)).upkeep().entries(connection, most);
        }
    }

    /**
     * What a rollback of a branch would do today, row by row from the last statement to the first; empty when the branch has
     * no undo log.
     *
     * @throws UndoLogFormatException if the undo log cannot be read; its message says why
     */
    Optional<List<RowReport>> compare(String xid, long branchId) throws SQLException, UndoLogFormatException {
        try (OwnTransaction transaction = OwnTransaction.begin(dataSource)) {
            Connection connection = transaction.connection();
            Dialect dialect = DialectProvider.find(connection);
            UndoLogTable table = table(connection, dialect);
            Optional<UndoLogTable.Row> row = table.read(connection, xid, branchId);
            if (row.isEmpty() || row.get().isMarker()) {
                return Optional.empty();
            }
            UndoLog log = table.decode(connection, xid, row.get());
            return Optional.of(new UndoLogReport(dialect).compare(connection, log));
        }
    }

    private UndoLogTable table(Connection connection, Dialect dialect) throws SQLException {
        return new UndoLogTable(dialect, tableName, Namespace.of(connection), UndoLogFormat.OFFICIAL);
    }
}
