package dev.lockstep.rm.at.image;

import dev.lockstep.rm.at.dialect.Dialect;
import dev.lockstep.rm.at.meta.ColumnMeta;
import dev.lockstep.rm.at.meta.TableMeta;
import dev.lockstep.rm.at.sql.BoundParameters;
import dev.lockstep.rm.at.sql.RowSelection;
import dev.lockstep.rm.at.sql.Slice;
import dev.lockstep.rm.at.sql.SqlFact;
import dev.lockstep.rm.at.sql.TableReference;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads images. Every query reads what is current whatever the isolation level, and leaves its rows locked, so that nobody
 * changes them before the local transaction ends: those of others it locks; those that this transaction has written itself
 * are locked already, and are only locked again where nothing else reads them as they are ({@link dev.lockstep.rm.at.dialect.RowReads#ownRowsClause}).
 * Immutable but for what it remembers, thread-safe.
 */
public final class RowQuery {

    private final Dialect dialect;
    private final SelectLists lists;
    private final ChangeTexts changeTexts = new ChangeTexts();
    private final StatedColumns statedColumns = new StatedColumns();

    public RowQuery(Dialect dialect) {
        this.dialect = dialect;
        this.lists = new SelectLists(dialect);
    }

    /** What images of this database select. */
    SelectLists lists() {
        return lists;
    }

    /** The texts of changes that give their rows. */
    ChangeTexts changeTexts() {
        return changeTexts;
    }

    /** Where INSERTs state what is imaged. */
    StatedColumns statedColumns() {
        return statedColumns;
    }

    /**
     * The keys of the rows that a locking read means.
     *
     * @param lock the locking clause
     */
    public TableImage keysOfSelection(
            Connection connection,
            TableMeta table,
            TableReference reference,
            RowSelection selection,
            BoundParameters parameters,
            String lock)
            throws SQLException, RepeatCaptureException {
        return ofSelection(connection, lists.keys(table), reference, selection, parameters, lock);
    }

    /**
     * The rows that a statement means, found with the statement's own clauses and parameters.
     *
     * @param columns what to read; holds the primary key
     * @param lock the locking clause
     */
    TableImage ofSelection(
            Connection connection,
            SelectList columns,
            TableReference reference,
            RowSelection selection,
            BoundParameters parameters,
            String lock)
            throws SQLException, RepeatCaptureException {
        Slice joined = selection.joined();
        SelectList selected = joined == null ? columns : columns.qualified(reference.qualifier() + ".");
        String sql = selectionText(selected, reference, selection, lock);
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int next = parameters.bindSlice(selection.with(), statement, 1);
            next = parameters.bindSlice(joined, statement, next);
            next = parameters.bindSlice(selection.where(), statement, next);
            next = parameters.bindSlice(selection.orderBy(), statement, next);
            parameters.bindSlice(selection.limit(), statement, next);
            TableImage image = read(statement, selected, new ImageRows(1)).image(selected);
            if (joined != null) {
                return image.distinct();
            }
            requireKnownKey(image, selected);
            return image;
        }
    }

    /** Two rows of one key: the table has another primary key by now. */
    static void requireKnownKey(TableImage image, SelectList selected) throws RepeatCaptureException {
        if (image.size() > 1 && image.byKey().size() < image.size()) {
            throw RepeatCaptureException.tableChanged(selected.table());
        }
    }

    private String selectionText(SelectList selected, TableReference reference, RowSelection selection, String lock) {
        Slice joined = selection.joined();
        StringBuilder sql = new StringBuilder(256);
        if (selection.with() != null) {
            sql.append(selection.with().text()).append(' ');
        }
        sql.append("SELECT ").append(selected.text());
        sql.append(" FROM ").append(joined == null ? reference.text() : joined.text());
        if (joined == null && reference.alias() != null) {
            sql.append(' ').append(reference.alias().text());
        }
        if (selection.where() != null) {
            sql.append(" WHERE ").append(selection.where().text());
        }
        if (selection.orderBy() != null) {
            sql.append(" ORDER BY ").append(selection.orderBy().text());
        }
        if (selection.limit() != null) {
            sql.append(' ').append(selection.limit().text());
        }
        sql.append(' ').append(lock);
        if (joined != null && dialect.sqlRules().has(SqlFact.JOINS_BEHIND_TARGET)) {
            sql.append(" OF ").append(reference.qualifier());
        }
        return sql.toString();
    }

    /**
     * The rows of these keys that exist, in any order, locked.
     *
     * @param columns what to read; must hold the primary key
     * @param keys values in the order of the table's primary key
     */
    public TableImage ofKeys(
            Connection connection, TableMeta table, List<ColumnMeta> columns, List<List<@Nullable Object>> keys)
            throws SQLException, RepeatCaptureException {
        return ofKeys(connection, table, columns, keys, dialect.reads().lockClause());
    }

    /** The same, locked by a clause that {@link Dialect} gives. */
    public TableImage ofKeys(
            Connection connection,
            TableMeta table,
            List<ColumnMeta> columns,
            List<List<@Nullable Object>> keys,
            String lockClause)
            throws SQLException, RepeatCaptureException {
        return ofKeys(connection, lists.of(table, columns), keys, lockClause);
    }

    /** The rows of these keys that exist, in any order; read with a clause that {@link Dialect} gives. */
    TableImage ofKeys(Connection connection, SelectList selected, List<List<@Nullable Object>> keys, String clause)
            throws SQLException, RepeatCaptureException {
        // A range that locks would lock rows of others in between.
        KeyRange range = clause.isEmpty() ? KeyRange.over(selected.table(), keys) : null;
        if (range != null) {
            return ofRange(connection, selected, keys, range);
        }
        ImageRows rows = new ImageRows(keys.size());
        int most = dialect.reads().mostRows();
        for (int from = 0; from < keys.size(); from += most) {
            List<List<@Nullable Object>> chunk = chunk(keys, from, most);
            StringBuilder sql = byKeys(selected, chunk.size());
            appendKeyCondition(sql, selected.table(), chunk.size(), "");
            sql.append(' ').append(clause);
            try (PreparedStatement statement = connection.prepareStatement(sql.toString())) {
                bindKeys(statement, 1, selected.table(), chunk);
                read(statement, selected, rows);
            }
        }
        return rows.image(selected);
    }

    private TableImage ofRange(
            Connection connection, SelectList selected, List<List<@Nullable Object>> keys, KeyRange range)
            throws SQLException, RepeatCaptureException {
        String sql = byKeys(selected, 0)
                .append(dialect.names().quoted(selected.table().primaryKey().get(0)))
                .append(" BETWEEN ? AND ?")
                .toString();
        TableImage image;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, range.first());
            statement.setLong(2, range.last());
            image = read(statement, selected, new ImageRows(keys.size())).image(selected);
        }
        List<RowKey> wanted = new ArrayList<>(keys.size());
        for (List<@Nullable Object> key : keys) {
            wanted.add(RowKey.of(key));
        }
        TableImage exactly = image.inOrderOf(wanted);
        return exactly == null ? image.only(new HashSet<>(wanted)) : exactly;
    }

    /**
     * The rows of these keys that exist, in any order.
     *
     * @param keys in the order of the table's primary key
     */
    TableImage ofNewRows(Connection connection, SelectList selected, List<List<KeyExpression>> keys, String clause)
            throws SQLException, RepeatCaptureException {
        ImageRows rows = new ImageRows(keys.size());
        int most = dialect.reads().mostRows();
        for (int from = 0; from < keys.size(); from += most) {
            List<List<KeyExpression>> chunk = chunk(keys, from, most);
            StringBuilder sql = byKeys(selected, chunk.size());
            appendKeyCondition(sql, selected.table(), chunk);
            sql.append(' ').append(clause);
            try (PreparedStatement statement = connection.prepareStatement(sql.toString())) {
                int next = 1;
                for (List<KeyExpression> key : chunk) {
                    for (KeyExpression expression : key) {
                        next = expression.bind(statement, next);
                    }
                }
                read(statement, selected, rows);
            }
        }
        return rows.image(selected);
    }

    private static <T> List<T> chunk(List<T> all, int from, int most) {
        return all.size() <= most ? all : all.subList(from, Math.min(all.size(), from + most));
    }

    private StringBuilder byKeys(SelectList selected, int keys) {
        return new StringBuilder(192 + 3 * keys)
                .append("SELECT ")
                .append(selected.text())
                .append(" FROM ")
                .append(qualified(selected.table()))
                .append(" WHERE ");
    }

    private void appendKeyCondition(StringBuilder sql, TableMeta table, List<List<KeyExpression>> keys) {
        List<String> names = table.primaryKey();
        if (names.size() == 1) {
            sql.append(dialect.names().quoted(names.get(0))).append(" IN (");
            for (int i = 0; i < keys.size(); i++) {
                sql.append(i == 0 ? "" : ", ").append(keys.get(i).get(0).sql());
            }
            sql.append(')');
            return;
        }
        for (int k = 0; k < keys.size(); k++) {
            sql.append(k == 0 ? "(" : " OR (");
            for (int i = 0; i < names.size(); i++) {
                sql.append(i == 0 ? "" : " AND ")
                        .append(dialect.names().quoted(names.get(i)))
                        .append(" = ")
                        .append(keys.get(k).get(i).sql());
            }
            sql.append(')');
        }
    }

    /** A condition that holds for exactly so many keys, one parameter per key column. */
    public String keyCondition(TableMeta table, int keys) {
        return keyCondition(table, keys, "");
    }

    /** The same, with this before each column. */
    String keyCondition(TableMeta table, int keys, String qualifier) {
        StringBuilder condition = new StringBuilder();
        appendKeyCondition(condition, table, keys, qualifier);
        return condition.toString();
    }

    private void appendKeyCondition(StringBuilder sql, TableMeta table, int keys, String qualifier) {
        List<String> names = table.primaryKey();
        if (names.size() == 1) {
            sql.append(qualifier).append(dialect.names().quoted(names.get(0))).append(" IN (?");
            for (int k = 1; k < keys; k++) {
                sql.append(", ?");
            }
            sql.append(')');
            return;
        }
        int begin = sql.length();
        for (int i = 0; i < names.size(); i++) {
            sql.append(i == 0 ? "(" : " AND ")
                    .append(qualifier)
                    .append(dialect.names().quoted(names.get(i)))
                    .append(" = ?");
        }
        String one = sql.append(')').substring(begin);
        for (int k = 1; k < keys; k++) {
            sql.append(" OR ").append(one);
        }
    }

    /** Binds the parameters of {@link #keyCondition}. */
    static void bindKeys(PreparedStatement statement, int first, TableMeta table, List<List<@Nullable Object>> keys)
            throws SQLException {
        List<ColumnMeta> columns = table.keyColumns();
        int next = first;
        for (List<@Nullable Object> key : keys) {
            for (int i = 0; i < columns.size(); i++) {
                ColumnValues.bind(statement, next++, key.get(i), columns.get(i));
            }
        }
    }

    /** The table's full name, which means the same on every connection. */
    public String qualified(TableMeta table) {
        String name = dialect.names().quoted(table.name());
        String home = dialect.names().inCatalogs() ? table.catalog() : table.schema();
        return home == null ? name : dialect.names().quoted(home) + "." + name;
    }

    private static ImageRows read(PreparedStatement statement, SelectList selected, ImageRows rows)
            throws SQLException, RepeatCaptureException {
        try (ResultSet result = statement.executeQuery()) {
            selected.read(result, rows);
        }
        return rows;
    }
}
