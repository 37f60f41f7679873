package dev.lockstep.rm.at.undo;

import dev.lockstep.rm.at.dialect.ColumnForm;
import dev.lockstep.rm.at.image.ColumnValues;
import dev.lockstep.rm.at.image.ImageColumn;
import dev.lockstep.rm.at.image.RepeatCaptureException;
import dev.lockstep.rm.at.image.RowChange;
import dev.lockstep.rm.at.image.RowKey;
import dev.lockstep.rm.at.image.TableImage;
import dev.lockstep.rm.at.meta.ColumnMeta;
import dev.lockstep.rm.at.meta.TableMeta;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The two images of a change, brought to the writable columns of the table as it is today, and what they say about each
 * row. Immutable.
 */
final class ChangeImages {
    private final TableMeta table;
    private final List<ColumnMeta> columns;
    private final Map<RowKey, List<@Nullable Object>> before;
    private final Map<RowKey, List<@Nullable Object>> after;
    private final List<RowKey> keys;

    private ChangeImages(
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

    static ChangeImages of(RowChange change, TableMeta table) throws UndoLogFormatException, RepeatCaptureException {
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
        return new ChangeImages(
                table, columns, before.byKey(), after.byKey(), before.isEmpty() ? after.keys() : before.keys());
    }

    private static TableImage reduced(TableImage image, List<ColumnMeta> columns, List<Integer> kept, TableMeta table)
            throws UndoLogFormatException {
        if (image.isEmpty()) {
            return image;
        }
        List<ImageColumn> imageColumns = columns.stream()
                .map(column -> new ImageColumn(column.name(), column.driverType(), table.isKey(column.name())))
                .toList();
        List<List<@Nullable Object>> reducedRows = new ArrayList<>(image.size());
        for (List<@Nullable Object> row : image.rows()) {
            reducedRows.add(isAsInColumns(row, columns) ? row : inColumns(row, columns, kept));
        }
        return new TableImage(image.tableName(), imageColumns, reducedRows);
    }

    /** Whether the row can be taken as it is, as most can. */
    private static boolean isAsInColumns(List<@Nullable Object> row, List<ColumnMeta> columns)
            throws UndoLogFormatException {
        boolean same = row.size() == columns.size();
        for (int i = 0; same && i < columns.size(); i++) {
            same = UndoValues.inColumn(row.get(i), columns.get(i)) == row.get(i);
        }
        return same;
    }

    private static List<@Nullable Object> inColumns(
            List<@Nullable Object> row, List<ColumnMeta> columns, List<Integer> kept) throws UndoLogFormatException {
        List<@Nullable Object> values = new ArrayList<>(kept.size());
        for (int i = 0; i < kept.size(); i++) {
            values.add(UndoValues.inColumn(row.get(kept.get(i)), columns.get(i)));
        }
        return values;
    }

    /** The columns of the rows here, generated ones left out. */
    List<ColumnMeta> columns() {
        return columns;
    }

    /** The rows concerned, in the order of the image. */
    List<RowKey> keys() {
        return keys;
    }

    /** The keys' values, in the order of the table's primary key. */
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

    /** Characters and bytes of these columns in the row that has most of them; other values do not count. */
    long longestToBind(List<ColumnMeta> of) {
        int[] indexes = indexesOf(of);
        long longest = 0;
        for (RowKey key : keys) {
            List<@Nullable Object> row = rowToBind(key);
            long length = 0;
            for (int index : indexes) {
                Object value = row.get(index);
                length +=
                        value instanceof String text ? text.length() : value instanceof byte[] bytes ? bytes.length : 0;
            }
            longest = Math.max(longest, length);
        }
        return longest;
    }

    /**
     * Whether the row is to be taken back; false when the change did not touch it, or when it is back already.
     *
     * @param backIsDirty whether a row that is back already is none of ours: another branch may have left it so
     */
    boolean mustBeTakenBack(RowKey key, @Nullable List<@Nullable Object> now, boolean backIsDirty)
            throws DirtyWriteException {
        List<@Nullable Object> old = before.get(key);
        List<@Nullable Object> created = after.get(key);
        if (isUnchanged(old, created)) {
            return false;
        }
        int difference = firstDifference(now, created);
        if (difference < 0) {
            return true;
        }
        if (!backIsDirty && firstDifference(now, old) < 0) {
            return false;
        }
        boolean wholeRow = now == null || created == null;
        throw new DirtyWriteException(
                table.name(),
                key.toString(),
                wholeRow
                        ? DirtyWriteException.WHOLE_ROW
                        : columns.get(difference).name(),
                wholeRow ? created : created.get(difference),
                wholeRow ? now : now.get(difference));
    }

    /**
     * Rows of today by their keys, so that they can be compared with these: without the offset of moments that the database
     * shows by the session's clock, where these have none either because an official client has written them.
     */
    Map<RowKey, List<@Nullable Object>> inTheirTerms(TableImage today) {
        int[] moments = IntStream.range(0, columns.size())
                .filter(i -> columns.get(i).form() == ColumnForm.MOMENT_TEXT)
                .toArray();
        if (moments.length == 0 || TimeOfLog.holdsOffsets(before.values()) || TimeOfLog.holdsOffsets(after.values())) {
            return today.byKey();
        }
        List<List<@Nullable Object>> rows = new ArrayList<>(today.size());
        for (List<@Nullable Object> row : today.rows()) {
            List<@Nullable Object> shown = new ArrayList<>(row);
            for (int i : moments) {
                if (row.get(i) instanceof OffsetDateTime moment) {
                    shown.set(i, moment.toLocalDateTime());
                }
            }
            rows.add(shown);
        }
        return new TableImage(today.tableName(), today.columns(), rows).byKey();
    }

    /** Whether a column of this type has this value in one of the old rows. */
    boolean holdBefore(List<RowKey> of, String typeName, String value) {
        int[] indexes = IntStream.range(0, columns.size())
                .filter(i -> columns.get(i).typeName().equals(typeName))
                .toArray();
        if (indexes.length == 0) {
            return false;
        }
        for (RowKey key : of) {
            List<@Nullable Object> old = before.get(key);
            for (int index : indexes) {
                if (old != null && value.equals(old.get(index))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The row before the change, or null where there was none. */
    @Nullable
    List<@Nullable Object> before(RowKey key) {
        return before.get(key);
    }

    /** The row as the change left it, or null where it left none. */
    @Nullable
    List<@Nullable Object> after(RowKey key) {
        return after.get(key);
    }

    /** Digits behind the point count here, which a comparison by amount does not see. */
    private static boolean isUnchanged(@Nullable List<@Nullable Object> old, @Nullable List<@Nullable Object> created) {
        if (old == null || created == null) {
            return old == created;
        }
        for (int i = 0; i < old.size(); i++) {
            if (!ColumnValues.identical(old.get(i), created.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** The index of the first column that differs, 0 when only one of the rows exists, -1 when they are the same. */
    private static int firstDifference(@Nullable List<@Nullable Object> one, @Nullable List<@Nullable Object> other) {
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
        if (!changed.isEmpty()) {
            // They would change with the others if the undo left them out.
            columns.stream()
                    .filter(column ->
                            column.changesItself() && !table.isKey(column.name()) && !changed.contains(column))
                    .forEach(changed::add);
        }
        return changed;
    }

    private boolean isChanged(RowKey key, int column) {
        List<@Nullable Object> old = before.get(key);
        List<@Nullable Object> created = after.get(key);
        return old == null || created == null || !ColumnValues.identical(old.get(column), created.get(column));
    }

    int[] indexesOf(List<ColumnMeta> wanted) {
        Map<String, Integer> byName = new HashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            byName.put(columns.get(i).name(), i);
        }
        return wanted.stream().mapToInt(column -> byName.get(column.name())).toArray();
    }
}
