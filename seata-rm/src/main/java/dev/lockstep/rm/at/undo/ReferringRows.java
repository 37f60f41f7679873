package dev.lockstep.rm.at.undo;

import dev.lockstep.rm.at.dialect.Dialect;
import dev.lockstep.rm.at.image.ColumnValues;
import dev.lockstep.rm.at.image.RepeatCaptureException;
import dev.lockstep.rm.at.image.RowKey;
import dev.lockstep.rm.at.image.RowQuery;
import dev.lockstep.rm.at.meta.ColumnMeta;
import dev.lockstep.rm.at.meta.ReferringKey;
import dev.lockstep.rm.at.meta.TableMeta;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Looks whether rows refer to those that the undo of an INSERT is about to delete, where a foreign key's rule would delete or
 * change them without a word: the branch's own are gone by then, so they are somebody else's. Called by {@link UndoReplay},
 * which holds the rows to delete locked, so that no more can come to refer to them. Immutable, thread-safe.
 */
final class ReferringRows {

    private final Dialect dialect;
    private final RowQuery rows;
    private final UnaryOperator<TableMeta> effectsOf;

    /** @param effectsOf the table with the side effects that count */
    ReferringRows(Dialect dialect, RowQuery rows, UnaryOperator<TableMeta> effectsOf) {
        this.dialect = dialect;
        this.rows = rows;
        this.effectsOf = effectsOf;
    }

    /** @throws DirtyWriteException if there are such rows */
    void requireNone(Connection connection, TableMeta table, ChangeImages images, List<RowKey> toDelete)
            throws SQLException, DirtyWriteException, RepeatCaptureException {
        if (table.sideEffects().changedByDelete().isEmpty()) {
            return;
        }
        for (ReferringKey foreign : effectsOf.apply(table).sideEffects().changedByDelete()) {
            requireNone(connection, table, foreign, referred(connection, table, foreign, images, toDelete));
        }
    }

    /** What a foreign key refers to in each of these rows; without rows where a part of that is null. */
    private Map<RowKey, List<Object>> referred(
            Connection connection, TableMeta table, ReferringKey foreign, ChangeImages images, List<RowKey> toDelete)
            throws SQLException, RepeatCaptureException {
        List<ColumnMeta> columns = columnsOf(table, foreign.referred());
        Map<RowKey, List<@Nullable Object>> known = new LinkedHashMap<>();
        if (images.columns().containsAll(columns)) {
            int[] indexes = images.indexesOf(columns);
            toDelete.forEach(key -> known.put(key, values(images.rowToBind(key), indexes)));
        } else {
            // A computed column, of which there is no image.
            List<ColumnMeta> toRead = Stream.concat(table.keyColumns().stream(), columns.stream())
                    .distinct()
                    .toList();
            int[] indexes = columns.stream().mapToInt(toRead::indexOf).toArray();
            rows.ofKeys(connection, table, toRead, images.keyValues())
                    .byKey()
                    .forEach((key, row) -> known.put(key, values(row, indexes)));
            known.keySet().retainAll(toDelete);
        }
        Map<RowKey, List<Object>> referred = new LinkedHashMap<>();
        known.forEach((key, values) -> {
            List<Object> present = new ArrayList<>();
            for (Object value : values) {
                if (value != null) {
                    present.add(value);
                }
            }
            if (present.size() == columns.size()) {
                referred.put(key, present);
            }
        });
        return referred;
    }

    private static List<@Nullable Object> values(List<@Nullable Object> row, int[] indexes) {
        List<@Nullable Object> values = new ArrayList<>(indexes.length);
        for (int index : indexes) {
            values.add(row.get(index));
        }
        return values;
    }

    private static List<ColumnMeta> columnsOf(TableMeta table, List<String> names) throws RepeatCaptureException {
        List<ColumnMeta> columns = new ArrayList<>(names.size());
        for (String name : names) {
            columns.add(
                    table.columnInAnyCase(name).orElseThrow(() -> RepeatCaptureException.unknownColumn(table, name)));
        }
        return columns;
    }

    private void requireNone(
            Connection connection, TableMeta table, ReferringKey foreign, Map<RowKey, List<Object>> referred)
            throws SQLException, DirtyWriteException, RepeatCaptureException {
        int most = dialect.reads().mostRows();
        List<RowKey> keys = List.copyOf(referred.keySet());
        for (int from = 0; from < keys.size(); from += most) {
            List<RowKey> some = keys.subList(from, Math.min(keys.size(), from + most));
            if (refersTo(connection, table, foreign, some, referred)) {
                for (RowKey key : some) {
                    if (refersTo(connection, table, foreign, List.of(key), referred)) {
                        throw DirtyWriteException.referred(table.name(), key.toString(), foreign.table());
                    }
                }
            }
        }
    }

    private boolean refersTo(
            Connection connection,
            TableMeta table,
            ReferringKey foreign,
            List<RowKey> to,
            Map<RowKey, List<Object>> referred)
            throws SQLException, RepeatCaptureException {
        boolean ofItself = foreign.isOf(table);
        List<ColumnMeta> columns = columnsOf(table, foreign.referred());
        try (PreparedStatement statement = connection.prepareStatement(text(table, foreign, to.size(), ofItself))) {
            int next = 1;
            for (RowKey key : to) {
                List<Object> values = List.copyOf(referred.getOrDefault(key, List.of()));
                for (int i = 0; i < values.size(); i++) {
                    ColumnValues.bind(statement, next++, values.get(i), columns.get(i));
                }
            }
            try (ResultSet found = statement.executeQuery()) {
                return ofItself ? anyBut(found, table, referred.keySet()) : found.next();
            }
        }
    }

    /** Rows that go together may refer to each other. */
    private static boolean anyBut(ResultSet found, TableMeta table, Set<RowKey> going) throws SQLException {
        List<ColumnMeta> key = table.keyColumns();
        while (found.next()) {
            List<@Nullable Object> values = new ArrayList<>(key.size());
            for (int i = 0; i < key.size(); i++) {
                values.add(ColumnValues.read(found, i + 1, key.get(i)));
            }
            if (!going.contains(RowKey.of(values))) {
                return true;
            }
        }
        return false;
    }

    private String text(TableMeta table, ReferringKey foreign, int rowsReferred, boolean ofItself) {
        String selected = ofItself
                ? table.keyColumns().stream()
                        .map(column -> column.form().selected(dialect.names().quoted(column.name())))
                        .collect(Collectors.joining(", "))
                : "1";
        String home = dialect.names().inCatalogs() ? foreign.catalog() : foreign.schema();
        String name = dialect.names().quoted(foreign.table());
        // Read as one reads one's own rows: what referred to them before they were locked is committed.
        return "SELECT " + selected + " FROM "
                + (home == null ? name : dialect.names().quoted(home) + "." + name)
                + " WHERE " + condition(foreign.columns(), rowsReferred) + " "
                + dialect.reads().ownRowsClause();
    }

    private String condition(List<String> columns, int rowsReferred) {
        if (columns.size() == 1) {
            return dialect.names().quoted(columns.get(0)) + " IN (?" + ", ?".repeat(rowsReferred - 1) + ")";
        }
        String one = columns.stream()
                .map(column -> dialect.names().quoted(column) + " = ?")
                .collect(Collectors.joining(" AND ", "(", ")"));
        return one + (" OR " + one).repeat(rowsReferred - 1);
    }
}
