package dev.lockstep.rm.at.image;

import dev.lockstep.rm.at.dialect.Dialect;
import dev.lockstep.rm.at.meta.ColumnMeta;
import dev.lockstep.rm.at.meta.ReferringKey;
import dev.lockstep.rm.at.meta.TableMeta;
import dev.lockstep.rm.at.sql.Identifier;
import dev.lockstep.rm.failure.UnsupportedSqlException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
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

    /** Refuses a table whose rows cannot be told apart, or stay as written, or whose triggers may write elsewhere. */
    void requireCapturable(String sql) throws UnsupportedSqlException {
        if (table.primaryKey().isEmpty()) {
            throw new UnsupportedSqlException(
                    sql,
                    "table " + table + " has no primary key, so that its rows cannot be told apart",
                    "Give the table a primary key, or write it outside the global transaction.");
        }
        if (table.engineWithoutTransactions() != null) {
            throw new UnsupportedSqlException(
                    sql,
                    "table " + table + " is stored by the engine " + table.engineWithoutTransactions()
                            + ", which knows no transactions: what is written there stays, also when the local"
                            + " transaction is rolled back",
                    "Change its engine to InnoDB, or write it outside the global transaction.");
        }
        List<String> triggers = table.sideEffects().unseenTriggers();
        if (!triggers.isEmpty()) {
            throw new UnsupportedSqlException(
                    sql,
                    "table " + table
                            + " has triggers, rules or heirs that may do more than change the row before it is written"
                            + " ("
                            + String.join(", ", triggers) + "), and what they write elsewhere would not be captured",
                    "Send their statements from here, or write the table outside the global transaction.");
        }
    }

    /** Refuses a deletion that a foreign key's rule carries on to rows of other tables. */
    void requireNoCascadeOfDelete(String sql) throws UnsupportedSqlException {
        List<String> others = table.sideEffects().changedByDelete().stream()
                .map(ReferringKey::table)
                .distinct()
                .sorted()
                .toList();
        if (!others.isEmpty()) {
            throw new UnsupportedSqlException(
                    sql,
                    "a foreign key's rule carries the deletion from " + table + " on to " + String.join(", ", others)
                            + ", whose rows would not be captured",
                    "Delete the rows there first, under a foreign key without that rule.");
        }
    }

    /**
     * Refuses to change documents that could not be written back as they are.
     *
     * @param before the rows as they are
     * @param changed the columns that the statement changes
     */
    void requireRestorable(TableImage before, List<Identifier> changed, String sql)
            throws SQLException, RepeatCaptureException {
        if (!dialect.replay().documents().isEmpty()) {
            requireRestorable(before, columnsOf(changed), sql);
        }
    }

    /** The same, of columns that are known. */
    void requireRestorable(TableImage before, Collection<ColumnMeta> changed, String sql) throws SQLException {
        if (before.isEmpty() || dialect.replay().documents().isEmpty()) {
            return;
        }
        for (ColumnMeta column : changed) {
            String query = dialect.replay().documents().get(column.typeName());
            if (query != null && !keysOnly) {
                requireRestorable(before, column, query, sql);
            }
        }
    }

    private void requireRestorable(TableImage before, ColumnMeta column, String query, String sql) throws SQLException {
        int index = indexOf(before, column.name());
        for (List<@Nullable Object> row : before.rows()) {
            if (row.get(index) instanceof String text
                    && DocumentNumbers.mayChange(text)
                    && !text.equals(stored(text, query))) {
                throw new UnsupportedSqlException(
                        sql,
                        "column " + column.name() + " of " + table
                                + " holds a document with a number that the database would store otherwise when it is"
                                + " written back as text: a DECIMAL that an expression such as JSON_OBJECT has put"
                                + " there would become a DOUBLE and lose digits",
                        "Put such numbers there as text or as DOUBLE, or write the row outside the global transaction.");
            }
        }
    }

    private @Nullable String stored(String text, String query) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, text);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getString(1) : null;
            }
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
        TableImage found =
                rows.ofKeys(connection, columns, keysOf(imaged), dialect.reads().ownRowsClause());
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

    /** Rows were added that are not those whose keys are known; to be thrown, so that the statement is undone. */
    SQLException notExact(String what, String sql) {
        return new SQLException(
                "The rows inserted into " + table + " are not known exactly: " + what
                        + ". The statement was undone. A trigger on the table may change or redirect rows; write it outside"
                        + " the global transaction. SQL: " + sql,
                "25000");
    }

    /** The change that added these rows. */
    RowChange additionOf(TableImage after) {
        return new RowChange(RowChange.Kind.INSERT, undoTableName, TableImage.empty(table.name()), after);
    }

    /** The change that an update made of these rows. */
    RowChange changeOf(TableImage before, TableImage after) {
        return new RowChange(RowChange.Kind.UPDATE, undoTableName, before, after);
    }

    /** The change that took these rows away. */
    RowChange deletionOf(TableImage before) {
        return new RowChange(RowChange.Kind.DELETE, undoTableName, before, TableImage.empty(table.name()));
    }

    private List<ColumnMeta> columnsOf(List<Identifier> identifiers) throws RepeatCaptureException {
        List<ColumnMeta> columns = new ArrayList<>(identifiers.size());
        for (Identifier identifier : identifiers) {
            columns.add(column(identifier));
        }
        return columns;
    }

    ColumnMeta column(Identifier identifier) throws RepeatCaptureException {
        return table.column(dialect.names().stored(identifier))
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
