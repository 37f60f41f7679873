package dev.lockstep.rm.at.image;

import dev.lockstep.rm.at.dialect.ColumnForm;
import dev.lockstep.rm.at.meta.ColumnMeta;
import dev.lockstep.rm.at.meta.TableMeta;
import dev.lockstep.rm.at.sql.BoundParameters;
import dev.lockstep.rm.at.sql.WholeNumberAssignment;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The image after an UPDATE that does nothing but arithmetic of whole numbers, worked out instead of read. Only where no doubt
 * is left: the rows are those imaged before, all of them locked and all of them changed; the image holds the key and the
 * assigned columns and no other; these are of the database's own integer types; nothing else changes rows of the table; and
 * every result lies where the column certainly holds it, between its old value and zero or within the positive numbers of its
 * type. Anything else is read. Not thread-safe.
 */
final class WholeNumbersAfter {

    /** Up to here a number is the same to the database, whatever type it calculates in. */
    private static final long EXACT = 1L << 53;

    /** The largest number that a column of the type holds, signed or not. */
    private static final Map<String, Long> LARGEST = Map.ofEntries(
            Map.entry("tinyint", (long) Byte.MAX_VALUE),
            Map.entry("smallint", (long) Short.MAX_VALUE),
            Map.entry("int2", (long) Short.MAX_VALUE),
            Map.entry("mediumint", (1L << 23) - 1),
            Map.entry("mediumint unsigned", (1L << 23) - 1),
            Map.entry("int", (long) Integer.MAX_VALUE),
            Map.entry("int unsigned", (long) Integer.MAX_VALUE),
            Map.entry("integer", (long) Integer.MAX_VALUE),
            Map.entry("int4", (long) Integer.MAX_VALUE),
            Map.entry("bigint", Long.MAX_VALUE),
            Map.entry("bigint unsigned", Long.MAX_VALUE),
            Map.entry("int8", Long.MAX_VALUE));

    private final CaptureContext context;
    private final List<WholeNumberAssignment> assignments;
    private final BoundParameters parameters;

    /** @param assignments all of the statement's; empty when one of them is no such arithmetic */
    WholeNumbersAfter(CaptureContext context, List<WholeNumberAssignment> assignments, BoundParameters parameters) {
        this.context = context;
        this.assignments = assignments;
        this.parameters = parameters;
    }

    /** The image after, or null where it has to be read. */
    @Nullable
    TableImage of(TableImage before, SelectList selected) throws SQLException, RepeatCaptureException {
        TableMeta table = context.table();
        if (assignments.isEmpty() || before.isEmpty() || table.sideEffects().triggers()) {
            return null;
        }
        Set<Integer> assigned = new HashSet<>();
        List<List<@Nullable Object>> rows = new ArrayList<>(before.size());
        for (List<@Nullable Object> row : before.rows()) {
            rows.add(new ArrayList<>(row));
        }
        for (WholeNumberAssignment assignment : assignments) {
            int index = selected.indexOf(context.column(assignment.column()));
            Long operand = operand(assignment);
            if (index < 0
                    || !assigned.add(index)
                    || operand == null
                    || !holds(selected.columns().get(index))) {
                return null;
            }
            for (List<@Nullable Object> row : rows) {
                Object result = result(
                        row.get(index), assignment, operand, selected.columns().get(index));
                if (result == null) {
                    return null;
                }
                row.set(index, result);
            }
        }
        for (int i = 0; i < selected.columns().size(); i++) {
            if (!assigned.contains(i) && !before.columns().get(i).key()) {
                return null;
            }
        }
        return selected.image(rows, before.collatedKeys());
    }

    private boolean holds(ColumnMeta column) {
        return !column.changesItself()
                && !context.table().isKey(column.name())
                && (column.form() == ColumnForm.TYPED || column.form() == ColumnForm.INTEGER)
                && largest(column) != null;
    }

    private static @Nullable Long largest(ColumnMeta column) {
        return LARGEST.get(column.typeName().toLowerCase(Locale.ROOT));
    }

    private @Nullable Long operand(WholeNumberAssignment assignment) throws SQLException {
        return assignment.operand().hasParameters()
                ? exact(parameters.wholeNumber(assignment.operand().firstParameter()))
                : Long.valueOf(assignment.operand().text());
    }

    private static @Nullable Long whole(@Nullable Object value) {
        boolean whole =
                value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte;
        return whole ? exact(((Number) value).longValue()) : null;
    }

    /** Null if there is a type of the database's that rounds it. */
    private static @Nullable Long exact(@Nullable Long number) {
        return number != null && number > -EXACT && number < EXACT ? number : null;
    }

    private static @Nullable Object result(
            @Nullable Object old, WholeNumberAssignment assignment, long operand, ColumnMeta column) {
        Long from = whole(old);
        Long largest = largest(column);
        if (from == null || largest == null) {
            return null;
        }
        long result = switch (assignment.operation()) {
            case SET -> operand;
            case ADD -> from + operand;
            case SUBTRACT -> from - operand;
        };
        boolean towardsZero = Math.min(from, 0) <= result && result <= Math.max(from, 0);
        boolean fits = result >= 0 && result <= largest && result < EXACT;
        return towardsZero || fits ? asClassOf(old, result) : null;
    }

    /** As the driver gives values of the column. */
    private static @Nullable Object asClassOf(@Nullable Object old, long result) {
        if (old instanceof Long) {
            return result;
        }
        if (old instanceof Integer) {
            return (int) result == result ? (Object) (int) result : null;
        }
        if (old instanceof Short) {
            return (short) result == result ? (Object) (short) result : null;
        }
        return (byte) result == result ? (Object) (byte) result : null;
    }
}
