package dev.lockstep.rm.at.image;

import dev.lockstep.rm.at.meta.TableMeta;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The images do not cover what the statement did, and a second try may do better. The statement must be undone, by a
 * savepoint or by the whole local transaction, before it is captured anew.
 */
public final class RepeatCaptureException extends Exception {

    private final @Nullable TableMeta outdated;
    private final boolean columnMissing;

    private RepeatCaptureException(String message, @Nullable TableMeta outdated) {
        this(message, outdated, false);
    }

    private RepeatCaptureException(String message, @Nullable TableMeta outdated, boolean columnMissing) {
        super(message);
        this.outdated = outdated;
        this.columnMissing = columnMissing;
    }

    /** Other sessions committed rows between the before image and the statement, and the statement hit them too. */
    static RepeatCaptureException rowsAppeared(TableMeta table, long affected, int imaged) {
        return new RepeatCaptureException(
                "the statement changed " + affected + " rows of " + table + " where " + imaged
                        + " had been read before it",
                null);
    }

    /** A row that was not there when it was looked for is in the way of a new one. */
    static RepeatCaptureException conflictAppeared(TableMeta table, @Nullable SQLException violation) {
        RepeatCaptureException appeared = new RepeatCaptureException(
                "a row of " + table
                        + " is in the way of a new one and was not found by the unique keys whose values stand"
                        + " in the statement; it has just appeared, or a default, an expression or a part of a column"
                        + " decides",
                table);
        if (violation != null) {
            appeared.initCause(violation);
        }
        return appeared;
    }

    /** A row that was there when it was looked for is there no more. */
    static RepeatCaptureException rowsVanished(TableMeta table) {
        return new RepeatCaptureException("rows of " + table + " vanished between look-up and lock", null);
    }

    /** The table no longer has the columns that are known of it. */
    static RepeatCaptureException tableChanged(TableMeta table) {
        return new RepeatCaptureException("the columns of " + table + " changed", table);
    }

    /** The statement names a column that is not known; it may be new. */
    public static RepeatCaptureException unknownColumn(TableMeta table, String column) {
        return new RepeatCaptureException("table " + table + " has no column " + column, table, true);
    }

    /** Whether the statement names a column that the table, as it is known, does not have. */
    public boolean isColumnMissing() {
        return columnMissing;
    }

    /** What is known of this table is out of date; null when that is not the trouble. */
    public @Nullable TableMeta outdated() {
        return outdated;
    }
}
