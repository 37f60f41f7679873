package dev.lockstep.rm.at.undo;

import dev.lockstep.rm.at.image.ColumnValues;
import dev.lockstep.rm.at.image.RowKey;
import dev.lockstep.rm.at.meta.ColumnMeta;
import dev.lockstep.rm.at.meta.TableMeta;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What triggers have made of rows while they were written back within one local transaction, as one that stamps each change
 * with its time does. An earlier change of such a row is compared with what was meant to stand there, where what the trigger
 * made of it still does: nobody else has written to it since.
 *
 * <p>Not thread-safe.
 */
public final class TriggerTraces {

    private record TracedRow(String table, RowKey key) {}

    /** A value that stands there, in place of what was written. */
    private record Trace(@Nullable Object found, @Nullable Object meant) {}

    /**
     * Rows that are not as they were before their branch, because a trigger fires when a row is written back, too.
     *
     * @param table the table
     * @param columns the columns that differ in some of them
     * @param keys the keys of the rows
     */
    public record Inexact(String table, Set<String> columns, List<String> keys) {}

    private final Map<TracedRow, Map<String, Trace>> rows;

    /** None yet. */
    public TriggerTraces() {
        this(Map.of());
    }

    private TriggerTraces(Map<TracedRow, Map<String, Trace>> rows) {
        this.rows = new LinkedHashMap<>(rows);
    }

    /** The same, for a trial that may be given up. */
    public TriggerTraces copy() {
        return new TriggerTraces(rows);
    }

    /** Takes over what a trial has found that was not given up; it went out from these. */
    public void become(TriggerTraces trial) {
        rows.clear();
        rows.putAll(trial.rows);
    }

    /** Whether every row stands as it was meant to. */
    public boolean isEmpty() {
        return rows.isEmpty();
    }

    /** The row as it would stand there without triggers, as far as it has not been changed since. */
    @Nullable
    List<@Nullable Object> asMeant(
            TableMeta table, RowKey key, List<ColumnMeta> columns, @Nullable List<@Nullable Object> now) {
        Map<String, Trace> traces = now == null ? null : rows.get(new TracedRow(table.toString(), key));
        if (now == null || traces == null) {
            return now;
        }
        List<@Nullable Object> meant = new ArrayList<>(now);
        for (int i = 0; i < columns.size(); i++) {
            Trace trace = traces.get(columns.get(i).name());
            if (trace != null && ColumnValues.identical(trace.found(), now.get(i))) {
                meant.set(i, trace.meant());
            }
        }
        return meant;
    }

    /**
     * Keeps what a trigger has made of a row that was written back.
     *
     * @param meant the row as it was written, or null where it was deleted
     * @param found the row that is there by its key, or null
     * @throws SQLException if there is a row and should be none, or the other way round: a trigger has given it another key, or
     *     kept the change out
     */
    void keep(
            TableMeta table,
            RowKey key,
            List<ColumnMeta> columns,
            @Nullable List<@Nullable Object> meant,
            @Nullable List<@Nullable Object> found)
            throws SQLException {
        if (meant == null && found == null) {
            rows.remove(new TracedRow(table.toString(), key));
            return;
        }
        if (meant == null || found == null) {
            throw new SQLException(
                    "Row " + key + " of " + table + " was "
                            + (meant == null
                                    ? "deleted and is still there"
                                    : "written back and is not found by its key")
                            + ": a trigger has kept the change out or given the row another key. Nothing was undone."
                            + " Make the trigger leave that alone, and the rollback is done when the TC asks again.",
                    "27000");
        }
        Map<String, Trace> traces = new HashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            if (!ColumnValues.same(meant.get(i), found.get(i))) {
                traces.put(columns.get(i).name(), new Trace(found.get(i), meant.get(i)));
            }
        }
        TracedRow row = new TracedRow(table.toString(), key);
        if (traces.isEmpty()) {
            rows.remove(row);
        } else {
            rows.put(row, traces);
        }
    }

    /** What is not as it was before, by table. */
    public List<Inexact> inexact() {
        Map<String, Inexact> byTable = new LinkedHashMap<>();
        rows.forEach((row, traces) -> {
            Inexact ofTable = byTable.computeIfAbsent(
                    row.table(), table -> new Inexact(table, new TreeSet<>(), new ArrayList<>()));
            ofTable.columns().addAll(traces.keySet());
            ofTable.keys().add(row.key().toString());
        });
        return List.copyOf(byTable.values());
    }
}
