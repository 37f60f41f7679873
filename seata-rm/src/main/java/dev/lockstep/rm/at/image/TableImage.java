package dev.lockstep.rm.at.image;

import java.util.ArrayList;
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
 * @param collatedKeys for each row, by column, what stands for all texts that the database holds for equal to the key; empty
 *     where no key column has such texts, and in images from an undo log, which lock nothing
 */
public record TableImage(
        String tableName,
        List<ImageColumn> columns,
        List<List<@Nullable Object>> rows,
        List<Map<String, String>> collatedKeys) {

    public TableImage {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
        collatedKeys = List.copyOf(collatedKeys);
        if (!collatedKeys.isEmpty() && collatedKeys.size() != rows.size()) {
            throw new IllegalArgumentException(collatedKeys.size() + " collated keys of " + rows.size() + " rows");
        }
    }

    /** Rows whose keys have no collation, or that lock nothing. */
    public TableImage(String tableName, List<ImageColumn> columns, List<List<@Nullable Object>> rows) {
        this(tableName, columns, rows, List.of());
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
        List<Object> values = new ArrayList<>(1);
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).key()) {
                values.add(ColumnValues.comparable(row.get(i)));
            }
        }
        return new RowKey(values);
    }

    /** The key's values of one row, in the order of {@link #keyColumns()}. */
    public List<@Nullable Object> keyValues(List<@Nullable Object> row) {
        List<@Nullable Object> values = new ArrayList<>(1);
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).key()) {
                values.add(row.get(i));
            }
        }
        return values;
    }

    /** The keys of all rows, in their order. */
    public List<RowKey> keys() {
        List<RowKey> keys = new ArrayList<>(rows.size());
        for (List<@Nullable Object> row : rows) {
            keys.add(keyOf(row));
        }
        return keys;
    }

    /** The rows by their keys. */
    public Map<RowKey, List<@Nullable Object>> byKey() {
        Map<RowKey, List<@Nullable Object>> byKey = new HashMap<>();
        rows.forEach(row -> byKey.put(keyOf(row), row));
        return byKey;
    }

    /** The same rows, each once, and without those that an outer join made up. */
    TableImage distinct() {
        Map<RowKey, Integer> first = new LinkedHashMap<>();
        for (int i = 0; i < rows.size(); i++) {
            if (keyValues(rows.get(i)).stream().allMatch(Objects::nonNull)) {
                first.putIfAbsent(keyOf(rows.get(i)), i);
            }
        }
        return picked(List.copyOf(first.values()));
    }

    /** The rows of these keys, in this image's order. */
    TableImage only(Set<RowKey> keys) {
        return picked(IntStream.range(0, rows.size())
                .filter(i -> keys.contains(keyOf(rows.get(i))))
                .boxed()
                .toList());
    }

    /** The same image with its rows in the order of these keys; null unless these are the keys of its rows. */
    @Nullable
    TableImage inOrderOf(List<RowKey> keys) {
        if (keys.size() != rows.size()) {
            return null;
        }
        if (isInOrderOf(keys)) {
            return this;
        }
        Map<RowKey, Integer> indexes = new HashMap<>();
        for (int i = 0; i < rows.size(); i++) {
            indexes.put(keyOf(rows.get(i)), i);
        }
        List<Integer> order = new ArrayList<>(rows.size());
        for (RowKey key : keys) {
            Integer index = indexes.get(key);
            if (index == null) {
                return null;
            }
            order.add(index);
        }
        return picked(order);
    }

    /** As databases mostly give them. */
    private boolean isInOrderOf(List<RowKey> keys) {
        for (int i = 0; i < rows.size(); i++) {
            if (!keyOf(rows.get(i)).equals(keys.get(i))) {
                return false;
            }
        }
        return true;
    }

    private TableImage picked(List<Integer> order) {
        return new TableImage(
                tableName,
                columns,
                order.stream().map(rows::get).toList(),
                collatedKeys.isEmpty()
                        ? List.of()
                        : order.stream().map(collatedKeys::get).toList());
    }
}
