package dev.lockstep.rm.at.undo;

import dev.lockstep.rm.at.dialect.Dialect;
import dev.lockstep.rm.at.image.RowQuery;
import dev.lockstep.rm.at.meta.ColumnMeta;
import dev.lockstep.rm.at.meta.TableMeta;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The statement that takes one row back. Immutable.
 *
 * @param text with one parameter for each of {@code parameters}
 * @param parameters the columns whose values of the old row (of the new row, to undo an INSERT) are bound, in order
 */
record ReverseSql(String text, List<ColumnMeta> parameters) {

    /** Undoes an INSERT. */
    static ReverseSql delete(Dialect dialect, RowQuery rows, TableMeta table) {
        return new ReverseSql(
                "DELETE FROM " + rows.qualified(table) + " WHERE " + keyCondition(dialect, table), table.keyColumns());
    }

    /** Undoes a DELETE; {@code columns} are those of the image that can be written. */
    static ReverseSql insert(Dialect dialect, RowQuery rows, TableMeta table, List<ColumnMeta> columns) {
        String names =
                columns.stream().map(column -> dialect.quoted(column.name())).collect(Collectors.joining(", "));
        // Only where an identity column is given: other tables do not need the clause.
        String clause = columns.stream().anyMatch(ColumnMeta::identity) ? dialect.explicitIdentityClause() + " " : "";
        return new ReverseSql(
                "INSERT INTO " + rows.qualified(table) + " (" + names + ") " + clause + "VALUES ("
                        + "?, ".repeat(columns.size() - 1) + "?)",
                columns);
    }

    /** Undoes an UPDATE; {@code changed} are the columns to set back. */
    static ReverseSql update(Dialect dialect, RowQuery rows, TableMeta table, List<ColumnMeta> changed) {
        String assignments = changed.stream()
                .map(column -> dialect.quoted(column.name()) + " = ?")
                .collect(Collectors.joining(", "));
        List<ColumnMeta> parameters = new ArrayList<>(changed);
        parameters.addAll(table.keyColumns());
        return new ReverseSql(
                "UPDATE " + rows.qualified(table) + " SET " + assignments + " WHERE " + keyCondition(dialect, table),
                parameters);
    }

    /**
     * Undoes an UPDATE of several rows in one statement. Its parameters: for each changed column and each row the key and the
     * value, then for each row the key.
     */
    static String updateAtOnce(
            Dialect dialect, RowQuery rows, TableMeta table, List<ColumnMeta> changed, int numberOfRows) {
        String key = "(" + keyCondition(dialect, table) + ")";
        String cases = (" WHEN " + key + " THEN ?").repeat(numberOfRows);
        String assignments = changed.stream()
                .map(column -> dialect.quoted(column.name()) + " = CASE" + cases + " ELSE "
                        + dialect.quoted(column.name()) + " END")
                .collect(Collectors.joining(", "));
        return "UPDATE " + rows.qualified(table) + " SET " + assignments + " WHERE "
                + (key + " OR ").repeat(numberOfRows - 1) + key;
    }

    private static String keyCondition(Dialect dialect, TableMeta table) {
        return table.primaryKey().stream()
                .map(name -> dialect.quoted(name) + " = ?")
                .collect(Collectors.joining(" AND "));
    }
}
