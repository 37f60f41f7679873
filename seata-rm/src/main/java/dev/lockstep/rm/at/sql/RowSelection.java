package dev.lockstep.rm.at.sql;

import org.jspecify.annotations.Nullable;

/**
 * Which rows of the table a statement means. Immutable.
 *
 * @param with the common table expressions before the statement, with the word WITH; null when there are none
 * @param joined the tables that a SELECT of the same rows reads, target included; null when it is the target alone
 * @param where the condition, without the word WHERE; null when the statement means every row
 * @param orderBy the order, without the words ORDER BY; null when there is none
 * @param limit the row limit with its leading word ({@code LIMIT}, {@code FETCH}, {@code OFFSET}); null when there is none
 * @param rowsCannotSwap whether equal counts prove equal rows: the condition speaks of the target table's own columns and
 *     of deterministic functions only, and there is no limit, so that rows already read are locked and no other row can
 *     take the place of one of them
 */
public record RowSelection(
        @Nullable Slice with,
        @Nullable Slice joined,
        @Nullable Slice where,
        @Nullable Slice orderBy,
        @Nullable Slice limit,
        boolean rowsCannotSwap) {

    /** Every row of the table. */
    public static final RowSelection ALL = new RowSelection(null, null, null, null, null, true);
}
