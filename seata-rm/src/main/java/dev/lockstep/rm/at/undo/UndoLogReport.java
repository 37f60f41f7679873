package dev.lockstep.rm.at.undo;

import dev.lockstep.rm.at.dialect.ColumnForm;
import dev.lockstep.rm.at.dialect.Dialect;
import dev.lockstep.rm.at.dialect.UniversalTime;
import dev.lockstep.rm.at.image.ColumnValues;
import dev.lockstep.rm.at.image.RepeatCaptureException;
import dev.lockstep.rm.at.image.RowChange;
import dev.lockstep.rm.at.image.RowKey;
import dev.lockstep.rm.at.image.RowQuery;
import dev.lockstep.rm.at.meta.ColumnMeta;
import dev.lockstep.rm.at.meta.Namespace;
import dev.lockstep.rm.at.meta.TableMeta;
import dev.lockstep.rm.at.meta.TableMetaCache;
import dev.lockstep.rm.at.meta.TablePath;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Says, for people, what a rollback of an undo log would do today: what {@link UndoReplay} does, without doing it.
 * Immutable, thread-safe.
 */
public final class UndoLogReport {

    /** Longer than any report takes. */
    private static final Duration TABLE_META_AGE = Duration.ofMinutes(1);

    private final Dialect dialect;
    private final TableMetaCache tables;
    private final RowQuery rows;

    public UndoLogReport(Dialect dialect) {
        this.dialect = dialect;
        this.tables = new TableMetaCache(dialect, TABLE_META_AGE);
        this.rows = new RowQuery(dialect);
    }

    /** A row on its way back, through all statements of the branch. */
    private record Place(String table, RowKey key) {}

    /**
     * Compares from the last statement to the first, each row as it would stand by then.
     *
     * @param connection within a local transaction, which then holds locks on the rows; the caller rolls it back
     */
    public List<RowReport> compare(Connection connection, UndoLog log) throws SQLException, UndoLogFormatException {
        Namespace namespace = Namespace.of(connection);
        Map<Place, Map<String, @Nullable Object>> takenBack = new HashMap<>();
        List<RowReport> reports = new ArrayList<>();
        try (TimeOfLog time = TimeOfLog.begin(connection, dialect, log)) {
            List<RowChange> changes = time.log().changes();
            for (int i = changes.size() - 1; i >= 0; i--) {
                RowChange change = changes.get(i);
                if (!change.isEmpty()) {
                    TableMeta table = tables.find(connection, TablePath.parse(change.tableName(), dialect), namespace);
                    try {
                        compare(connection, table, change, i + 1, takenBack, reports);
                    } catch (RepeatCaptureException e) {
                        throw new SQLException("The undo log does not fit the table: " + e.getMessage(), "42S22", e);
                    }
                }
            }
        }
        return reports;
    }

    private void compare(
            Connection connection,
            TableMeta table,
            RowChange change,
            int statement,
            Map<Place, Map<String, @Nullable Object>> takenBack,
            List<RowReport> reports)
            throws SQLException, UndoLogFormatException, RepeatCaptureException {
        ChangeImages images = ChangeImages.of(change, table);
        Map<RowKey, List<@Nullable Object>> today =
                images.inTheirTerms(rows.ofKeys(connection, table, images.columns(), images.keyValues()));
        for (RowKey key : images.keys()) {
            Place place = new Place(table.toString(), key);
            List<@Nullable Object> now = byThen(images, today.get(key), takenBack.get(place));
            RowReport.State state = state(images, key, now);
            reports.add(new RowReport(
                    statement,
                    change.kind(),
                    table.toString(),
                    key.toString(),
                    state,
                    differences(images, key, now),
                    state == RowReport.State.AS_LEFT ? sql(table, change, images, key) : null));
            if (state == RowReport.State.AS_LEFT) {
                takeBack(images, key, takenBack.computeIfAbsent(place, any -> new HashMap<>()));
            }
        }
    }

