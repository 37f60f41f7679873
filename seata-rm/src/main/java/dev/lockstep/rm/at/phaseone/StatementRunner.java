package dev.lockstep.rm.at.phaseone;

import dev.lockstep.rm.at.dialect.ChangedRows.KeySource;
import dev.lockstep.rm.at.dialect.Dialect;
import dev.lockstep.rm.at.image.CaptureContext;
import dev.lockstep.rm.at.image.DeleteCapture;
import dev.lockstep.rm.at.image.InsertCapture;
import dev.lockstep.rm.at.image.RepeatCaptureException;
import dev.lockstep.rm.at.image.RowByRowCapture;
import dev.lockstep.rm.at.image.RowCounting;
import dev.lockstep.rm.at.image.RowQuery;
import dev.lockstep.rm.at.image.StatementCapture;
import dev.lockstep.rm.at.image.Substitute;
import dev.lockstep.rm.at.image.UpdateCapture;
import dev.lockstep.rm.at.image.UpsertCapture;
import dev.lockstep.rm.at.image.WriteCall;
import dev.lockstep.rm.at.meta.Namespace;
import dev.lockstep.rm.at.meta.TableMeta;
import dev.lockstep.rm.at.meta.TableMetaCache;
import dev.lockstep.rm.at.meta.TablePath;
import dev.lockstep.rm.at.sql.RecognizedSql;
import dev.lockstep.rm.at.sql.TableReference;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLSyntaxErrorException;
import java.sql.SQLTransactionRollbackException;
import java.sql.Savepoint;
import org.jspecify.annotations.Nullable;

/**
 * Runs one writing statement so that it can be undone: image before, run, image after, remember. Called by the statement
 * classes for every INSERT, UPDATE and DELETE inside a global transaction. Immutable, thread-safe.
 */
public final class StatementRunner {

    /** Rows that appear between image and statement are rare; three times in a row means a table that never rests. */
    private static final int TRIES = 3;

    private final Dialect dialect;
    private final TableMetaCache tables;
    private final RowQuery rows;
    private final RowCounting counting;
    private final Namespace home;
    private final boolean onlyChangedColumns;
    private final Exemptions exemptions;

    /**
     * Runs statements on one data source.
     *
     * @param counting how the driver counts updated rows
     * @param home where a connection fresh from the data source looks for unqualified names, as phase two will
     * @param onlyChangedColumns whether images of UPDATEs leave out columns that cannot change
     * @param exemptions what is not captured because the user says so
     */
    public StatementRunner(
            Dialect dialect,
            TableMetaCache tables,
            RowQuery rows,
            RowCounting counting,
            Namespace home,
            boolean onlyChangedColumns,
            Exemptions exemptions) {
        this.dialect = dialect;
        this.tables = tables;
        this.rows = rows;
        this.counting = counting;
        this.home = home;
        this.onlyChangedColumns = onlyChangedColumns;
        this.exemptions = exemptions;
    }

    /**
     * Runs the statement and keeps in {@code branch} what it did. After an exception the statement has left nothing, neither
     * in the database nor in {@code branch}.
     *
     * @param connection the database's own, inside a local transaction
     * @param namespace where this connection looks for unqualified names now
     * @param first whether nothing else has happened in the local transaction, so that its rollback undoes the statement and
     *     nothing more
     * @return the number of rows affected, negative when the driver does not know
     */
    public long run(
            Connection connection,
            Namespace namespace,
            RecognizedSql.Write statement,
            WriteCall call,
            BranchContext branch,
            boolean first)
            throws SQLException {
        if (exemptions.isUncaptured(tables.find(connection, statement.table().path(), namespace))) {
            return runUncaptured(statement, call);
        }
        branch.willNeedXid();
        for (int tries = 1; ; tries++) {
            if (first && tries > 1) {
                // After a rollback one that a statement began has to be begun again; for others this is how they are.
                connection.setAutoCommit(false);
            }
            Savepoint savepoint = first ? null : connection.setSavepoint();
            int mark = branch.mark();
            try {
                call.startOver();
                StatementCapture capture =
                        capture(connection, namespace, statement, call, tries > 1, branch.isOutside());
                capture.imageBefore();
                long affected = capture.run();
                capture.imageAfter().forEach(branch::remember);
                if (savepoint != null) {
                    connection.releaseSavepoint(savepoint);
                }
                return affected;
            } catch (RepeatCaptureException e) {
                undo(connection, savepoint, branch, mark, e);
                giveUpAfter(tries, e, call);
            } catch (SQLException | RuntimeException | Error e) {
                undo(connection, savepoint, branch, mark, e);
                throw e;
            }
        }
    }

