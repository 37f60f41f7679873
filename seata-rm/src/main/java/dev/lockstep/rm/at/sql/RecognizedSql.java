package dev.lockstep.rm.at.sql;

import java.util.List;

/**
 * What a statement text means for AT: the plan that {@link SqlRecognizer} makes once per text and every execution shares.
 * Immutable. The family is closed: whatever is none of the others is {@link Refused}.
 */
public sealed interface RecognizedSql {

    /** Reads and cannot write: runs as it is, also inside a global transaction. */
    record Read() implements RecognizedSql {}

    /**
     * Cannot change rows and is no query either, for example a harmless SET: runs as it is.
     *
     * @param changesNames whether names may mean other tables afterwards (USE, SET search_path), so that the connection
     *     must look its tables up anew
     */
    record Harmless(boolean changesNames) implements RecognizedSql {}

    /**
     * A SELECT that locks rows of one table: passes, after the TC was asked whether another global transaction holds them.
     *
     * @param table the table whose rows are locked
     * @param selection which of its rows
     * @param lock the locking clauses as written, for example {@code FOR UPDATE SKIP LOCKED}
     */
    record LockingRead(TableReference table, RowSelection selection, String lock) implements RecognizedSql {}

    /**
     * INSERT with VALUES.
     *
     * @param table the target
     * @param columns the columns as listed; empty when the statement lists none and means all, in table order
     * @param rows the VALUES rows, each as long as {@code columns} unless that is empty; at least one
     */
    record Insert(TableReference table, List<Identifier> columns, List<List<InsertValue>> rows)
            implements RecognizedSql {
        public Insert {
            columns = List.copyOf(columns);
            rows = rows.stream().map(List::copyOf).toList();
        }
    }

    /**
     * UPDATE of one table.
     *
     * @param table the target
     * @param setColumns the columns left of the assignments, in order
     * @param set the assignments, without the word SET
     * @param selection which rows
     */
    record Update(TableReference table, List<Identifier> setColumns, Slice set, RowSelection selection)
            implements RecognizedSql {
        public Update {
            setColumns = List.copyOf(setColumns);
        }
    }

    /**
     * DELETE from one table.
     *
     * @param table the target
     * @param selection which rows
     */
    record Delete(TableReference table, RowSelection selection) implements RecognizedSql {}

    /**
     * May write, and cannot be captured: does not run inside a global transaction.
     *
     * @param reason what in the text stands against it, naming the token, for example {@code MERGE is not captured}
     * @param wayOut what the user can do instead, or empty
     */
    record Refused(String reason, String wayOut) implements RecognizedSql {}
}
