package dev.lockstep.rm.at.undo;

import dev.lockstep.rm.at.dialect.Dialect;
import dev.lockstep.rm.at.dialect.LaxSession;
import dev.lockstep.rm.at.image.RepeatCaptureException;
import dev.lockstep.rm.at.image.RowChange;
import dev.lockstep.rm.at.image.RowKey;
import dev.lockstep.rm.at.image.RowQuery;
import dev.lockstep.rm.at.meta.Namespace;
import dev.lockstep.rm.at.meta.TableMeta;
import dev.lockstep.rm.at.meta.TableMetaCache;
import dev.lockstep.rm.at.meta.TablePath;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Takes back what an undo log holds, from the last statement to the first, within the caller's local transaction.
 *
 * <p>Each row is looked at before it is touched. Unchanged by the statement, or back already: nothing to do. As the
 * statement left it: taken back. Anything else is a dirty write. Immutable, thread-safe.
 */
public final class UndoReplay {

    private final Dialect dialect;
    private final TableMetaCache tables;
    private final RowQuery rows;
    private final Namespace home;
    private final boolean validate;
    private final RowReversal reversal;
    private final ReferringRows referringRows;

    /**
     * Replays on one database.
     *
     * @param home where a connection fresh from the data source looks for unqualified names; this one may have been led
     *     elsewhere by who had it before
     * @param validate whether rows are looked at; without that they are overwritten as they are
     * @param effectsOf the table with the side effects that the user has not taken on
     */
    public UndoReplay(
            Dialect dialect,
            TableMetaCache tables,
            RowQuery rows,
            Namespace home,
            boolean validate,
            UnaryOperator<TableMeta> effectsOf) {
        this.dialect = dialect;
        this.tables = tables;
        this.rows = rows;
        this.home = home;
        this.validate = validate;
        this.reversal = new RowReversal(dialect, rows, validate);
        this.referringRows = new ReferringRows(dialect, rows, effectsOf);
    }

    /**
     * Takes everything back or throws; after an exception the caller rolls its local transaction back.
     *
     * @param traces what triggers have made of rows that were taken back in this local transaction; more may come
     */
    public void replay(Connection connection, UndoLog log, TriggerTraces traces)
            throws SQLException, DirtyWriteException, UndoLogFormatException {
        replay(connection, log, traces, false);
    }

    /**
     * Like {@link #replay(Connection, UndoLog, TriggerTraces)}, but a row that is back already counts as dirty. For branches of one global
     * transaction that share rows: one that is back may have been left so by another of them.
     */
    public void replayExactly(Connection connection, UndoLog log, TriggerTraces traces)
            throws SQLException, DirtyWriteException, UndoLogFormatException {
        replay(connection, log, traces, true);
    }

    private void replay(Connection connection, UndoLog log, TriggerTraces traces, boolean exactly)
            throws SQLException, DirtyWriteException, UndoLogFormatException {
        try (TimeOfLog time = TimeOfLog.begin(connection, dialect, log)) {
            List<RowChange> changes = time.log().changes();
            for (int i = changes.size() - 1; i >= 0; i--) {
                if (!changes.get(i).isEmpty()) {
                    undo(connection, changes.get(i), traces, exactly);
                }
            }
        }
    }

    private void undo(Connection connection, RowChange change, TriggerTraces traces, boolean exactly)
            throws SQLException, DirtyWriteException, UndoLogFormatException {
        TableMeta table = tables.find(connection, TablePath.parse(change.tableName(), dialect), home);
        try {
            undo(connection, table, change, traces, exactly);
        } catch (RepeatCaptureException outOfDate) {
            tables.forget(table);
            TableMeta fresh = tables.find(connection, TablePath.parse(change.tableName(), dialect), home);
            try {
                undo(connection, fresh, change, traces, exactly);
            } catch (RepeatCaptureException again) {
                throw new SQLException("The undo log does not fit the table: " + again.getMessage(), "42S22", again);
            }
        }
    }

    private void undo(Connection connection, TableMeta table, RowChange change, TriggerTraces traces, boolean exactly)
            throws SQLException, DirtyWriteException, UndoLogFormatException, RepeatCaptureException {
        ChangeImages images = ChangeImages.of(change, table);
        List<RowKey> toTakeBack = new ArrayList<>();
        if (validate) {
            String lock = change.kind() == RowChange.Kind.UPDATE
                    ? dialect.reads().updateLockClause()
                    : dialect.reads().lockClause();
            Map<RowKey, List<@Nullable Object>> now =
                    images.inTheirTerms(rows.ofKeys(connection, table, images.columns(), images.keyValues(), lock));
            for (RowKey key : images.keys()) {
                List<@Nullable Object> row = traces.asMeant(table, key, images.columns(), now.get(key));
                if (images.mustBeTakenBack(key, row, exactly)) {
                    toTakeBack.add(key);
                }
            }
        } else {
            toTakeBack.addAll(images.keys());
        }
        if (!toTakeBack.isEmpty()) {
            if (validate && change.kind() == RowChange.Kind.INSERT) {
                referringRows.requireNone(connection, table, images, toTakeBack);
            }
            write(connection, table, change, images, toTakeBack);
            if (validate && table.sideEffects().triggers()) {
                lookForTraces(connection, table, images, toTakeBack, traces);
            }
        }
    }

    private void write(
            Connection connection, TableMeta table, RowChange change, ChangeImages images, List<RowKey> toTakeBack)
            throws SQLException, RepeatCaptureException {
        LaxSession lax = dialect.replay().laxSession();
        if (lax == null || !images.holdBefore(toTakeBack, lax.typeName(), lax.value())) {
            reversal.run(connection, table, change, images, toTakeBack);
            return;
        }
        lax.during(connection, () -> reversal.run(connection, table, change, images, toTakeBack));
        TriggerTraces otherwise = new TriggerTraces();
        lookForTraces(connection, table, images, toTakeBack, otherwise);
        if (!otherwise.isEmpty() && !table.sideEffects().triggers()) {
            throw new SQLException(
                    "The database has made something else of what was written back: " + otherwise.inexact()
                            + ". Nothing was undone; let the columns take their old values, and the rollback is done when"
                            + " the TC asks again.",
                    "22000");
        }
    }

    /** A trigger may have made something else of what was written. */
    private void lookForTraces(
            Connection connection, TableMeta table, ChangeImages images, List<RowKey> takenBack, TriggerTraces traces)
            throws SQLException, RepeatCaptureException {
        Map<RowKey, List<@Nullable Object>> found = images.inTheirTerms(rows.ofKeys(
                connection,
                table,
                images.columns(),
                images.keyValues(),
                dialect.reads().ownRowsClause()));
        for (RowKey key : takenBack) {
            traces.keep(table, key, images.columns(), images.before(key), found.get(key));
        }
    }
}
