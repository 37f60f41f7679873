package dev.lockstep.rm.at.image;

import dev.lockstep.rm.at.dialect.Dialect;
import dev.lockstep.rm.at.meta.ColumnMeta;
import dev.lockstep.rm.at.meta.TableMeta;
import dev.lockstep.rm.at.sql.Identifier;
import dev.lockstep.rm.at.sql.UnsupportedSqlException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a capture happens. Immutable.
 *
 * @param connection the database's own connection, inside a local transaction
 * @param dialect the facts of the database
 * @param rows reads images
 * @param table the target of the statement
 * @param undoTableName how the undo log names the target
 * @param counting how the driver counts updated rows
 * @param keysOnly whether nothing will be undone, so that images need but name their rows
 */
public record CaptureContext(
        Connection connection,
        Dialect dialect,
        RowQuery rows,
        TableMeta table,
        String undoTableName,
        RowCounting counting,
        boolean keysOnly) {

    /** What is read of rows that come or go. */
    SelectList wholeRows() {
        return keysOnly ? rows.lists().keys(table) : rows.lists().whole(table);
    }

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
                    "table " + table + " has triggers, rules or heirs that do more than fire before each row ("
                            + String.join(", ", triggers) + "), and what they write elsewhere would not be captured",
                    "Send their statements from here, or write the table outside the global transaction.");
        }
    }

    /** Refuses a deletion that a foreign key's rule carries on to rows of other tables. */
    void requireNoCascadeOfDelete(String sql) throws UnsupportedSqlException {
        List<String> others = table.sideEffects().changedByDelete();
        if (!others.isEmpty()) {
            throw new UnsupportedSqlException(
                    sql,
                    "a foreign key's rule carries the deletion from " + table + " on to " + String.join(", ", others)
                            + ", whose rows would not be captured",
                    "Delete the rows there first, under a foreign key without that rule.");
        }
    }

    /** The columns that assignments change; refuses those whose change is carried on to other tables. */
    Set<ColumnMeta> changedColumns(List<Identifier> names, String sql) throws SQLException, RepeatCaptureException {
        Set<ColumnMeta> changed = new HashSet<>();
        for (Identifier name : names) {
            ColumnMeta column = column(name);
            if (table.sideEffects().cascadingColumns().contains(column.name())) {
                throw new UnsupportedSqlException(
                        sql,
                        "a foreign key's rule carries the change of " + column.name() + " on from " + table
                                + " to other tables, whose rows would not be captured",
                        "Change the rows there first, under a foreign key without that rule.");
            }
            changed.add(column);
        }
        return changed;
    }

    /**
     * Refuses to set a part of the key in several rows at once: they may exchange their keys, and each would be found again
     * where another is.
     */
    void requireNoExchangeOfKeys(List<Identifier> setColumns, TableImage imaged, String sql)
            throws SQLException, RepeatCaptureException {
        if (imaged.size() < 2) {
            return;
        }
        for (Identifier name : setColumns) {
            if (table.isKey(column(name).name())) {
                throw new UnsupportedSqlException(
                        sql,
                        "it sets " + name.text() + ", a part of the primary key of " + table + ", in " + imaged.size()
                                + " rows, which may take each other's keys",
                        "Leave the key as it is, or delete the rows and insert them anew.");
            }
        }
    }

    /**
     * The imaged rows as they are now, in the same order. That all are found by their keys proves that no key was changed,
     * as no other row can have taken one; for rows that may exchange theirs see {@link #requireNoExchangeOfKeys}.
     */
    TableImage after(TableImage imaged, SelectList columns, String sql) throws SQLException, RepeatCaptureException {
        TableImage found = rows.ofKeys(connection, columns, keysOf(imaged), dialect.ownRowsClause());
        TableImage after = found.inOrderOf(imaged.keys());
        if (after == null) {
            throw new UnsupportedSqlException(
                    sql,
                    "of " + imaged.size() + " rows of " + table + " that were updated, " + found.size()
                            + " are found again by their primary key, or it reads otherwise now: the statement or a trigger"
                            + " has changed it. The update was undone",
                    "Delete the row and insert it anew, or leave the key as it is.");
        }
        return after;
    }

    /** The change that an update made of these rows. */
    RowChange changeOf(TableImage before, TableImage after) {
        return new RowChange(RowChange.Kind.UPDATE, undoTableName, before, after);
    }

    /** The change that took these rows away. */
    RowChange deletionOf(TableImage before) {
        return new RowChange(RowChange.Kind.DELETE, undoTableName, before, TableImage.empty(table.name()));
    }

    ColumnMeta column(Identifier identifier) throws RepeatCaptureException {
        return table.column(dialect.stored(identifier))
                .or(() -> table.columnInAnyCase(identifier.name()))
                .orElseThrow(() -> RepeatCaptureException.unknownColumn(table, identifier.text()));
    }

    /** The keys of an image's rows, in the order of the table's primary key. */
    List<List<@Nullable Object>> keysOf(TableImage image) {
        int[] indexes = new int[table.primaryKey().size()];
        for (int i = 0; i < indexes.length; i++) {
            indexes[i] = indexOf(image, table.primaryKey().get(i));
        }
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
