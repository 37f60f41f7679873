package dev.lockstep.rm.at.image;

import dev.lockstep.rm.at.dialect.Dialect;
import dev.lockstep.rm.at.meta.ColumnMeta;
import dev.lockstep.rm.at.meta.TableMeta;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an image query selects, and how its rows become an image.
 *
 * <p>A whole row is asked for with a star, so that a column is noticed that was added since the table was looked at. Behind it
 * stands what the star does not give, or not exactly, and last what the database holds for equal to a key. Immutable.
 */
final class SelectList {

    private final Dialect dialect;
    private final TableMeta table;
    private final List<ColumnMeta> columns;
    private final String qualifier;
    private final boolean whole;
    /** Behind the star: columns that it leaves out. */
    private final List<ColumnMeta> invisible;
    /** Behind those: columns that it gives rounded. */
    private final List<ColumnMeta> expressions;

    private final List<ColumnMeta> collated;

    SelectList(Dialect dialect, TableMeta table, List<ColumnMeta> columns) {
        this(dialect, table, columns, "");
    }

    /** @param qualifier what stands before each column, its dot included */
    SelectList(Dialect dialect, TableMeta table, List<ColumnMeta> columns, String qualifier) {
        this.qualifier = qualifier;
        this.dialect = dialect;
        this.table = table;
        this.columns = columns;
        this.whole = columns.equals(table.writableColumns());
        this.invisible = whole
                ? table.columns().stream().filter(column -> !column.visible()).toList()
                : List.of();
        this.expressions =
                whole ? columns.stream().filter(SelectList::isExpression).toList() : List.of();
        this.collated = table.keyColumns().stream()
                .filter(column -> column.rules().collated() != null)
                .toList();
    }

    private static boolean isExpression(ColumnMeta column) {
        return column.form().isReadByExpression();
    }

    /** Behind the word SELECT. */
    String text() {
        Stream<String> first =
                whole ? Stream.of(qualifier + "*") : columns.stream().map(this::selected);
        Stream<String> rest = Stream.of(
                        invisible.stream().map(column -> qualifier + dialect.quoted(column.name())),
                        expressions.stream().map(this::selected),
                        collated.stream()
                                .map(column -> Objects.requireNonNull(
                                                column.rules().collated())
                                        .formatted(qualifier + dialect.quoted(column.name()))))
                .flatMap(names -> names);
        return Stream.concat(first, rest).collect(Collectors.joining(", "));
    }

    private String selected(ColumnMeta column) {
        return column.form().selected(qualifier + dialect.quoted(column.name()));
    }

    /**
     * Reads all rows.
     *
     * @throws RepeatCaptureException if the table has other columns by now
     */
    void read(ResultSet result, ImageRows into) throws SQLException, RepeatCaptureException {
        int[] indexes = indexes(result.getMetaData());
        int firstCollated = result.getMetaData().getColumnCount() - collated.size() + 1;
        while (result.next()) {
            List<@Nullable Object> row = new ArrayList<>(indexes.length);
            for (int i = 0; i < indexes.length; i++) {
                row.add(ColumnValues.read(result, indexes[i], columns.get(i)));
            }
            Map<String, String> equalTo = new HashMap<>(0);
            for (int i = 0; i < collated.size(); i++) {
                equalTo.put(collated.get(i).name(), result.getString(firstCollated + i));
            }
            into.add(row, equalTo);
        }
    }

    /** Never by {@link ResultSet#findColumn}, to which names that differ only in case are one. */
    private int[] indexes(ResultSetMetaData result) throws SQLException, RepeatCaptureException {
        int[] indexes = new int[columns.size()];
        Map<String, Integer> byName = whole ? indexByName(result) : Map.of();
        int nextExpression = result.getColumnCount() - collated.size() - expressions.size() + 1;
        for (int i = 0; i < indexes.length; i++) {
            ColumnMeta column = columns.get(i);
            if (!whole) {
                indexes[i] = i + 1;
            } else if (isExpression(column)) {
                indexes[i] = nextExpression++;
            } else {
                indexes[i] = byName.get(column.name());
            }
        }
        return indexes;
    }

    private Map<String, Integer> indexByName(ResultSetMetaData result) throws SQLException, RepeatCaptureException {
        int ofTable = result.getColumnCount() - collated.size() - expressions.size();
        Map<String, Integer> byName = new HashMap<>();
        boolean same = ofTable == table.columns().size();
        for (int i = 1; same && i <= ofTable; i++) {
            byName.put(result.getColumnName(i), i);
            same = table.column(result.getColumnName(i)).isPresent();
        }
        if (!same) {
            throw RepeatCaptureException.tableChanged(table);
        }
        return byName;
    }
}
