package dev.lockstep.rm.at.image;

import dev.lockstep.rm.at.image.StatedColumns.StatedColumn;
import dev.lockstep.rm.at.sql.BoundParameters;
import dev.lockstep.rm.at.sql.InsertValue;
import dev.lockstep.rm.at.sql.RecognizedSql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows that an INSERT makes, worked out instead of read. Only where no doubt is left: each column of the image is listed
 * and has a parameter in every row; each is of a type, and each value of a kind, that is read as it was given ({@link
 * StoredAsGiven}); the database puts nothing of its own into any of them; and nothing else changes rows of the table. That the
 * rows came to be is told by their count. Anything else is read.
 */
final class StatedRows {

    private StatedRows() {}

    /** The image after, in the order of the statement; null where it has to be read. */
    static @Nullable TableImage of(CaptureContext context, RecognizedSql.Insert insert, WriteCall call)
            throws SQLException, RepeatCaptureException {
        if (insert.returning() != null
                || insert.skipsConflicts()
                || insert.fromQuery()
                || context.table().sideEffects().triggers()
                || !call.wishedKeys(context.table()).isEmpty()) {
            return null;
        }
        SelectList selected = context.wholeRows();
        List<StatedColumn> columns = context.rows().statedColumns().of(context, selected, insert.columns());
        if (columns == null) {
            return null;
        }
        List<BoundParameters> frames = call.frames();
        List<List<@Nullable Object>> rows =
                new ArrayList<>(frames.size() * insert.rows().size());
        for (BoundParameters frame : frames) {
            for (List<InsertValue> values : insert.rows()) {
                List<@Nullable Object> row = row(columns, values, frame);
                if (row == null) {
                    return null;
                }
                rows.add(row);
            }
        }
        return selected.image(rows, List.of());
    }

    private static @Nullable List<@Nullable Object> row(
            List<StatedColumn> columns, List<InsertValue> values, BoundParameters frame) throws SQLException {
        List<@Nullable Object> row = new ArrayList<>(columns.size());
        for (StatedColumn stated : columns) {
            InsertValue value = values.get(stated.position());
            Object sent = value.kind() == InsertValue.Kind.PARAMETER
                    ? frame.sent(value.slice().firstParameter())
                    : null;
            Object stored = sent == null ? null : stated.type().stored(sent, stated.column());
            if (stored == null) {
                return null;
            }
            row.add(stored);
        }
        return row;
    }
}