    private static long runUncaptured(RecognizedSql.Write statement, WriteCall call) throws SQLException {
        RecognizedSql.Returning returning = statement.returning();
        if (returning == null) {
            return call.run();
        }
        call.substitute().runForRows(new Substitute.Text(returning.statement().text(), call.parameters()::bindAll), 0);
        return -1;
    }

    private StatementCapture capture(
            Connection connection,
            Namespace namespace,
            RecognizedSql.Write statement,
            WriteCall call,
            boolean again,
            boolean keysOnly)
            throws SQLException {
        if (statement instanceof RecognizedSql.Insert insert) {
            CaptureContext context = context(connection, namespace, insert.table(), keysOnly);
            return insert.rows().size() > 1
                            && insert.skipsConflicts()
                            && dialect.changedRows().keySource() == KeySource.VALUES
                    ? new RowByRowCapture(context, insert, call)
                    : new InsertCapture(context, insert, call);
        }
        if (statement instanceof RecognizedSql.Update update) {
            CaptureContext context = context(connection, namespace, update.table(), keysOnly);
            return new UpdateCapture(context, update, call, onlyChangedColumns);
        }
        if (statement instanceof RecognizedSql.Delete delete) {
            return new DeleteCapture(context(connection, namespace, delete.table(), keysOnly), delete, call);
        }
        if (statement instanceof RecognizedSql.Upsert upsert) {
            CaptureContext context = context(connection, namespace, upsert.table(), keysOnly);
            return new UpsertCapture(context, upsert, call, tables.uniqueKeys(connection, context.table()), again);
        }
        throw new IllegalArgumentException("No capture for " + statement);
    }

    private CaptureContext context(
            Connection connection, Namespace namespace, TableReference reference, boolean keysOnly)
            throws SQLException {
        TableMeta table = exemptions.withoutIgnored(tables.find(connection, reference.path(), namespace));
        // Phase two runs on a fresh connection: a name that means something else there is written in full.
        boolean meansTheSameAtHome = (reference.path().size() > 1 || namespace.equals(home))
                && TablePath.means(reference.text(), reference.path(), dialect);
        String undoName = meansTheSameAtHome ? reference.text() : rows.qualified(table);
        return new CaptureContext(connection, dialect, rows, table, undoName, counting, keysOnly);
    }

    private static void undo(
            Connection connection, @Nullable Savepoint savepoint, BranchContext branch, int mark, Throwable cause) {
        try {
            if (savepoint == null) {
                connection.rollback();
            } else {
                connection.rollback(savepoint);
            }
            branch.forgetAfter(mark);
        } catch (SQLException | RuntimeException e) {
            // The statement may have left changes, or the database may have dropped the whole local transaction.
            branch.doom(cause);
            if (e != cause) {
                cause.addSuppressed(e);
            }
        }
    }

    private void giveUpAfter(int tries, RepeatCaptureException e, WriteCall call) throws SQLException {
        if (e.outdated() != null) {
            tables.forget(e.outdated());
        }
        if (e.isColumnMissing() && tries > 1) {
            // The table has been read anew by now: no try will find the column.
            throw new SQLSyntaxErrorException(
                    "The statement was not run: " + e.getMessage() + ". SQL: " + call.sql(), "42S22", e);
        }
        if (tries == TRIES) {
            throw new SQLTransactionRollbackException(
                    "The statement could not be captured exactly in " + TRIES + " tries, the last time because "
                            + e.getMessage() + ". It was undone; run it again. SQL: " + call.sql(),
                    "40001",
                    e);
        }
    }
}
