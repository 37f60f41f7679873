package dev.lockstep.rm.at.image;

import dev.lockstep.rm.at.dialect.Dialect;
import dev.lockstep.rm.at.meta.ColumnMeta;
import dev.lockstep.rm.at.meta.TableMeta;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an image query selects, and how its rows become an image. Made once for a table and its columns, and used by every
 * query that asks for them ({@link SelectLists}).
 *
 * <p>A whole row is asked for with a star, so that a column is noticed that was added since the table was looked at. Behind it
 * stands what the star does not give, or not exactly, and last what the database holds for equal to a key. Immutable.
 */
final class SelectList {

    private final Dialect dialect;
    private final TableMeta table;
    private final List<ColumnMeta> columns;
    private final List<ImageColumn> imageColumns;
    private final String qualifier;
    private final boolean whole;
    /** What a star and the columns behind it give as long as the table is as it was: first the visible ones, in table order. */
    private final List<ColumnMeta> expected;
    /** Where each of {@code columns} then stands, from 1. */
    private final int[] expectedIndexes;
    /** Behind the star: columns that it gives rounded. */
    private final List<ColumnMeta> expressions;

    private final List<ColumnMeta> collated;
    private final boolean largeObjects;
    private final String text;

    /** @param qualifier what stands before each column, its dot included; may be empty */
    SelectList(Dialect dialect, TableMeta table, List<ColumnMeta> columns, String qualifier) {
        this.qualifier = qualifier;
        this.dialect = dialect;
        this.table = table;
        this.columns = List.copyOf(columns);
        this.imageColumns = columns.stream()
                .map(column -> ImageColumn.of(column, table.isKey(column.name())))
                .toList();
        this.whole = columns.equals(table.writableColumns());
        List<ColumnMeta> invisible = whole
                ? table.columns().stream().filter(column -> !column.visible()).toList()
                : List.of();
        this.expressions =
                whole ? columns.stream().filter(SelectList::isExpression).toList() : List.of();
        this.collated = table.keyColumns().stream()
                .filter(column -> column.rules().collated() != null)
                .toList();
        this.expected = whole
                ? Stream.of(table.columns().stream().filter(ColumnMeta::visible), invisible.stream())
                        .flatMap(some -> some)
                        .toList()
                : this.columns;
        this.expectedIndexes = expectedIndexes();
        this.largeObjects = columns.stream().anyMatch(SelectList::isLargeObject);
        this.text = text(invisible);
    }

    private static boolean isExpression(ColumnMeta column) {
        return column.form().isReadByExpression();
    }

    private static boolean isLargeObject(ColumnMeta column) {
        return switch (column.jdbcType()) {
            case Types.BLOB, Types.CLOB, Types.NCLOB -> true;
            default -> false;
        };
    }

    private int[] expectedIndexes() {
        int[] indexes = new int[columns.size()];
        int nextExpression = expected.size() + 1;
        for (int i = 0; i < indexes.length; i++) {
            indexes[i] =
                    whole && isExpression(columns.get(i)) ? nextExpression++ : expected.indexOf(columns.get(i)) + 1;
        }
        return indexes;
    }

    private String text(List<ColumnMeta> invisible) {
        Stream<String> first =
                whole ? Stream.of(qualifier + "*") : columns.stream().map(this::selected);
        Stream<String> rest = Stream.of(
                        invisible.stream()
                                .map(column -> qualifier + dialect.names().quoted(column.name())),
                        expressions.stream().map(this::selected),
                        collated.stream()
                                .map(column -> Objects.requireNonNull(
                                                column.rules().collated())
                                        .formatted(qualifier + dialect.names().quoted(column.name()))))
                .flatMap(names -> names);
        return Stream.concat(first, rest).collect(Collectors.joining(", "));
    }

    private String selected(ColumnMeta column) {
        return column.form().selected(qualifier + dialect.names().quoted(column.name()));
    }

    /** Behind the word SELECT. */
    String text() {
        return text;
    }

    TableMeta table() {
        return table;
    }

