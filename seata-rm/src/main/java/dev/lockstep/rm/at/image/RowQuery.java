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
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads images. Every query locks its rows, so that it reads what is current whatever the isolation level, and nobody
 * changes them before the local transaction ends. Immutable, thread-safe.
 */
public final class RowQuery {

    private final Dialect dialect;

    public RowQuery(Dialect dialect) {
        this.dialect = dialect;
    }

    /**
     * The rows that a statement means, found with the statement's own clauses and parameters.
     *
     * @param columns what to read; must hold the primary key
     * @param lock the locking clause
     */
    public TableImage ofSelection(
            Connection connection,
            TableMeta table,
            List<ColumnMeta> columns,
            TableReference reference,
            RowSelection selection,
            BoundParameters parameters,
            String lock)
            throws SQLException, RepeatCaptureException {
        Slice joined = selection.joined();
        StringBuilder sql = new StringBuilder();
        if (selection.with() != null) {
            sql.append(selection.with().text()).append(' ');
        }
        sql.append("SELECT ").append(selectList(table, columns, joined == null ? "" : reference.qualifier() + "."));
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
        try (PreparedStatement statement = connection.prepareStatement(sql.toString())) {
            int next = parameters.bindSlice(selection.with(), statement, 1);
            next = parameters.bindSlice(joined, statement, next);
            next = parameters.bindSlice(selection.where(), statement, next);
            next = parameters.bindSlice(selection.orderBy(), statement, next);
            parameters.bindSlice(selection.limit(), statement, next);
            List<List<@Nullable Object>> rows = new ArrayList<>();
            read(statement, table, columns, rows);
            TableImage image = image(table, columns, rows);
            if (joined != null) {
                return image.distinct();
            }
            if (rows.size() > 1 && image.byKey().size() < rows.size()) {
                // Two rows of one key: the table has another primary key by now.
                throw RepeatCaptureException.tableChanged(table);
            }
            return image;
        }
    }

    /**
     * The rows of these keys that exist, in any order.
     *
     * @param keys values in the order of the table's primary key
     */
    public TableImage ofKeys(
            Connection connection, TableMeta table, List<ColumnMeta> columns, List<List<@Nullable Object>> keys)
            throws SQLException, RepeatCaptureException {
        List<List<@Nullable Object>> rows = new ArrayList<>(keys.size());
        int most = dialect.maxRowsPerStatement();
        for (int from = 0; from < keys.size(); from += most) {
            List<List<@Nullable Object>> chunk = keys.subList(from, Math.min(keys.size(), from + most));
            String sql = "SELECT " + selectList(table, columns, "") + " FROM " + qualified(table) + " WHERE "
                    + keyCondition(table, chunk.size()) + " " + dialect.lockClause();
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                bindKeys(statement, 1, table, chunk);
                read(statement, table, columns, rows);
            }
        }
        return image(table, columns, rows);
    }

    /** A condition that holds for exactly so many keys, one parameter per key column. */
    String keyCondition(TableMeta table, int keys) {
        return keyCondition(table, keys, "");
    }

    /** The same, with this before each column. */
    String keyCondition(TableMeta table, int keys, String qualifier) {
        List<String> names = table.primaryKey().stream()
                .map(name -> qualifier + dialect.quoted(name))
                .toList();
        if (names.size() == 1) {
            return names.get(0) + " IN (" + "?, ".repeat(keys - 1) + "?)";
        }
        String one = names.stream().map(name -> name + " = ?").collect(Collectors.joining(" AND ", "(", ")"));
        return (one + " OR ").repeat(keys - 1) + one;
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
        String name = dialect.quoted(table.name());
        return table.schema() == null ? name : dialect.quoted(table.schema()) + "." + name;
    }

    /** A whole row is asked for with a star, so that {@link #checkWhole} notices a column that was added meanwhile. */
    private String selectList(TableMeta table, List<ColumnMeta> columns, String qualifier) {
        if (!isWhole(table, columns)) {
            return columns.stream()
                    .map(column -> qualifier + dialect.quoted(column.name()))
                    .collect(Collectors.joining(", "));
        }
        return table.columns().stream()
                .filter(column -> !column.visible())
                .map(column -> ", " + qualifier + dialect.quoted(column.name()))
                .collect(Collectors.joining("", qualifier + "*", ""));
    }

    private static boolean isWhole(TableMeta table, List<ColumnMeta> columns) {
        return columns.equals(table.writableColumns());
    }

    private static void read(
            PreparedStatement statement, TableMeta table, List<ColumnMeta> columns, List<List<@Nullable Object>> rows)
            throws SQLException, RepeatCaptureException {
        try (ResultSet result = statement.executeQuery()) {
            if (isWhole(table, columns)) {
                checkWhole(result.getMetaData(), table);
            }
            int[] indexes = indexes(result.getMetaData(), table, columns);
            while (result.next()) {
                List<@Nullable Object> row = new ArrayList<>(indexes.length);
                for (int i = 0; i < indexes.length; i++) {
                    row.add(ColumnValues.read(result, indexes[i], columns.get(i)));
                }
                rows.add(row);
            }
        }
    }

    /** Never by {@link ResultSet#findColumn}, to which names that differ only in case are one. */
    private static int[] indexes(ResultSetMetaData result, TableMeta table, List<ColumnMeta> columns)
            throws SQLException {
        int[] indexes = new int[columns.size()];
        for (int i = 0; i < indexes.length; i++) {
            indexes[i] = i + 1;
        }
        if (isWhole(table, columns)) {
            Map<String, Integer> byName = new HashMap<>();
            for (int i = 1; i <= result.getColumnCount(); i++) {
                byName.put(result.getColumnName(i), i);
            }
            for (int i = 0; i < indexes.length; i++) {
                indexes[i] = byName.get(columns.get(i).name());
            }
        }
        return indexes;
    }

    private static void checkWhole(ResultSetMetaData result, TableMeta table)
            throws SQLException, RepeatCaptureException {
        boolean same = result.getColumnCount() == table.columns().size();
        for (int i = 1; same && i <= result.getColumnCount(); i++) {
            same = table.column(result.getColumnName(i)).isPresent();
        }
        if (!same) {
            throw RepeatCaptureException.tableChanged(table);
        }
    }

    private static TableImage image(TableMeta table, List<ColumnMeta> columns, List<List<@Nullable Object>> rows) {
        List<ImageColumn> imageColumns = columns.stream()
                .map(column -> new ImageColumn(column.name(), column.jdbcType(), table.isKey(column.name())))
                .toList();
        return new TableImage(table.name(), imageColumns, rows);
    }
}
