package dev.lockstep.rm.at.undo;

import dev.lockstep.rm.at.dialect.Dialect;
import dev.lockstep.rm.at.dialect.UniversalTime;
import dev.lockstep.rm.at.image.RepeatCaptureException;
import dev.lockstep.rm.at.image.RowChange;
import dev.lockstep.rm.at.image.RowKey;
import dev.lockstep.rm.at.image.RowQuery;
import dev.lockstep.rm.at.meta.Namespace;
import dev.lockstep.rm.at.meta.TableMeta;
import dev.lockstep.rm.at.meta.TableMetaCache;
import dev.lockstep.rm.at.meta.TablePath;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes back what an undo log holds, from the last statement to the first, within the caller's local transaction.
 *
 * <p>Each row is looked at before it is touched. Unchanged by the statement, or back already: nothing to do. As the
 * statement left it: taken back. Anything else is a dirty write. Immutable, thread-safe.
 */
public final class UndoReplay {

    private final Dialect dialect;
    private final TableMetaCache tables;
    private final RowQuery rows;
    private final Namespace home;
    private final boolean validate;
    private final RowReversal reversal;

    /**
     * Replays on one database.
     *
     * @param home where a connection fresh from the data source looks for unqualified names; this one may have been led
     *     elsewhere by who had it before
     * @param validate whether rows are looked at; without that they are overwritten as they are
     */
    public UndoReplay(Dialect dialect, TableMetaCache tables, RowQuery rows, Namespace home, boolean validate) {
        this.dialect = dialect;
        this.tables = tables;
        this.rows = rows;
        this.home = home;
        this.validate = validate;
        this.reversal = new RowReversal(dialect, rows, validate);
    }

    /** Takes everything back or throws; after an exception the caller rolls its local transaction back. */
    public void replay(Connection connection, UndoLog log)
            throws SQLException, DirtyWriteException, UndoLogFormatException {
        replay(connection, log, false);
    }

    /**
     * Like {@link #replay(Connection, UndoLog)}, but a row that is back already counts as dirty. For branches of one global
     * transaction that share rows: one that is back may have been left so by another of them.
     */
    public void replayExactly(Connection connection, UndoLog log)
            throws SQLException, DirtyWriteException, UndoLogFormatException {
        replay(connection, log, true);
    }

    private void replay(Connection connection, UndoLog log, boolean exactly)
            throws SQLException, DirtyWriteException, UndoLogFormatException {
        List<RowChange> changes = log.changes();
        UniversalTime.Span time = TimeOfLog.begin(connection, dialect, log);
        try (time) {
            for (int i = changes.size() - 1; i >= 0; i--) {
                if (!changes.get(i).isEmpty()) {
                    undo(connection, changes.get(i), exactly);
                }
            }
        }
    }

    private void undo(Connection connection, RowChange change, boolean exactly)
            throws SQLException, DirtyWriteException, UndoLogFormatException {
        TableMeta table = tables.find(connection, TablePath.parse(change.tableName(), dialect), home);
        try {
            undo(connection, table, change, exactly);
        } catch (RepeatCaptureException outOfDate) {
            tables.forget(table);
            TableMeta fresh = tables.find(connection, TablePath.parse(change.tableName(), dialect), home);
            try {
                undo(connection, fresh, change, exactly);
            } catch (RepeatCaptureException again) {
                throw new SQLException("The undo log does not fit the table: " + again.getMessage(), "42S22", again);
            }
        }
    }

    private void undo(Connection connection, TableMeta table, RowChange change, boolean exactly)
            throws SQLException, DirtyWriteException, UndoLogFormatException, RepeatCaptureException {
        ChangeImages images = ChangeImages.of(change, table);
        List<RowKey> toTakeBack = new ArrayList<>();
        if (validate) {
            String lock = change.kind() == RowChange.Kind.UPDATE ? dialect.updateLockClause() : dialect.lockClause();
            Map<RowKey, List<@Nullable Object>> now =
                    images.inTheirTerms(rows.ofKeys(connection, table, images.columns(), images.keyValues(), lock));
            for (RowKey key : images.keys()) {
                if (images.mustBeTakenBack(key, now.get(key), exactly)) {
                    toTakeBack.add(key);
                }
            }
        } else {
            toTakeBack.addAll(images.keys());
        }
        if (!toTakeBack.isEmpty()) {
            reversal.run(connection, table, change, images, toTakeBack);
        }
    }
}
