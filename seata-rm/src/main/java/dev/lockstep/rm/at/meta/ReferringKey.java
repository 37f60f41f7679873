package dev.lockstep.rm.at.meta;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A foreign key that refers to a table, and by whose rule a DELETE there deletes or changes rows of its own. Immutable.
 *
 * @param catalog where the table lies that has the foreign key, or null
 * @param schema where it lies, or null
 * @param table its name as the database stores it
 * @param columns its columns, in the order of the key
 * @param referred the columns that they refer to, in the same order
 */
public record ReferringKey(
        @Nullable String catalog, @Nullable String schema, String table, List<String> columns, List<String> referred) {

    public ReferringKey {
        columns = List.copyOf(columns);
        referred = List.copyOf(referred);
    }

    /** Whether it is a foreign key of this very table. */
    public boolean isOf(TableMeta other) {
        return table.equals(other.name())
                && (schema == null || schema.equals(other.schema()))
                && (catalog == null || catalog.equals(other.catalog()));
    }
}
