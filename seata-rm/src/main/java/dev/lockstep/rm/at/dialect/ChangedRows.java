package dev.lockstep.rm.at.dialect;

import org.jspecify.annotations.Nullable;

/**
 * What a statement that changes rows tells of them by itself. Immutable.
 *
 * @param ofUpdate how an UPDATE gives the rows that it changes; null where it cannot. The rows are those that it changes and no
 *     others, also when others write to the table at the same time
 * @param ofDelete the same of a DELETE
 * @param ofPlainDelete the same of a DELETE of the RM's own: from one table under its full name, of rows that have no triggers
 * @param keySource how the keys of new rows are learned
 * @param insertedMark an expression behind RETURNING that is true of rows which an upsert has inserted and false of those it has
 *     updated; null where there is no such thing
 * @param mayLeaveOutUnchanged whether the driver can be told not to count rows that an UPDATE leaves as they were
 */
public record ChangedRows(
        @Nullable RowsOfChange ofUpdate,
        @Nullable RowsOfChange ofDelete,
        @Nullable RowsOfChange ofPlainDelete,
        KeySource keySource,
        @Nullable String insertedMark,
        boolean mayLeaveOutUnchanged) {

    /** What JDBC says: a count, and generated keys. */
    public static final ChangedRows STANDARD = new ChangedRows(null, null, null, KeySource.RETURNED, null, false);

    /** How the keys of new rows are learned. */
    public enum KeySource {
        /** The driver returns the key columns of every new row, as they are stored. */
        RETURNED,
        /** The driver returns what AUTO_INCREMENT made up; all else follows from the VALUES. */
        VALUES
    }

    public ChangedRows givenByUpdate(RowsOfChange how) {
        return new ChangedRows(how, ofDelete, ofPlainDelete, keySource, insertedMark, mayLeaveOutUnchanged);
    }

    /** Plain ones give them, too. */
    public ChangedRows givenByDelete(RowsOfChange how) {
        return new ChangedRows(ofUpdate, how, how, keySource, insertedMark, mayLeaveOutUnchanged);
    }

    /** See {@link #ofPlainDelete}. */
    public ChangedRows givenByPlainDelete(RowsOfChange how) {
        return new ChangedRows(ofUpdate, ofDelete, how, keySource, insertedMark, mayLeaveOutUnchanged);
    }

    public ChangedRows keysFrom(KeySource source) {
        return new ChangedRows(ofUpdate, ofDelete, ofPlainDelete, source, insertedMark, mayLeaveOutUnchanged);
    }

    /** See {@link #insertedMark}. */
    public ChangedRows insertedOnesMarkedBy(String expression) {
        return new ChangedRows(ofUpdate, ofDelete, ofPlainDelete, keySource, expression, mayLeaveOutUnchanged);
    }

    /** See {@link #mayLeaveOutUnchanged}; by default every row counts that the statement finds. */
    public ChangedRows perhapsWithoutUnchanged() {
        return new ChangedRows(ofUpdate, ofDelete, ofPlainDelete, keySource, insertedMark, true);
    }
}
