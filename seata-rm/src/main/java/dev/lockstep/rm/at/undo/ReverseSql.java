package dev.lockstep.rm.at.undo;

import dev.lockstep.rm.at.dialect.Dialect;
import dev.lockstep.rm.at.image.ColumnValues;
import dev.lockstep.rm.at.image.RowKey;
import dev.lockstep.rm.at.image.RowQuery;
import dev.lockstep.rm.at.meta.ColumnMeta;
import dev.lockstep.rm.at.meta.TableMeta;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The statement that takes some rows of one change back. Immutable. */
final class ReverseSql {

    private static final Set<Integer> WHOLE_NUMBERS =
            Set.of(Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT);

    /** Columns whose values are bound for all rows before those of the next pass are, and where the images have them. */
    private record Pass(List<ColumnMeta> columns, int[] indexes) {}

    private final String text;
    private final int rows;
    private final List<Pass> passes;

    private ReverseSql(String text, int rows, ChangeImages images, List<List<ColumnMeta>> passes) {
        this.text = text;
        this.rows = rows;
        this.passes = passes.stream()
                .map(columns -> new Pass(columns, images.indexesOf(columns)))
                .toList();
    }

    /** With a parameter for each value that {@link #bind} binds. */
    String text() {
        return text;
    }

    /** How many rows it takes back. */
    int rows() {
        return rows;
    }

    /** Undoes an INSERT. */
    static ReverseSql delete(RowQuery query, TableMeta table, ChangeImages images, int rows) {
        return new ReverseSql(
                "DELETE FROM " + query.qualified(table) + " WHERE " + query.keyCondition(table, rows),
                rows,
                images,
                List.of(table.keyColumns()));
    }

    /** Undoes a DELETE. */
    static ReverseSql insert(Dialect dialect, RowQuery query, TableMeta table, ChangeImages images, int rows) {
        List<ColumnMeta> columns = images.columns();
        String names = columns.stream()
                .map(column -> dialect.names().quoted(column.name()))
                .collect(Collectors.joining(", "));
        // Only where an identity column is given: other tables do not need the clause.
        String clause = columns.stream().anyMatch(ColumnMeta::identity)
                ? dialect.replay().explicitIdentityClause() + " "
                : "";
        String row = "(" + "?, ".repeat(columns.size() - 1) + "?)";
        return new ReverseSql(
                "INSERT INTO " + query.qualified(table) + " (" + names + ") " + clause + "VALUES "
                        + (row + ", ").repeat(rows - 1) + row,
                rows,
                images,
                List.of(columns));
    }

    /** Undoes an UPDATE; {@code changed} are the columns to set back. */
    static ReverseSql update(
            Dialect dialect, RowQuery query, TableMeta table, ChangeImages images, List<ColumnMeta> changed, int rows) {
        List<ColumnMeta> key = table.keyColumns();
        List<List<ColumnMeta>> passes = new ArrayList<>();
        String assignments;
        if (rows == 1) {
            assignments = changed.stream()
                    .map(column -> dialect.names().quoted(column.name()) + " = ?")
                    .collect(Collectors.joining(", "));
            passes.add(changed);
        } else {
            String cases = cases(dialect, table, rows);
            // The column behind ELSE, which no row comes to, is what the database takes the type from.
            assignments = changed.stream()
                    .map(column -> dialect.names().quoted(column.name()) + " = CASE" + cases + " ELSE "
                            + dialect.names().quoted(column.name()) + " END")
                    .collect(Collectors.joining(", "));
            for (ColumnMeta column : changed) {
                List<ColumnMeta> pass = new ArrayList<>(key);
                pass.add(column);
                passes.add(pass);
            }
        }
        passes.add(key);
        return new ReverseSql(
                "UPDATE " + query.qualified(table) + " SET " + assignments + " WHERE "
                        + query.keyCondition(table, rows),
                rows,
                images,
                passes);
    }

    /** Of each row its key and a value; the shorter form, which is quicker, where both compare alike. */
    private static String cases(Dialect dialect, TableMeta table, int rows) {
        List<ColumnMeta> key = table.keyColumns();
        return key.size() == 1 && WHOLE_NUMBERS.contains(key.get(0).jdbcType())
                ? " " + dialect.names().quoted(key.get(0).name()) + " WHEN ? THEN ?".repeat(rows)
                : (" WHEN " + keyCondition(dialect, table) + " THEN ?").repeat(rows);
    }

    private static String keyCondition(Dialect dialect, TableMeta table) {
        return table.primaryKey().stream()
                .map(name -> dialect.names().quoted(name) + " = ?")
                .collect(Collectors.joining(" AND "));
    }

    /**
     * Binds the values of these rows: of the old ones, and of the new ones to undo an INSERT.
     *
     * @param keys as many as the statement takes back
     */
    void bind(PreparedStatement statement, ChangeImages images, List<RowKey> keys) throws SQLException {
        int next = 1;
        for (Pass pass : passes) {
            for (RowKey key : keys) {
                List<@Nullable Object> row = images.rowToBind(key);
                for (int i = 0; i < pass.indexes().length; i++) {
                    ColumnValues.bind(
                            statement,
                            next++,
                            row.get(pass.indexes()[i]),
                            pass.columns().get(i));
                }
            }
        }
    }
}
