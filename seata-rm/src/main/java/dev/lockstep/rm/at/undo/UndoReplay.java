package dev.lockstep.rm.at.undo;

import dev.lockstep.rm.at.dialect.Dialect;
import dev.lockstep.rm.at.image.ColumnValues;
import dev.lockstep.rm.at.image.RepeatCaptureException;
import dev.lockstep.rm.at.image.RowChange;
import dev.lockstep.rm.at.image.RowKey;
import dev.lockstep.rm.at.image.RowQuery;
import dev.lockstep.rm.at.meta.ColumnMeta;
import dev.lockstep.rm.at.meta.Namespace;
import dev.lockstep.rm.at.meta.TableMeta;
import dev.lockstep.rm.at.meta.TableMetaCache;
import dev.lockstep.rm.at.meta.TablePath;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
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

    private static final int ROWS_PER_BATCH = 500;
    /** Class of SQLStates. */
    private static final String INTEGRITY_VIOLATION = "23";

    private final Dialect dialect;
    private final TableMetaCache tables;
    private final RowQuery rows;
    private final Namespace home;
    private final boolean validate;

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
        for (int i = changes.size() - 1; i >= 0; i--) {
            if (!changes.get(i).isEmpty()) {
                undo(connection, changes.get(i), exactly);
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
            Map<RowKey, List<@Nullable Object>> now = rows.ofKeys(
                            connection, table, images.columns(), images.keyValues(), lock)
                    .byKey();
            for (RowKey key : images.keys()) {
                if (images.mustBeTakenBack(key, now.get(key), exactly)) {
                    toTakeBack.add(key);
                }
            }
        } else {
            toTakeBack.addAll(images.keys());
        }
        if (!toTakeBack.isEmpty()) {
            takeBack(connection, table, change, images, toTakeBack);
        }
    }

    private @Nullable ReverseSql reverse(TableMeta table, RowChange change, ChangeImages images, List<RowKey> keys) {
        return switch (change.kind()) {
            case INSERT -> ReverseSql.delete(dialect, rows, table);
            case DELETE -> ReverseSql.insert(dialect, rows, table, images.columns());
            case UPDATE -> {
                List<ColumnMeta> changed = images.changedColumns(keys);
                yield changed.isEmpty() ? null : ReverseSql.update(dialect, rows, table, changed);
            }
        };
    }

    /**
     * From the last row to the first, as rows of one statement may refer to each other; where a constraint stands against
     * that, as when values of a unique column moved on by one, from the first to the last; and updated rows at once where
     * neither will do, as when they have exchanged such values.
     */
    private void takeBack(
            Connection connection, TableMeta table, RowChange change, ChangeImages images, List<RowKey> keys)
            throws SQLException {
        ReverseSql sql = reverse(table, change, images, keys);
        if (sql == null) {
            return;
        }
        if (keys.size() == 1) {
            takeBackInOrder(connection, sql, images, keys);
            return;
        }
        List<RowKey> lastFirst = new ArrayList<>(keys);
        Collections.reverse(lastFirst);
        boolean mayGoAtOnce = change.kind() == RowChange.Kind.UPDATE && keys.size() <= dialect.maxRowsPerStatement();
        Savepoint nothingDone = connection.setSavepoint();
        if (!passes(connection, nothingDone, () -> takeBackInOrder(connection, sql, images, lastFirst))) {
            if (!mayGoAtOnce) {
                takeBackInOrder(connection, sql, images, keys);
            } else if (!passes(connection, nothingDone, () -> takeBackInOrder(connection, sql, images, keys))) {
                takeBackAtOnce(connection, table, images, keys);
            }
        }
        connection.releaseSavepoint(nothingDone);
    }

    private interface Step {
        void run() throws SQLException;
    }

    /** False if a constraint stood against it; then nothing of it is done. */
    private static boolean passes(Connection connection, Savepoint nothingDone, Step step) throws SQLException {
        try {
            step.run();
            return true;
        } catch (SQLException e) {
            if (e.getSQLState() == null || !e.getSQLState().startsWith(INTEGRITY_VIOLATION)) {
                throw e;
            }
            connection.rollback(nothingDone);
            return false;
        }
    }

    private void takeBackAtOnce(Connection connection, TableMeta table, ChangeImages images, List<RowKey> keys)
            throws SQLException {
        List<ColumnMeta> changed = images.changedColumns(keys);
        String sql = ReverseSql.updateAtOnce(dialect, rows, table, changed, keys.size());
        List<ColumnMeta> parameters = new ArrayList<>(table.keyColumns());
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int next = 1;
            for (ColumnMeta column : changed) {
                parameters.add(column);
                next = bindRows(statement, next, images, keys, parameters);
                parameters.remove(parameters.size() - 1);
            }
            bindRows(statement, next, images, keys, parameters);
            int count = statement.executeUpdate();
            if (count != keys.size()) {
                throw new SQLException(
                        "Undo changed " + count + " rows where " + keys.size() + " were locked: " + sql, "25000");
            }
        }
    }

    /** Binds these columns of each row; gives the index of the next parameter. */
    private static int bindRows(
            PreparedStatement statement, int first, ChangeImages images, List<RowKey> keys, List<ColumnMeta> columns)
            throws SQLException {
        int[] indexes = images.indexesOf(columns);
        int next = first;
        for (RowKey key : keys) {
            List<@Nullable Object> row = images.rowToBind(key);
            for (int i = 0; i < indexes.length; i++) {
                ColumnValues.bind(statement, next++, row.get(indexes[i]), columns.get(i));
            }
        }
        return next;
    }

    private void takeBackInOrder(Connection connection, ReverseSql sql, ChangeImages images, List<RowKey> keys)
            throws SQLException {
        int[] indexes = images.indexesOf(sql.parameters());
        try (PreparedStatement statement = connection.prepareStatement(sql.text())) {
            int waiting = 0;
            for (int i = 0; i < keys.size(); i++) {
                List<@Nullable Object> row = images.rowToBind(keys.get(i));
                for (int p = 0; p < indexes.length; p++) {
                    ColumnValues.bind(
                            statement,
                            p + 1,
                            row.get(indexes[p]),
                            sql.parameters().get(p));
                }
                statement.addBatch();
                if (++waiting == ROWS_PER_BATCH || i == keys.size() - 1) {
                    check(statement.executeBatch(), sql);
                    waiting = 0;
                }
            }
        }
    }

    private void check(int[] counts, ReverseSql sql) throws SQLException {
        for (int count : counts) {
            boolean unread = !validate && count == 0;
            if (count != 1 && count != Statement.SUCCESS_NO_INFO && !unread) {
                throw new SQLException("Undo changed " + count + " rows where one was locked: " + sql.text(), "25000");
            }
        }
    }
}
