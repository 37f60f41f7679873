package dev.lockstep.rm.at.image;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Rows of one table at one moment. Immutable, if nobody writes to the byte arrays in it.
 *
 * @param tableName as the database stores it, without schema
 * @param columns what was read of each row; holds the whole primary key
 * @param rows the values, each row in the order of {@code columns}, in the Java types of {@link ColumnValues}
 */
public record TableImage(String tableName, List<ImageColumn> columns, List<List<@Nullable Object>> rows) {

    public TableImage {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
    }

    /** No rows, as before an INSERT and after a DELETE. */
    public static TableImage empty(String tableName) {
        return new TableImage(tableName, List.of(), List.of());
    }

    public boolean isEmpty() {
        return rows.isEmpty();
    }

    public int size() {
        return rows.size();
    }

    /** The columns of the primary key, in the order of the image. */
    public List<ImageColumn> keyColumns() {
        return columns.stream().filter(ImageColumn::key).toList();
    }

    /** The key of one row. */
    public RowKey keyOf(List<@Nullable Object> row) {
        return RowKey.of(keyValues(row));
    }

    /** The key's values of one row, in the order of {@link #keyColumns()}. */
    public List<@Nullable Object> keyValues(List<@Nullable Object> row) {
        return IntStream.range(0, columns.size())
                .filter(i -> columns.get(i).key())
                .mapToObj(row::get)
                .toList();
    }

    /** The keys of all rows, in their order. */
    public List<RowKey> keys() {
        return rows.stream().map(this::keyOf).toList();
    }

    /** The rows by their keys. */
    public Map<RowKey, List<@Nullable Object>> byKey() {
        Map<RowKey, List<@Nullable Object>> byKey = new HashMap<>();
        rows.forEach(row -> byKey.put(keyOf(row), row));
        return byKey;
    }

    /** The same image with its rows in the order of these keys, which are all there. */
    TableImage inOrderOf(List<RowKey> keys) {
        Map<RowKey, List<@Nullable Object>> byKey = byKey();
        return new TableImage(tableName, columns, keys.stream().map(byKey::get).toList());
    }
}
