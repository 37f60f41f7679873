package dev.lockstep.rm.at.image;

import dev.lockstep.rm.at.dialect.Dialect;
import dev.lockstep.rm.at.meta.ColumnMeta;
import dev.lockstep.rm.at.meta.TableMeta;
import dev.lockstep.rm.at.sql.Identifier;
import dev.lockstep.rm.at.sql.UnsupportedSqlException;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a capture happens. Immutable.
 *
 * @param connection the database's own connection, inside a local transaction
 * @param dialect the facts of the database
 * @param rows reads images
 * @param table the target of the statement
 * @param undoTableName how the undo log names the target
 */
public record CaptureContext(
        Connection connection, Dialect dialect, RowQuery rows, TableMeta table, String undoTableName) {

    /** Refuses a table whose rows cannot be told apart, or whose triggers may write elsewhere. */
    void requireCapturable(String sql) throws UnsupportedSqlException {
        if (table.primaryKey().isEmpty()) {
            throw new UnsupportedSqlException(
                    sql,
                    "table " + table + " has no primary key, so that its rows cannot be told apart",
                    "Give the table a primary key, or write it outside the global transaction.");
        }
        List<String> triggers = table.sideEffects().unseenTriggers();
        if (!triggers.isEmpty()) {
            throw new UnsupportedSqlException(
                    sql,
                    "table " + table + " has triggers that do not fire before each row (" + String.join(", ", triggers)
                            + "), and what they write elsewhere would not be captured",
                    "Send their statements from here, or write the table outside the global transaction.");
        }
    }

    ColumnMeta column(Identifier identifier) throws RepeatCaptureException {
        return table.column(dialect.stored(identifier))
                .or(() -> table.columnInAnyCase(identifier.name()))
                .orElseThrow(() -> RepeatCaptureException.unknownColumn(table, identifier.text()));
    }

    /** The keys of an image's rows, in the order of the table's primary key. */
    List<List<@Nullable Object>> keysOf(TableImage image) {
        int[] indexes = table.primaryKey().stream()
                .mapToInt(name -> indexOf(image, name))
                .toArray();
        List<List<@Nullable Object>> keys = new ArrayList<>(image.size());
        for (List<@Nullable Object> row : image.rows()) {
            List<@Nullable Object> key = new ArrayList<>(indexes.length);
            for (int index : indexes) {
                key.add(row.get(index));
            }
            keys.add(key);
        }
        return keys;
    }

    private static int indexOf(TableImage image, String column) {
        for (int i = 0; i < image.columns().size(); i++) {
            if (image.columns().get(i).name().equals(column)) {
                return i;
            }
        }
        throw new IllegalStateException("An image of " + image.tableName() + " lacks its key column " + column);
    }
}
