package dev.lockstep.rm.at.undo;

import dev.lockstep.rm.at.image.RowChange;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a rollback would do to one row that one statement had changed. Immutable.
 *
 * @param statement which statement of the branch it was, counted from 1
 * @param kind what the statement did
 * @param table the table, with its schema
 * @param key the primary key
 * @param state how the row stands now
 * @param columns what differs between before, after and now
 * @param sql what takes the row back, with values as they are read by people; null where nothing is to be done
 */
public record RowReport(
        int statement,
        RowChange.Kind kind,
        String table,
        String key,
        State state,
        List<Column> columns,
        @Nullable String sql) {

    public RowReport {
        columns = List.copyOf(columns);
    }

    /** How a row stands when its turn comes. */
    public enum State {
        /** As the branch left it: a rollback takes it back. */
        AS_LEFT,
        /** As it was before the branch: a rollback leaves it alone. */
        BACK_ALREADY,
        /** Neither: somebody else wrote to it, and a rollback stops here. */
        DIRTY
    }

    /**
     * One column of the row.
     *
     * @param before its value before the branch, as text; null for NULL, and where there was no row
     * @param left its value as the branch left it, likewise
     * @param now its value now, likewise
     */
    public record Column(
            String name,
            @Nullable String before,
            @Nullable String left,
            @Nullable String now) {}
}
