package dev.lockstep.rm.at.image;

import dev.lockstep.rm.at.meta.ColumnMeta;
import dev.lockstep.rm.at.sql.RecognizedSql;
import dev.lockstep.rm.at.sql.UnsupportedSqlException;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Captures a DELETE: whole rows before, nothing after. */
public final class DeleteCapture implements StatementCapture {

    private final CaptureContext context;
    private final RecognizedSql.Delete delete;
    private final WriteCall call;
    private @Nullable TableImage before;

    public DeleteCapture(CaptureContext context, RecognizedSql.Delete delete, WriteCall call) {
        this.context = context;
        this.delete = delete;
        this.call = call;
    }

    @Override
    public void imageBefore() throws SQLException, RepeatCaptureException {
        context.requirePrimaryKey(call.sql());
        List<String> others = context.table().sideEffects().changedByDelete();
        if (!others.isEmpty()) {
            throw new UnsupportedSqlException(
                    call.sql(),
                    "a foreign key's rule carries the deletion from " + context.table() + " on to "
                            + String.join(", ", others) + ", whose rows would not be captured",
                    "Delete the rows there first, under a foreign key without that rule.");
        }
        TableImage image = context.rows()
                .ofSelection(
                        context.connection(),
                        context.table(),
                        context.table().writableColumns(),
                        delete.table(),
                        delete.selection(),
                        call.parameters(),
                        context.dialect().lockClause());
        LockKeys.check(image);
        before = image;
    }

    @Override
    public long run() throws SQLException, RepeatCaptureException {
        TableImage imaged = imaged();
        long affected = delete.selection().rowsCannotSwap() ? call.run() : runOnImagedRows(imaged);
        CountProof.check(context.table(), call.sql(), affected, imaged.size());
        return affected;
    }

    /** As in {@link UpdateCapture}: the same clauses may mean other rows the second time. */
    private long runOnImagedRows(TableImage imaged) throws SQLException {
        if (imaged.isEmpty()) {
            return 0;
        }
        RestrictedRows.check(context, call.sql(), imaged);
        String sql = "DELETE FROM " + delete.table().text() + " WHERE "
                + context.rows().keyCondition(context.table(), imaged.size());
        try (PreparedStatement statement = context.connection().prepareStatement(sql)) {
            RowQuery.bindKeys(statement, 1, context.table(), context.keysOf(imaged));
            return statement.executeUpdate();
        }
    }

    @Override
    public RowChange imageAfter() throws SQLException, RepeatCaptureException {
        TableImage imaged = imaged();
        if (context.table().sideEffects().triggers()) {
            checkGone(imaged);
        }
        return new RowChange(
                RowChange.Kind.DELETE,
                context.undoTableName(),
                imaged,
                TableImage.empty(context.table().name()));
    }

    /** A trigger may keep the row and change it, as soft deletion does. */
    private void checkGone(TableImage imaged) throws SQLException, RepeatCaptureException {
        List<ColumnMeta> keys = context.table().keyColumns();
        TableImage left = context.rows().ofKeys(context.connection(), context.table(), keys, context.keysOf(imaged));
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
