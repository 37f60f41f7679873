package dev.lockstep.rm.at.image;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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

    /** The same rows, each once, and without those that an outer join made up. */
    TableImage distinct() {
        Map<RowKey, List<@Nullable Object>> distinct = new LinkedHashMap<>();
        for (List<@Nullable Object> row : rows) {
            if (keyValues(row).stream().allMatch(Objects::nonNull)) {
                distinct.putIfAbsent(keyOf(row), row);
            }
        }
        return new TableImage(tableName, columns, List.copyOf(distinct.values()));
    }

    /** The rows of these keys, in this image's order. */
    TableImage only(Set<RowKey> keys) {
        return new TableImage(
                tableName,
                columns,
                rows.stream().filter(row -> keys.contains(keyOf(row))).toList());
    }

    /** The same image with its rows in the order of these keys, which are all there. */
    TableImage inOrderOf(List<RowKey> keys) {
        Map<RowKey, List<@Nullable Object>> byKey = byKey();
        return new TableImage(tableName, columns, keys.stream().map(byKey::get).toList());
    }
}
