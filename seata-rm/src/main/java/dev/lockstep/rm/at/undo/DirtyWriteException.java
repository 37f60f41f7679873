package dev.lockstep.rm.at.undo;

import org.jspecify.annotations.Nullable;

/**
 * A row is neither as the branch left it nor as it was before, or rows that somebody else has written would go with it:
 * somebody outside the global transactions has written.
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
        this(
                "Row " + key + " of " + table
                        + " was changed by somebody who takes no part in global transactions: column " + column
                        + " is not as the branch left it, nor as it was before",
                table,
                key,
                column,
                expected,
                found);
    }

    private DirtyWriteException(
            String message,
            String table,
            String key,
            String column,
            @Nullable Object expected,
            @Nullable Object found) {
        super(message);
        this.table = table;
        this.key = key;
        this.column = column;
        this.expected = expected;
        this.found = found;
    }

    /** A row is as the branch left it, and its deletion would be carried on to rows that are not the branch's. */
    static DirtyWriteException referred(String table, String key, String referringTable) {
        return new DirtyWriteException(
                "Row " + key + " of " + table + ", which the branch had inserted, is referred to by rows of "
                        + referringTable
                        + " that are none of the branch's, and a foreign key's rule would delete or change them with it",
                table,
                key,
                WHOLE_ROW,
                "referred to by no row of " + referringTable,
                "rows of " + referringTable + " that refer to it");
    }

    /** The table, as the database stores its name. */
    public String table() {
        return table;
    }

    /** The row's primary key. */
    public String key() {
        return key;
    }

    /** The first column that differs; {@code *} when the row is gone, should not be there, or is referred to. */
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
