package dev.lockstep.rm.at.undo;

import org.jspecify.annotations.Nullable;

/**
 * A row is neither as the branch left it nor as it was before: somebody outside the global transactions has changed it.
 * Nothing was undone, the undo log stays, and the row needs a decision by a human.
 */
public final class DirtyWriteException extends Exception {

    /** In place of a column, when the difference is the row. */
    static final String WHOLE_ROW = "*";

    private final String table;
    private final String key;
    private final String column;
    private final transient @Nullable Object expected;
    private final transient @Nullable Object found;

    DirtyWriteException(String table, String key, String column, @Nullable Object expected, @Nullable Object found) {
        super("Row " + key + " of " + table
                + " was changed by somebody who takes no part in global transactions: column " + column
                + " is not as the branch left it, nor as it was before");
        this.table = table;
        this.key = key;
        this.column = column;
        this.expected = expected;
        this.found = found;
    }

    /** The table, as the database stores its name. */
    public String table() {
        return table;
    }

    /** The row's primary key. */
    public String key() {
        return key;
    }

    /** The first column that differs; {@code *} when the row is gone or should not be there. */
    public String column() {
        return column;
    }

    /** What the branch left there; may be null. */
    public @Nullable Object expected() {
        return expected;
    }

    /** What is there now; may be null. */
    public @Nullable Object found() {
        return found;
    }
}
