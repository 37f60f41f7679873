package dev.lockstep.rm.at.dialect;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the undo_log table needs of its database. Immutable.
 *
 * @param script what the script is called that creates it: a file in {@code dev/lockstep/rm/undo_log}, without what is behind the
 *     point
 * @param rowLimit what ends a SELECT of ours so that it gives the first rows only: its parameter says how many
 * @param sweepForm deletes some rows: {@code %1$s} is the table, {@code %2$s} the condition, the last parameter the largest number
 * @param largestStatement query for how many bytes a statement may have with all that is bound to it; null where that is as good
 *     as unlimited
 * @param locksGaps whether a statement that looks at a range of an index keeps others from inserting there
 */
public record UndoLogFacts(
        String script,
        String rowLimit,
        String sweepForm,
        @Nullable String largestStatement,
        boolean locksGaps) {

    /** What standard SQL says; the script is still to be named. */
    public static final UndoLogFacts STANDARD = new UndoLogFacts(
            "", "FETCH FIRST ? ROWS ONLY", "DELETE FROM %1$s WHERE %2$s FETCH FIRST ? ROWS ONLY", null, false);

    public UndoLogFacts {
        Objects.requireNonNull(script, "script");
        if (!sweepForm.contains("%2$s")) {
            throw new IllegalArgumentException("The condition must stand in the sweep as %2$s: " + sweepForm);
        }
    }

    public UndoLogFacts createdBy(String name) {
        return new UndoLogFacts(name, rowLimit, sweepForm, largestStatement, locksGaps);
    }

    public UndoLogFacts limitedBy(String clause) {
        return new UndoLogFacts(script, clause, sweepForm, largestStatement, locksGaps);
    }

    public UndoLogFacts sweptBy(String statement) {
        return new UndoLogFacts(script, rowLimit, statement, largestStatement, locksGaps);
    }

    /** See {@link #largestStatement}. */
    public UndoLogFacts noLargerThan(String query) {
        return new UndoLogFacts(script, rowLimit, sweepForm, query, locksGaps);
    }

    /** See {@link #locksGaps}; by default only rows are locked. */
    public UndoLogFacts withGapsLocked() {
        return new UndoLogFacts(script, rowLimit, sweepForm, largestStatement, true);
    }

    /** The expression for now with microseconds. */
    public String currentTimestamp() {
        return "CURRENT_TIMESTAMP(6)";
    }

    /** Deletes rows of a table that meet a condition; the parameters are the condition's and the largest number of rows. */
    public String sweep(String table, String condition) {
        return sweepForm.formatted(table, condition);
    }
}