    /** Today's row, with what later statements would have taken back by then. Columns without a key mean no row. */
    private static @Nullable List<@Nullable Object> byThen(
            ChangeImages images,
            @Nullable List<@Nullable Object> today,
            @Nullable Map<String, @Nullable Object> takenBack) {
        if (takenBack == null) {
            return today;
        }
        if (takenBack.isEmpty()) {
            return null;
        }
        List<@Nullable Object> row = new ArrayList<>();
        for (int i = 0; i < images.columns().size(); i++) {
            String name = images.columns().get(i).name();
            row.add(takenBack.containsKey(name) ? takenBack.get(name) : today == null ? null : today.get(i));
        }
        return row;
    }

    private static void takeBack(ChangeImages images, RowKey key, Map<String, @Nullable Object> row) {
        List<@Nullable Object> before = images.before(key);
        if (before == null) {
            row.clear();
            return;
        }
        for (int i = 0; i < before.size(); i++) {
            row.put(images.columns().get(i).name(), before.get(i));
        }
    }

    private static RowReport.State state(ChangeImages images, RowKey key, @Nullable List<@Nullable Object> now) {
        try {
            return images.mustBeTakenBack(key, now, false) ? RowReport.State.AS_LEFT : RowReport.State.BACK_ALREADY;
        } catch (DirtyWriteException e) {
            return RowReport.State.DIRTY;
        }
    }

    private static List<RowReport.Column> differences(
            ChangeImages images, RowKey key, @Nullable List<@Nullable Object> now) {
        List<@Nullable Object> before = images.before(key);
        List<@Nullable Object> after = images.after(key);
        List<RowReport.Column> columns = new ArrayList<>();
        for (int i = 0; i < images.columns().size(); i++) {
            Object old = before == null ? null : before.get(i);
            Object left = after == null ? null : after.get(i);
            Object current = now == null ? null : now.get(i);
            if (!ColumnValues.identical(old, left) || !ColumnValues.same(left, current)) {
                columns.add(new RowReport.Column(images.columns().get(i).name(), text(old), text(left), text(current)));
            }
        }
        return columns;
    }

    private String sql(TableMeta table, RowChange change, ChangeImages images, RowKey key) {
        List<ColumnMeta> columns = images.columns();
        List<@Nullable Object> row = images.rowToBind(key);
        String condition = table.keyColumns().stream()
                .map(column -> assignment(column, row.get(columns.indexOf(column))))
                .collect(Collectors.joining(" AND "));
        String statement = switch (change.kind()) {
            case INSERT -> "DELETE FROM " + rows.qualified(table) + " WHERE " + condition;
            case UPDATE ->
                "UPDATE " + rows.qualified(table) + " SET "
                        + images.changedColumns(List.of(key)).stream()
                                .map(column -> assignment(column, row.get(columns.indexOf(column))))
                                .collect(Collectors.joining(", "))
                        + " WHERE " + condition;
            case DELETE ->
                "INSERT INTO " + rows.qualified(table) + " ("
                        + columns.stream()
                                .map(column -> dialect.names().quoted(column.name()))
                                .collect(Collectors.joining(", "))
                        + ") VALUES ("
                        + IntStream.range(0, row.size())
                                .mapToObj(i -> literal(row.get(i), columns.get(i)))
                                .collect(Collectors.joining(", "))
                        + ")";
        };
        UniversalTime time = dialect.replay().universalTime();
        // Moments that the database takes by the session's clock stand in the SQL by that of UTC.
        return time != null && TimeOfLog.holdsOffsets(List.of(row))
                ? time.set() + "; " + statement + "; " + time.restore()
                : statement;
    }

    private String assignment(ColumnMeta column, @Nullable Object value) {
        return dialect.names().quoted(column.name()) + " = " + literal(value, column);
    }

    private static String literal(@Nullable Object value, ColumnMeta column) {
        if (value == null) {
            return "NULL";
        }
        if (column.form() == ColumnForm.MOMENT_TEXT && value instanceof OffsetDateTime moment) {
            return "'" + TimeOfLog.clockOf(moment) + "'";
        }
        if (value instanceof byte[] bytes) {
            return "X'" + HexFormat.of().formatHex(bytes) + "'";
        }
        return value instanceof Number || value instanceof Boolean
                ? value.toString()
                : "'" + value.toString().replace("'", "''") + "'";
    }

    private static @Nullable String text(@Nullable Object value) {
        return value instanceof byte[] bytes
                ? HexFormat.of().formatHex(bytes)
                : value == null ? null : value.toString();
    }
}
