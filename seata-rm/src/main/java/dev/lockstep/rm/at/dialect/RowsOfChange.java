package dev.lockstep.rm.at.dialect;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a statement that changes rows can give them back, so that no other has to read them. Immutable.
 *
 * @param query the text that does so: {@code %1$s} is the statement up to the end of its condition, {@code %2$s} a select list
 * @param before what stands there before each column of a row as it was, a dot included; may be empty
 * @param after what stands before each column of a row as it is now; null where only one of the two is given
 */
public record RowsOfChange(
        String query, String before, @Nullable String after) {

    public RowsOfChange {
        Objects.requireNonNull(query, "query");
        Objects.requireNonNull(before, "before");
    }

    /** Gives rows as they were. */
    public RowsOfChange(String query, String before) {
        this(query, before, null);
    }

    /** The statement that changes rows and gives what the list selects of them. */
    public String text(String statement, String selectList) {
        return query.formatted(statement, selectList);
    }
}
