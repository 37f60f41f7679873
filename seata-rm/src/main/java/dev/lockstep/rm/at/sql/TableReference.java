package dev.lockstep.rm.at.sql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The table that a statement names. Immutable.
 *
 * @param path its name in parts, qualifiers first: {@code catalog.schema.table}, {@code schema.table} or {@code table}
 * @param text the name as written, without the alias
 * @param alias its alias, or null
 */
public record TableReference(
        List<Identifier> path, String text, @Nullable Identifier alias) {

    public TableReference {
        path = List.copyOf(path);
    }

    /** The last part of the path: the table's own name. */
    public Identifier table() {
        return path.get(path.size() - 1);
    }

    /** What stands before a column of this table where several tables are read. */
    public String qualifier() {
        return alias == null ? table().text() : alias.text();
    }
}
