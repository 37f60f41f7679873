package dev.lockstep.rm.at.image;

import dev.lockstep.rm.at.meta.ColumnMeta;
import dev.lockstep.rm.at.sql.RecognizedSql;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Captures an UPDATE: the rows it means before, the same rows by key after. */
public final class UpdateCapture implements StatementCapture {

    private final CaptureContext context;
    private final RecognizedSql.Update update;
    private final WriteCall call;
    private final boolean onlyChangedColumns;
    private List<ColumnMeta> columns = List.of();
    private @Nullable TableImage before;
    private long affected;

    /**
     * Prepares a capture.
     *
     * @param onlyChangedColumns whether the images leave out columns that the statement cannot change
     */
    public UpdateCapture(
            CaptureContext context, RecognizedSql.Update update, WriteCall call, boolean onlyChangedColumns) {
        this.context = context;
        this.update = update;
        this.call = call;
        this.onlyChangedColumns = onlyChangedColumns;
    }

    @Override
    public void imageBefore() throws SQLException, RepeatCaptureException {
        context.requireCapturable(call.sql());
        columns = imagedColumns();
        TableImage image = context.rows()
                .ofSelection(
                        context.connection(),
                        context.table(),
                        columns,
                        update.table(),
                        update.selection(),
                        call.parameters(),
                        context.dialect().lockClause());
        LockKeys.check(image);
        context.requireNoExchangeOfKeys(update.setColumns(), image, call.sql());
        before = image;
    }

    private List<ColumnMeta> imagedColumns() throws SQLException, RepeatCaptureException {
        Set<ColumnMeta> changed = context.changedColumns(update.setColumns(), call.sql());
        List<ColumnMeta> writable = context.table().writableColumns();
        if (!onlyChangedColumns || context.table().sideEffects().triggers()) {
            return writable;
        }
        return writable.stream()
                .filter(column -> changed.contains(column)
                        || column.changesItself()
                        || context.table().isKey(column.name()))
                .toList();
    }

    @Override
    public long run() throws SQLException, RepeatCaptureException {
        SelectedRows rows =
                new SelectedRows(context, update.table(), update.selection(), update.head(), update.returning());
        if (context.dialect().countsChangedRows()) {
            affected = rows.runUncounted(imaged(), call);
        } else {
            affected = rows.run(imaged(), call);
        }
        return affected;
    }

    @Override
    public List<RowChange> imageAfter() throws SQLException, RepeatCaptureException {
        TableImage imaged = imaged();
        TableImage after = context.after(imaged, columns, call.sql());
        if (context.dialect().countsChangedRows()) {
            CountProof.checkChanged(context.table(), affected, imaged, after);
        }
        return List.of(context.changeOf(imaged, after));
    }

    private TableImage imaged() {
        if (before == null) {
            throw new IllegalStateException("imageBefore() comes first");
        }
        return before;
    }
}
