package dev.lockstep.rm.at.image;

import dev.lockstep.rm.at.dialect.RowsOfChange;
import dev.lockstep.rm.at.sql.RowSelection;
import dev.lockstep.rm.at.sql.Slice;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Runs an UPDATE or DELETE as one statement with its images: the database gives each row that it changes, so that none has to
 * be read and locked before, and nothing can come between. Immutable.
 *
 * @param form how the database does that
 * @param columns what is imaged
 * @param head the statement up to its WHERE
 * @param after whether the rows are given as they are then, too
 */
record RowsWithChange(
        CaptureContext context,
        RowsOfChange form,
        SelectList columns,
        Slice head,
        RowSelection selection,
        boolean after) {

    /**
     * The rows that were changed.
     *
     * @param before as they were
     * @param after the same rows as they are now, in the same order; null where they were not asked for
     */
    record Images(TableImage before, @Nullable TableImage after) {}

    /**
     * Whether a statement may run so: its clauses speak of its own table only, nothing else writes to its rows, and the user
     * expects nothing but a count. Large objects are read before, as they may end with the row that held them.
     */
    static boolean suits(CaptureContext context, RowSelection selection, SelectList columns, WriteCall call)
            throws SQLException {
        return selection.rowsCannotSwap()
                && selection.with() == null
                && selection.joined() == null
                && selection.orderBy() == null
                && selection.limit() == null
                && !context.table().sideEffects().triggers()
                && !columns.holdsLargeObjects()
                && LockKeys.isSpellable(context.table().name())
                && call.wishedKeys(context.table()).isEmpty();
    }

    /** Runs it; as many rows were changed as there are in the images. */
    Images run(WriteCall call) throws SQLException, RepeatCaptureException {
        String sql = context.rows().changeTexts().of(form, columns, after, call.sql(), head, selection.where());
        ImageRows rowsBefore = new ImageRows(1);
        ImageRows rowsAfter = new ImageRows(1);
        try (PreparedStatement statement = context.connection().prepareStatement(sql)) {
            int next = call.parameters().bindSlice(head, statement, 1);
            call.parameters().bindSlice(selection.where(), statement, next);
            try (ResultSet result = statement.executeQuery()) {
                if (after) {
                    columns.readBoth(result, rowsBefore, rowsAfter);
                } else {
                    columns.read(result, rowsBefore);
                }
            }
        }
        TableImage before = rowsBefore.image(columns);
        RowQuery.requireKnownKey(before, columns);
        return new Images(before, after ? rowsAfter.image(columns) : null);
    }
}
