package dev.lockstep.rm.at.image;

import dev.lockstep.rm.at.dialect.RowsOfChange;
import dev.lockstep.rm.at.sql.RecognizedSql;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Captures a DELETE: whole rows before, or given by the DELETE itself where it is {@link RowsWithChange}; nothing after. */
public final class DeleteCapture implements StatementCapture {

    private final CaptureContext context;
    private final RecognizedSql.Delete delete;
    private final WriteCall call;
    private @Nullable RowsWithChange withChange;
    private @Nullable TableImage before;

    public DeleteCapture(CaptureContext context, RecognizedSql.Delete delete, WriteCall call) {
        this.context = context;
        this.delete = delete;
        this.call = call;
    }

    @Override
    public void imageBefore() throws SQLException, RepeatCaptureException {
        context.requireCapturable(call.sql());
        context.requireNoCascadeOfDelete(call.sql());
        SelectList whole = context.wholeRows();
        RowsOfChange form = context.dialect().changedRows().ofDelete();
        if (form != null
                && delete.returning() == null
                && RowsWithChange.suits(context, delete.selection(), whole, call)) {
            withChange = new RowsWithChange(context, form, whole, delete.head(), delete.selection(), false);
        } else {
            before = selected(whole);
        }
    }

    private TableImage selected(SelectList whole) throws SQLException, RepeatCaptureException {
        TableImage image = context.rows()
                .ofSelection(
                        context.connection(),
                        whole,
                        delete.table(),
                        delete.selection(),
                        call.parameters(),
                        context.dialect().reads().lockClause());
        LockKeys.check(image);
        context.requireRestorable(image, context.table().writableColumns(), call.sql());
        return image;
    }

    @Override
    public long run() throws SQLException, RepeatCaptureException {
        RowsWithChange giving = withChange;
        if (giving != null) {
            before = giving.run(call).before();
            return imaged().size();
        }
        SelectedRows rows =
                new SelectedRows(context, delete.table(), delete.selection(), delete.head(), delete.returning());
        long affected = rows.run(imaged(), call);
        rows.prove(affected, imaged().size(), call);
        return affected;
    }

    @Override
    public List<RowChange> imageAfter() throws SQLException, RepeatCaptureException {
        TableImage imaged = imaged();
        if (context.table().sideEffects().triggers()) {
            checkGone(imaged);
        }
        return List.of(context.deletionOf(imaged));
    }

    /** A trigger may keep the row and change it, as soft deletion does. */
    private void checkGone(TableImage imaged) throws SQLException, RepeatCaptureException {
        SelectList keys = context.rows().lists().keys(context.table());
        TableImage left = context.rows()
                .ofKeys(
                        context.connection(),
                        keys,
                        context.keysOf(imaged),
                        context.dialect().reads().lockClause());
        if (!left.isEmpty()) {
            throw new SQLException(
                    left.size() + " of " + imaged.size() + " deleted rows of " + context.table()
                            + " are still there, so a trigger has done something else instead. The statement was undone; write"
                            + " the table outside the global transaction. SQL: " + call.sql(),
                    "25000");
        }
    }

    private TableImage imaged() {
        if (before == null) {
            throw new IllegalStateException("imageBefore() comes first");
        }
        return before;
    }
}
