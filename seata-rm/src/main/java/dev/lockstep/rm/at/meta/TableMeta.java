package dev.lockstep.rm.at.meta;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One table as the database describes it. Immutable; a table that changes gets another one.
 *
 * @param catalog where the table lies, or null where the database has no catalogs
 * @param schema where the table lies, or null where the database has no schemas
 * @param name as the database stores it; also the name in lock keys, as the official client's
 * @param columns every column, in table order
 * @param primaryKey the columns of the primary key, in key order; empty when there is none
 * @param sideEffects what a statement may do beyond the columns and rows it names
 */
public record TableMeta(
        @Nullable String catalog,
        @Nullable String schema,
        String name,
        List<ColumnMeta> columns,
        List<String> primaryKey,
        SideEffects sideEffects) {

    public TableMeta {
        columns = List.copyOf(columns);
        primaryKey = List.copyOf(primaryKey);
    }

    /** The column of exactly this stored name. */
    public Optional<ColumnMeta> column(String storedName) {
        for (ColumnMeta column : columns) {
            if (column.name().equals(storedName)) {
                return Optional.of(column);
            }
        }
        return Optional.empty();
    }

    /** Like {@link #column}, and failing that the only column of that name in any case. */
    public Optional<ColumnMeta> columnInAnyCase(String name) {
        Optional<ColumnMeta> exact = column(name);
        if (exact.isPresent()) {
            return exact;
        }
        List<ColumnMeta> alike = columns.stream()
                .filter(column -> column.name().equalsIgnoreCase(name))
                .toList();
        return alike.size() == 1 ? Optional.of(alike.get(0)) : Optional.empty();
    }

    /** The columns of the primary key, in key order. */
    public List<ColumnMeta> keyColumns() {
        return primaryKey.stream().map(name -> column(name).orElseThrow()).toList();
    }

    /** The columns that can be written, which are the columns of a whole row's image. */
    public List<ColumnMeta> writableColumns() {
        return columns.stream().filter(column -> !column.generated()).toList();
    }

    /** The same table with other side effects. */
    public TableMeta with(SideEffects others) {
        return new TableMeta(catalog, schema, name, columns, primaryKey, others);
    }

    public boolean isKey(String storedName) {
        return primaryKey.contains(storedName);
    }

    @Override
    public String toString() {
        if (schema != null) {
            return schema + "." + name;
        }
        return catalog == null ? name : catalog + "." + name;
    }
}
