package dev.lockstep.rm.at.sql;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

    /** Carries the hint of {@link SqlRecognizer#UNCAPTURED_HINT}: runs as it is, whatever it writes. */
    record Exempt() implements RecognizedSql {}

    /**
     * A SELECT that locks rows of one table: passes, after the TC was asked whether another global transaction holds them.
     *
     * @param table the table whose rows are locked
     * @param selection which of its rows
     * @param lock the locking clauses as written, for example {@code FOR UPDATE SKIP LOCKED}
     */
    record LockingRead(TableReference table, RowSelection selection, String lock) implements RecognizedSql {}

    /** Changes rows of one table, and is captured. */
    sealed interface Write extends RecognizedSql {
        /** The target. */
        TableReference table();

        /** What the statement gives back of the rows it changed; null when it gives a count. */
        @Nullable
        Returning returning();
    }

    /**
     * The columns behind RETURNING.
     *
     * @param columns the select list
     * @param statement the whole statement without the semicolons at its end, so that more columns can follow
     */
    record Returning(Slice columns, Slice statement) {}

    /**
     * INSERT that changes no row which is there already.
     *
     * @param table the target
     * @param columns the columns as listed; empty when the statement lists none and means all, in table order
     * @param rows the VALUES rows, each as long as {@code columns} unless that is empty; one row without values for {@code
     *     DEFAULT VALUES}; none when a query gives the rows
     * @param skipsConflicts whether rows whose unique key is taken are left out (IGNORE, ON CONFLICT DO NOTHING), so that
     *     fewer may be inserted than given
     * @param returning see {@link Write}
     * @param statement the whole statement without the semicolons at its end; null for some rows of another statement
     */
    record Insert(
            TableReference table,
            List<Identifier> columns,
            List<List<InsertValue>> rows,
            boolean skipsConflicts,
            @Nullable Returning returning,
            @Nullable Slice statement)
            implements Write {
        public Insert {
            columns = List.copyOf(columns);
            var copies = new ArrayList<List<InsertValue>>(rows.size());
            for (var row : rows) {
                copies.add(List.copyOf(row));
            }
            rows = Collections.unmodifiableList(copies);
        }

        /** Whether a query gives the rows, so that only the database knows them. */
        public boolean fromQuery() {
            return rows.isEmpty();
        }
    }

    /**
     * INSERT that changes rows which are there already: ON DUPLICATE KEY UPDATE, ON CONFLICT DO UPDATE, REPLACE, and MERGE
     * with KEY. Its rows are given by VALUES.
     *
     * @param insert the rows, as a plain INSERT would add them
     * @param conflict what happens to a row that is there
     * @param match which row that is
     * @param setColumns the columns that the statement sets in such a row
     * @param head the statement up to the word VALUES, which it includes; holds no parameter
     * @param tail what follows the rows, without RETURNING; null when nothing does
     * @param statement the whole statement without RETURNING and semicolons
     */
    record Upsert(
            Insert insert,
            Conflict conflict,
            Match match,
            List<Identifier> setColumns,
            String head,
            @Nullable Slice tail,
            Slice statement)
            implements Write {
        public Upsert {
            setColumns = List.copyOf(setColumns);
        }

        @Override
        public TableReference table() {
            return insert.table();
        }

        @Override
        public @Nullable Returning returning() {
            return insert.returning();
        }

        /** What becomes of the row that is there. */
        public enum Conflict {
            UPDATE,
            /** It is deleted, and the new one takes its place. */
            REPLACE
        }

        /**
         * When a row that is there counts as the one given.
         *
         * @param anyUniqueKey whether any unique key tells
         * @param columns otherwise the columns that tell; empty for those of the primary key
         */
        public record Match(boolean anyUniqueKey, List<Identifier> columns) {
            static final Match ANY_UNIQUE_KEY = new Match(true, List.of());

            public Match {
                columns = List.copyOf(columns);
            }
        }
    }

    /**
     * UPDATE of one table.
     *
     * @param table the target
     * @param setColumns the columns left of the assignments, in order
     * @param wholeNumbers the assignments, if each is plain arithmetic on a column of its own; otherwise empty
     * @param head the statement up to its WHERE, with whatever tables it joins
     * @param selection which rows
     * @param returning see {@link Write}
     */
    record Update(
            TableReference table,
            List<Identifier> setColumns,
            List<WholeNumberAssignment> wholeNumbers,
            Slice head,
            RowSelection selection,
            @Nullable Returning returning)
            implements Write {
        public Update {
            setColumns = List.copyOf(setColumns);
            wholeNumbers = List.copyOf(wholeNumbers);
        }
    }

    /**
     * DELETE from one table.
     *
     * @param table the target
     * @param head the statement up to its WHERE, with whatever tables it joins
     * @param selection which rows
     * @param returning see {@link Write}
     */
    record Delete(
            TableReference table,
            Slice head,
            RowSelection selection,
            @Nullable Returning returning) implements Write {}

    /**
     * May write, and cannot be captured: does not run inside a global transaction.
     *
     * @param reason what in the text stands against it, naming the token, for example {@code MERGE is not captured}
     * @param wayOut what the user can do instead, or empty
     */
    record Refused(String reason, String wayOut) implements RecognizedSql {}
}
