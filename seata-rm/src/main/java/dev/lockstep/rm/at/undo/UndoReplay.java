package dev.lockstep.rm.at.undo;

import dev.lockstep.rm.at.dialect.Dialect;
import dev.lockstep.rm.at.image.ColumnValues;
import dev.lockstep.rm.at.image.ImageColumn;
import dev.lockstep.rm.at.image.RepeatCaptureException;
import dev.lockstep.rm.at.image.RowChange;
import dev.lockstep.rm.at.image.RowKey;
import dev.lockstep.rm.at.image.RowQuery;
import dev.lockstep.rm.at.image.TableImage;
import dev.lockstep.rm.at.meta.ColumnMeta;
import dev.lockstep.rm.at.meta.Namespace;
import dev.lockstep.rm.at.meta.TableMeta;
import dev.lockstep.rm.at.meta.TableMetaCache;
import dev.lockstep.rm.at.meta.TablePath;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
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

    private final Dialect dialect;
    private final TableMetaCache tables;
    private final RowQuery rows;
    private final boolean validate;

    /**
     * Replays on one database.
     *
     * @param validate whether rows are looked at; without that they are overwritten as they are
     */
    public UndoReplay(Dialect dialect, TableMetaCache tables, RowQuery rows, boolean validate) {
        this.dialect = dialect;
        this.tables = tables;
        this.rows = rows;
        this.validate = validate;
    }

    /** Takes everything back or throws; after an exception the caller rolls its local transaction back. */
    public void replay(Connection connection, UndoLog log)
            throws SQLException, DirtyWriteException, UndoLogFormatException {
        Namespace namespace = Namespace.of(connection);
        List<RowChange> changes = log.changes();
        for (int i = changes.size() - 1; i >= 0; i--) {
            if (!changes.get(i).isEmpty()) {
                undo(connection, namespace, changes.get(i));
            }
        }
    }

    private void undo(Connection connection, Namespace namespace, RowChange change)
            throws SQLException, DirtyWriteException, UndoLogFormatException {
        TableMeta table = tables.find(connection, TablePath.parse(change.tableName(), dialect), namespace);
        try {
            undo(connection, table, change);
        } catch (RepeatCaptureException outOfDate) {
            tables.forget(table);
            TableMeta fresh = tables.find(connection, TablePath.parse(change.tableName(), dialect), namespace);
            try {
                undo(connection, fresh, change);
            } catch (RepeatCaptureException again) {
                throw new SQLException("The undo log does not fit the table: " + again.getMessage(), "42S22", again);
            }
        }
    }

    private void undo(Connection connection, TableMeta table, RowChange change)
            throws SQLException, DirtyWriteException, UndoLogFormatException, RepeatCaptureException {
        Images images = Images.of(change, table);
        List<RowKey> toTakeBack = new ArrayList<>();
        if (validate) {
            Map<RowKey, List<@Nullable Object>> now = rows.ofKeys(connection, table, images.columns, images.keyValues())
                    .byKey();
            for (RowKey key : images.keys) {
                if (images.mustBeTakenBack(key, now.get(key))) {
                    toTakeBack.add(key);
                }
            }
        } else {
            toTakeBack.addAll(images.keys);
        }
        if (!toTakeBack.isEmpty()) {
            takeBack(connection, reverse(table, change, images, toTakeBack), images, toTakeBack);
        }
    }

    private @Nullable ReverseSql reverse(TableMeta table, RowChange change, Images images, List<RowKey> keys) {
        return switch (change.kind()) {
            case INSERT -> ReverseSql.delete(dialect, rows, table);
            case DELETE -> ReverseSql.insert(dialect, rows, table, images.columns);
            case UPDATE -> {
                List<ColumnMeta> changed = images.changedColumns(keys);
                yield changed.isEmpty() ? null : ReverseSql.update(dialect, rows, table, changed);
            }
        };
    }

    /** From the last row to the first, as rows of one statement may refer to each other. */
    private void takeBack(Connection connection, @Nullable ReverseSql sql, Images images, List<RowKey> keys)
            throws SQLException {
        if (sql == null) {
            return;
        }
        int[] indexes = images.indexesOf(sql.parameters());
        try (PreparedStatement statement = connection.prepareStatement(sql.text())) {
            int waiting = 0;
            for (int i = keys.size() - 1; i >= 0; i--) {
                List<@Nullable Object> row = images.rowToBind(keys.get(i));
                for (int p = 0; p < indexes.length; p++) {
                    ColumnValues.bind(
                            statement,
                            p + 1,
                            row.get(indexes[p]),
                            sql.parameters().get(p).jdbcType());
                }
                statement.addBatch();
                if (++waiting == ROWS_PER_BATCH || i == 0) {
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

    /** The two images of a change, brought to the writable columns of the table as it is today. */
    private static final class Images {
        private final TableMeta table;
        private final List<ColumnMeta> columns;
        private final Map<RowKey, List<@Nullable Object>> before;
        private final Map<RowKey, List<@Nullable Object>> after;
        private final List<RowKey> keys;

        private Images(
                TableMeta table,
                List<ColumnMeta> columns,
                Map<RowKey, List<@Nullable Object>> before,
                Map<RowKey, List<@Nullable Object>> after,
                List<RowKey> keys) {
            this.table = table;
            this.columns = columns;
            this.before = before;
            this.after = after;
            this.keys = keys;
        }

        static Images of(RowChange change, TableMeta table) throws UndoLogFormatException, RepeatCaptureException {
            TableImage leading = change.before().isEmpty() ? change.after() : change.before();
            if (!change.before().isEmpty()
                    && !change.after().isEmpty()
                    && !change.before().columns().equals(change.after().columns())) {
                throw new UndoLogFormatException(
                        "The two images of one statement on " + table + " have unlike columns", null);
            }
            // The official client images generated columns as well; they follow from the others.
            List<Integer> kept = new ArrayList<>();
            List<ColumnMeta> columns = new ArrayList<>();
            for (int i = 0; i < leading.columns().size(); i++) {
                ImageColumn column = leading.columns().get(i);
                ColumnMeta meta = table.columnInAnyCase(column.name())
                        .orElseThrow(() -> RepeatCaptureException.unknownColumn(table, column.name()));
                if (!meta.generated()) {
                    kept.add(i);
                    columns.add(meta);
                }
            }
            TableImage before = reduced(change.before(), columns, kept, table);
            TableImage after = reduced(change.after(), columns, kept, table);
            return new Images(
                    table, columns, before.byKey(), after.byKey(), before.isEmpty() ? after.keys() : before.keys());
        }

        private static TableImage reduced(
                TableImage image, List<ColumnMeta> columns, List<Integer> kept, TableMeta table) {
            if (image.isEmpty()) {
                return image;
            }
            List<ImageColumn> imageColumns = columns.stream()
                    .map(column -> new ImageColumn(column.name(), column.jdbcType(), table.isKey(column.name())))
                    .toList();
            List<List<@Nullable Object>> reducedRows = new ArrayList<>(image.size());
            for (List<@Nullable Object> row : image.rows()) {
                List<@Nullable Object> values = new ArrayList<>(kept.size());
                kept.forEach(i -> values.add(row.get(i)));
                reducedRows.add(values);
            }
            return new TableImage(image.tableName(), imageColumns, reducedRows);
        }

        List<List<@Nullable Object>> keyValues() {
            int[] indexes = indexesOf(table.keyColumns());
            List<List<@Nullable Object>> values = new ArrayList<>(keys.size());
            for (RowKey key : keys) {
                List<@Nullable Object> row = rowToBind(key);
                List<@Nullable Object> value = new ArrayList<>(indexes.length);
                for (int index : indexes) {
                    value.add(row.get(index));
                }
                values.add(value);
            }
            return values;
        }

        /** The old row; the new one where there was none. */
        List<@Nullable Object> rowToBind(RowKey key) {
            List<@Nullable Object> old = before.get(key);
            if (old != null) {
                return old;
            }
            List<@Nullable Object> created = after.get(key);
            if (created == null) {
                throw new IllegalStateException("No image of row " + key);
            }
            return created;
        }

        boolean mustBeTakenBack(RowKey key, @Nullable List<@Nullable Object> now) throws DirtyWriteException {
            List<@Nullable Object> old = before.get(key);
            List<@Nullable Object> created = after.get(key);
            if (firstDifference(old, created) < 0) {
                return false;
            }
            int difference = firstDifference(now, created);
            if (difference < 0) {
                return true;
            }
            if (firstDifference(now, old) < 0) {
                return false;
            }
            boolean wholeRow = now == null || created == null;
            throw new DirtyWriteException(
                    table.name(),
                    key.toString(),
                    wholeRow ? "*" : columns.get(difference).name(),
                    wholeRow ? created : created.get(difference),
                    wholeRow ? now : now.get(difference));
        }

        /** The index of the first column that differs, 0 when only one of the rows exists, -1 when they are the same. */
        private static int firstDifference(
                @Nullable List<@Nullable Object> one, @Nullable List<@Nullable Object> other) {
            if (one == null || other == null) {
                return one == other ? -1 : 0;
            }
            for (int i = 0; i < one.size(); i++) {
                if (!ColumnValues.same(one.get(i), other.get(i))) {
                    return i;
                }
            }
            return -1;
        }

        List<ColumnMeta> changedColumns(List<RowKey> of) {
            List<ColumnMeta> changed = new ArrayList<>();
            for (int i = 0; i < columns.size(); i++) {
                int column = i;
                if (!table.isKey(columns.get(i).name()) && of.stream().anyMatch(key -> isChanged(key, column))) {
                    changed.add(columns.get(i));
                }
            }
            return changed;
        }

        private boolean isChanged(RowKey key, int column) {
            List<@Nullable Object> old = before.get(key);
            List<@Nullable Object> created = after.get(key);
            return old == null || created == null || !ColumnValues.same(old.get(column), created.get(column));
        }

        int[] indexesOf(List<ColumnMeta> wanted) {
            Map<String, Integer> byName = new HashMap<>();
            for (int i = 0; i < columns.size(); i++) {
                byName.put(columns.get(i).name(), i);
            }
            return wanted.stream().mapToInt(column -> byName.get(column.name())).toArray();
        }
    }
}
