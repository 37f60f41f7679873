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
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
        SelectList selected =
                new SelectList(dialect, table, columns, joined == null ? "" : reference.qualifier() + ".");
        StringBuilder sql = new StringBuilder();
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
        try (PreparedStatement statement = connection.prepareStatement(sql.toString())) {
            int next = parameters.bindSlice(selection.with(), statement, 1);
            next = parameters.bindSlice(joined, statement, next);
            next = parameters.bindSlice(selection.where(), statement, next);
            next = parameters.bindSlice(selection.orderBy(), statement, next);
            parameters.bindSlice(selection.limit(), statement, next);
            TableImage image = read(statement, selected, new ImageRows()).image(table, columns);
            if (joined != null) {
                return image.distinct();
            }
            if (image.size() > 1 && image.byKey().size() < image.size()) {
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
        SelectList selected = new SelectList(dialect, table, columns);
        ImageRows rows = new ImageRows();
        int most = dialect.maxRowsPerStatement();
        for (int from = 0; from < keys.size(); from += most) {
            List<List<@Nullable Object>> chunk = keys.subList(from, Math.min(keys.size(), from + most));
            String sql = "SELECT " + selected.text() + " FROM " + qualified(table) + " WHERE "
                    + keyCondition(table, chunk.size()) + " " + dialect.lockClause();
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                bindKeys(statement, 1, table, chunk);
                read(statement, selected, rows);
            }
        }
        return rows.image(table, columns);
    }

    /**
     * The rows of these keys that exist, in any order.
     *
     * @param keys in the order of the table's primary key
     */
    TableImage ofNewRows(
            Connection connection, TableMeta table, List<ColumnMeta> columns, List<List<KeyExpression>> keys)
            throws SQLException, RepeatCaptureException {
        SelectList selected = new SelectList(dialect, table, columns);
        ImageRows rows = new ImageRows();
        int most = dialect.maxRowsPerStatement();
        for (int from = 0; from < keys.size(); from += most) {
            List<List<KeyExpression>> chunk = keys.subList(from, Math.min(keys.size(), from + most));
            String sql = "SELECT " + selected.text() + " FROM " + qualified(table) + " WHERE "
                    + keyCondition(table, chunk) + " " + dialect.lockClause();
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                int next = 1;
                for (List<KeyExpression> key : chunk) {
                    for (KeyExpression expression : key) {
                        next = expression.bind(statement, next);
                    }
                }
                read(statement, selected, rows);
            }
        }
        return rows.image(table, columns);
    }

    private String keyCondition(TableMeta table, List<List<KeyExpression>> keys) {
        List<String> names = table.primaryKey().stream().map(dialect::quoted).toList();
        if (names.size() == 1) {
            return keys.stream()
                    .map(key -> key.get(0).sql())
                    .collect(Collectors.joining(", ", names.get(0) + " IN (", ")"));
        }
        return keys.stream()
                .map(key -> IntStream.range(0, names.size())
                        .mapToObj(i -> names.get(i) + " = " + key.get(i).sql())
                        .collect(Collectors.joining(" AND ", "(", ")")))
                .collect(Collectors.joining(" OR "));
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
        String home = dialect.qualifiedByCatalog() ? table.catalog() : table.schema();
        return home == null ? name : dialect.quoted(home) + "." + name;
    }

    private static ImageRows read(PreparedStatement statement, SelectList selected, ImageRows rows)
            throws SQLException, RepeatCaptureException {
        try (ResultSet result = statement.executeQuery()) {
            selected.read(result, rows);
        }
        return rows;
    }
}