    /** The columns of the image. */
    List<ColumnMeta> columns() {
        return columns;
    }

    /** Where a column of the table stands in the image; -1 if it does not. */
    int indexOf(ColumnMeta column) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(column.name())) {
                return i;
            }
        }
        return -1;
    }

    /** Whether a column of the image is one of the table's key. */
    boolean isKey(ColumnMeta column) {
        return table.isKey(column.name());
    }

    /** Whether it asks for a whole row, with a star. */
    boolean isWhole() {
        return whole;
    }

    /** Whether there are columns whose values the database may keep apart from the row. */
    boolean holdsLargeObjects() {
        return largeObjects;
    }

    /** The same columns of the same table, asked for with this before each. */
    SelectList qualified(String by) {
        return new SelectList(dialect, table, columns, by);
    }

    /** An image of these rows, of which each has a value for each of the columns. */
    TableImage image(List<List<@Nullable Object>> rows, List<Map<String, String>> collatedKeys) {
        return new TableImage(table.name(), imageColumns, rows, collatedKeys);
    }

    /**
     * Reads all rows.
     *
     * @throws RepeatCaptureException if the table has other columns by now
     */
    void read(ResultSet result, ImageRows into) throws SQLException, RepeatCaptureException {
        int[] indexes = whole ? indexes(result.getMetaData()) : expectedIndexes;
        while (result.next()) {
            readRow(result, 0, indexes, into);
        }
    }

    /** Reads all rows, each of which holds this list twice; not for whole rows. */
    void readBoth(ResultSet result, ImageRows first, ImageRows second) throws SQLException {
        if (whole) {
            throw new IllegalStateException("Where a star ends cannot be told");
        }
        while (result.next()) {
            readRow(result, 0, expectedIndexes, first);
            readRow(result, columns.size() + collated.size(), expectedIndexes, second);
        }
    }

    /** @param offset how many columns stand before this list */
    private void readRow(ResultSet result, int offset, int[] indexes, ImageRows into) throws SQLException {
        List<@Nullable Object> row = new ArrayList<>(indexes.length);
        for (int i = 0; i < indexes.length; i++) {
            row.add(ColumnValues.read(result, offset + indexes[i], columns.get(i)));
        }
        into.add(row, equalTo(result, offset + expected.size() + expressions.size() + 1));
    }

    private Map<String, String> equalTo(ResultSet result, int firstCollated) throws SQLException {
        if (collated.isEmpty()) {
            return Map.of();
        }
        Map<String, String> equalTo = new HashMap<>();
        for (int i = 0; i < collated.size(); i++) {
            equalTo.put(collated.get(i).name(), result.getString(firstCollated + i));
        }
        return equalTo;
    }

    /** Never by {@link ResultSet#findColumn}, to which names that differ only in case are one. */
    private int[] indexes(ResultSetMetaData result) throws SQLException, RepeatCaptureException {
        int ofTable = result.getColumnCount() - collated.size() - expressions.size();
        if (ofTable != expected.size()) {
            throw RepeatCaptureException.tableChanged(table);
        }
        boolean asExpected = true;
        for (int i = 0; asExpected && i < ofTable; i++) {
            asExpected = result.getColumnName(i + 1).equals(expected.get(i).name());
        }
        return asExpected ? expectedIndexes : indexesByName(result);
    }

    /** The same columns in another order. */
    private int[] indexesByName(ResultSetMetaData result) throws SQLException, RepeatCaptureException {
        Map<String, Integer> byName = new HashMap<>();
        for (int i = 1; i <= expected.size(); i++) {
            byName.put(result.getColumnName(i), i);
        }
        Collection<String> names = expected.stream().map(ColumnMeta::name).toList();
        if (!byName.keySet().containsAll(names)) {
            throw RepeatCaptureException.tableChanged(table);
        }
        int[] indexes = expectedIndexes.clone();
        for (int i = 0; i < indexes.length; i++) {
            if (!isExpression(columns.get(i))) {
                indexes[i] = byName.get(columns.get(i).name());
            }
        }
        return indexes;
    }
}
