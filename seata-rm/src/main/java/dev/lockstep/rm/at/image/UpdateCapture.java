package dev.lockstep.rm.at.image;

import dev.lockstep.rm.at.dialect.RowsOfChange;
import dev.lockstep.rm.at.meta.ColumnMeta;
import dev.lockstep.rm.at.sql.Identifier;
import dev.lockstep.rm.at.sql.RecognizedSql;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Captures an UPDATE: the rows it means before, the same rows after, by key or by {@link WholeNumbersAfter}; or both by the
 * UPDATE itself, where it is {@link RowsWithChange}. Where nothing will be undone, their keys will do.
 */
public final class UpdateCapture implements StatementCapture {

    private final CaptureContext context;
    private final RecognizedSql.Update update;
    private final WriteCall call;
    private final boolean onlyChangedColumns;
    private @Nullable SelectList columns;
    private @Nullable RowsWithChange withChange;
    private @Nullable TableImage before;
    private @Nullable TableImage after;
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
        SelectList selected = selectList();
        columns = selected;
        withChange = withChange(selected);
        if (withChange == null) {
            before = selected(selected);
        }
    }

    /** Null where the rows have to be read before. */
    private @Nullable RowsWithChange withChange(SelectList selected) throws SQLException, RepeatCaptureException {
        RowsOfChange form = context.dialect().changedRows().ofUpdate();
        if (form == null
                || update.returning() != null
                || setsKey()
                || !RowsWithChange.suits(context, update.selection(), selected, call)) {
            return null;
        }
        // What is calculated need not be sent.
        boolean after = form.after() != null
                && !context.keysOnly()
                && update.wholeNumbers().isEmpty()
                && !selected.isWhole();
        return new RowsWithChange(context, form, selected, update.head(), update.selection(), after);
    }

    /** Whether rows may take each other's keys, so that none can be told by it. */
    private boolean setsKey() throws RepeatCaptureException {
        for (Identifier name : update.setColumns()) {
            if (context.table().isKey(context.column(name).name())) {
                return true;
            }
        }
        return false;
    }

    private TableImage selected(SelectList selected) throws SQLException, RepeatCaptureException {
        TableImage image = context.rows()
                .ofSelection(
                        context.connection(),
                        selected,
                        update.table(),
                        update.selection(),
                        call.parameters(),
                        context.dialect().reads().updateLockClause());
        LockKeys.check(image);
        context.requireNoExchangeOfKeys(update.setColumns(), image, call.sql());
        context.requireRestorable(image, update.setColumns(), call.sql());
        return image;
    }

    private SelectList selectList() throws SQLException, RepeatCaptureException {
        if (context.keysOnly()) {
            context.changedColumns(update.setColumns(), call.sql());
            return context.rows().lists().keys(context.table());
        }
        return context.rows().lists().changed(context.table(), update.setColumns(), this::imagedColumns);
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
        RowsWithChange giving = withChange;
        if (giving == null) {
            affected = selectedRows().run(imaged(), call);
        } else {
            RowsWithChange.Images images = giving.run(call);
            before = images.before();
            after = images.after();
            affected = images.before().size();
        }
        return affected;
    }

    private SelectedRows selectedRows() {
        return new SelectedRows(context, update.table(), update.selection(), update.head(), update.returning());
    }

    @Override
    public List<RowChange> imageAfter() throws SQLException, RepeatCaptureException {
        TableImage imaged = imaged();
        TableImage now = after == null ? imagedAfter(imaged) : after;
        if (withChange == null) {
            selectedRows().prove(affected, counted(imaged, now), call);
        }
        return List.of(context.changeOf(imaged, now));
    }

    private TableImage imagedAfter(TableImage imaged) throws SQLException, RepeatCaptureException {
        SelectList selected = Objects.requireNonNull(columns, "imageBefore() comes first");
        TableImage known = context.keysOnly() ? keysThatStay(imaged) : calculated(imaged, selected);
        return known == null ? context.after(imaged, selected, call.sql()) : known;
    }

    private @Nullable TableImage calculated(TableImage imaged, SelectList selected)
            throws SQLException, RepeatCaptureException {
        return update.selection().rowsCannotSwap() && update.selection().joined() == null
                ? new WholeNumbersAfter(context, update.wholeNumbers(), call.parameters()).of(imaged, selected)
                : null;
    }

    /** Keys alone, which nothing can have changed; null where something can. */
    private @Nullable TableImage keysThatStay(TableImage imaged) throws RepeatCaptureException {
        return !context.table().sideEffects().triggers() && !setsKey() ? imaged : null;
    }

    /** How many of the imaged rows the driver counts. */
    private int counted(TableImage imaged, TableImage after) throws SQLException {
        if (context.keysOnly()) {
            // Which rows were left as they were is not known.
            boolean someMayBeLeftOut = context.counting().leavesOutUnchanged(context.connection());
            return someMayBeLeftOut ? (int) Math.min(affected, imaged.size()) : imaged.size();
        }
        int changed = 0;
        for (int row = 0; row < imaged.size(); row++) {
            changed +=
                    ColumnValues.identical(imaged.rows().get(row), after.rows().get(row)) ? 0 : 1;
        }
        boolean allCount = changed == imaged.size() || !context.counting().leavesOutUnchanged(context.connection());
        return allCount ? imaged.size() : changed;
    }

    private TableImage imaged() {
        if (before == null) {
            throw new IllegalStateException("imageBefore() comes first");
        }
        return before;
    }
}
