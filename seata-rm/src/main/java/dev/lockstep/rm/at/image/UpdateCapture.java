package dev.lockstep.rm.at.image;

import dev.lockstep.rm.at.meta.ColumnMeta;
import dev.lockstep.rm.at.sql.Identifier;
import dev.lockstep.rm.at.sql.RecognizedSql;
import dev.lockstep.rm.at.sql.UnsupportedSqlException;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashSet;
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
        context.requirePrimaryKey(call.sql());
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
        before = image;
    }

    private List<ColumnMeta> imagedColumns() throws SQLException, RepeatCaptureException {
        Set<ColumnMeta> changed = new HashSet<>();
        for (Identifier name : update.setColumns()) {
            ColumnMeta column = context.column(name);
            if (context.table().isKey(column.name())) {
                throw new UnsupportedSqlException(
                        call.sql(),
                        "it sets " + column.name() + " of the primary key of " + context.table()
                                + ", so that its rows could not be found again",
                        "Delete the row and insert it anew, or leave the key out of SET.");
            }
            if (context.table().sideEffects().cascadingColumns().contains(column.name())) {
                throw new UnsupportedSqlException(
                        call.sql(),
                        "a foreign key's rule carries the change of " + column.name() + " on from " + context.table()
                                + " to other tables, whose rows would not be captured",
                        "Change the rows there first, under a foreign key without that rule.");
            }
            changed.add(column);
        }
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
        TableImage imaged = imaged();
        long affected = update.selection().rowsCannotSwap() ? call.run() : runOnImagedRows(imaged);
        CountProof.check(context.table(), call.sql(), affected, imaged.size());
        return affected;
    }

    /**
     * With a limit, a sub-query or a volatile function the same clauses may mean other rows the second time. So the
     * statement that is sent names the imaged rows by key instead.
     */
    private long runOnImagedRows(TableImage imaged) throws SQLException {
        if (imaged.isEmpty()) {
            return 0;
        }
        RestrictedRows.check(context, call.sql(), imaged);
        String alias = update.table().alias() == null
                ? ""
                : " " + update.table().alias().text();
        String sql = "UPDATE " + update.table().text() + alias + " SET "
                + update.set().text() + " WHERE "
                + context.rows().keyCondition(context.table(), imaged.size());
        try (PreparedStatement statement = context.connection().prepareStatement(sql)) {
            int next = call.parameters().bindSlice(update.set(), statement, 1);
            RowQuery.bindKeys(statement, next, context.table(), context.keysOf(imaged));
            return statement.executeUpdate();
        }
    }

    @Override
    public RowChange imageAfter() throws SQLException, RepeatCaptureException {
        TableImage imaged = imaged();
        TableImage after =
                context.rows().ofKeys(context.connection(), context.table(), columns, context.keysOf(imaged));
        if (after.size() != imaged.size()) {
            throw new SQLException(
                    "Of " + imaged.size() + " rows of " + context.table() + " that were updated, " + after.size()
                            + " are found again by their key. The update was undone. A trigger on the table may change keys;"
                            + " write the table outside the global transaction. SQL: " + call.sql(),
                    "25000");
        }
        return new RowChange(RowChange.Kind.UPDATE, context.undoTableName(), imaged, after.inOrderOf(imaged.keys()));
    }

    private TableImage imaged() {
        if (before == null) {
            throw new IllegalStateException("imageBefore() comes first");
        }
        return before;
    }
}
