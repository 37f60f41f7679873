package dev.lockstep.rm.at.meta;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One table as the database describes it. Immutable; a table that changes gets another one, and what was derived from this one
 * ends with it. Equal to itself alone.
 */
public final class TableMeta {

    private final @Nullable String catalog;
    private final @Nullable String schema;
    private final String name;
    private final List<ColumnMeta> columns;
    private final List<String> primaryKey;
    private final SideEffects sideEffects;
    private final @Nullable String engineWithoutTransactions;
    private final Map<String, ColumnMeta> byName;
    private final List<ColumnMeta> keyColumns;
    private final List<ColumnMeta> writableColumns;
    /** Made at its first use, by whoever comes first. */
    private volatile @Nullable TableMeta ignoringEffectsElsewhere;

    /**
     * A table.
     *
     * @param catalog where the table lies, or null where the database has no catalogs
     * @param schema where the table lies, or null where the database has no schemas
     * @param name as the database stores it; also the name in lock keys, as the official client's
     * @param columns every column, in table order
     * @param primaryKey the columns of the primary key, in key order; empty when there is none
     * @param sideEffects what a statement may do beyond the columns and rows it names
     * @param engineWithoutTransactions what stores the rows, where no rollback takes back what is written there; otherwise null
     */
    TableMeta(
            @Nullable String catalog,
            @Nullable String schema,
            String name,
            List<ColumnMeta> columns,
            List<String> primaryKey,
            SideEffects sideEffects,
            @Nullable String engineWithoutTransactions) {
        this.catalog = catalog;
        this.schema = schema;
        this.name = name;
        this.columns = List.copyOf(columns);
        this.primaryKey = List.copyOf(primaryKey);
        this.sideEffects = sideEffects;
        this.engineWithoutTransactions = engineWithoutTransactions;
        this.byName = this.columns.stream()
                .collect(Collectors.toUnmodifiableMap(ColumnMeta::name, column -> column, (first, second) -> first));
        this.keyColumns =
                this.primaryKey.stream().map(key -> column(key).orElseThrow()).toList();
        this.writableColumns =
                this.columns.stream().filter(column -> !column.generated()).toList();
    }

    public @Nullable String catalog() {
        return catalog;
    }

    public @Nullable String schema() {
        return schema;
    }

    public String name() {
        return name;
    }

    /** Every column, in table order. */
    public List<ColumnMeta> columns() {
        return columns;
    }

    /** The names of the key's columns, in key order; empty when there is no key. */
    public List<String> primaryKey() {
        return primaryKey;
    }

    public SideEffects sideEffects() {
        return sideEffects;
    }

    /** What stores the rows, where no rollback takes back what is written there; otherwise null. */
    public @Nullable String engineWithoutTransactions() {
        return engineWithoutTransactions;
    }

    /** The column of exactly this stored name. */
    public Optional<ColumnMeta> column(String storedName) {
        return Optional.ofNullable(byName.get(storedName));
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
        return keyColumns;
    }

    /** The columns that can be written, which are the columns of a whole row's image. */
    public List<ColumnMeta> writableColumns() {
        return writableColumns;
    }

    /** The same table as one that leaves other tables alone. */
    public TableMeta ignoringEffectsElsewhere() {
        TableMeta ignoring = ignoringEffectsElsewhere;
        if (ignoring == null) {
            ignoring = new TableMeta(
                    catalog,
                    schema,
                    name,
                    columns,
                    primaryKey,
                    sideEffects.withoutThoseElsewhere(),
                    engineWithoutTransactions);
            ignoringEffectsElsewhere = ignoring;
        }
        return ignoring;
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
