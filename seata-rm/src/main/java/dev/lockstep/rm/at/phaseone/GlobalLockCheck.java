package dev.lockstep.rm.at.phaseone;

import dev.lockstep.rm.at.image.LockKeyRules;
import dev.lockstep.rm.at.image.LockKeys;
import dev.lockstep.rm.at.image.RepeatCaptureException;
import dev.lockstep.rm.at.image.RowQuery;
import dev.lockstep.rm.at.image.TableImage;
import dev.lockstep.rm.at.meta.Namespace;
import dev.lockstep.rm.at.meta.TableMeta;
import dev.lockstep.rm.at.meta.TableMetaCache;
import dev.lockstep.rm.at.sql.BoundParameters;
import dev.lockstep.rm.at.sql.RecognizedSql;
import io.seata.core.exception.TransactionException;
import io.seata.core.model.BranchType;
import io.seata.core.model.ResourceManagerOutbound;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientException;
import java.sql.SQLTransactionRollbackException;

/**
 * Lets a locking read pass only when no other global transaction holds its rows, so that what it reads is committed
 * globally. It takes the local locks first: then nobody can take the global ones between question and read. Immutable,
 * thread-safe.
 */
public final class GlobalLockCheck {

    private static final int KEYS_IN_MESSAGE = 300;

    private final String resourceId;
    private final ResourceManagerOutbound tc;
    private final TableMetaCache tables;
    private final RowQuery rows;
    private final LockRetry lockRetry;
    private final LockKeyRules lockKeyRules;
    private final Exemptions exemptions;

    public GlobalLockCheck(
            String resourceId,
            ResourceManagerOutbound tc,
            TableMetaCache tables,
            RowQuery rows,
            LockRetry lockRetry,
            LockKeyRules lockKeyRules,
            Exemptions exemptions) {
        this.resourceId = resourceId;
        this.tc = tc;
        this.tables = tables;
        this.rows = rows;
        this.lockRetry = lockRetry;
        this.lockKeyRules = lockKeyRules;
        this.exemptions = exemptions;
    }

    /**
     * Returns when the rows are free or held by this global transaction.
     *
     * @throws GlobalLockConflictException when they are not; the local transaction is as it was, its locks included
     */
    public void require(
            Connection connection,
            Namespace namespace,
            RecognizedSql.LockingRead read,
            BoundParameters parameters,
            BranchContext branch,
            LocalCommit.OnConflict onConflict)
            throws SQLException {
        String xid = branch.label();
        TableMeta table = tables.find(connection, read.table().path(), namespace);
        if (exemptions.isUncaptured(table)) {
            // Nobody locks its rows at the TC.
            return;
        }
        if (table.primaryKey().isEmpty()) {
            throw new SQLNonTransientException(
                    "A locking read of " + table + " needs a primary key inside a global transaction, to ask the TC who"
                            + " holds the rows. Read without a lock, give the table a key, or have it stay uncaptured (xid "
                            + xid
                            + ").",
                    "0A000");
        }
        requireFree(
                LockKeys.of(
                        lockLocally(connection, table, read, parameters),
                        read.table().text(),
                        lockKeyRules),
                branch,
                onConflict,
                "Locking read refused");
    }

    /**
     * Returns when nobody else holds these rows, which are locked locally.
     *
     * @param what what is refused otherwise
     */
    void requireFree(LockKeys keys, BranchContext branch, LocalCommit.OnConflict onConflict, String what)
            throws SQLException {
        if (keys.isEmpty()) {
            return;
        }
        LockRetry.Attempts attempts = lockRetry.start(branch.lockRetry());
        while (!isFree(branch, keys, what)) {
            attempts.refused();
            if (onConflict == LocalCommit.OnConflict.GIVE_UP || !attempts.waitForNext()) {
                throw GlobalLockConflictException.gaveUp(
                        what, attempts, branch.xid(), resourceId, keys.abbreviated(KEYS_IN_MESSAGE), null);
            }
        }
        attempts.obtained();
    }

    private TableImage lockLocally(
            Connection connection, TableMeta table, RecognizedSql.LockingRead read, BoundParameters parameters)
            throws SQLException {
        try {
            return rows.ofSelection(
                    connection, table, table.keyColumns(), read.table(), read.selection(), parameters, read.lock());
        } catch (RepeatCaptureException e) {
            tables.forget(table);
            throw new SQLTransactionRollbackException(
                    "The locking read could not be checked: " + e.getMessage() + ". Run it again.", "40001", e);
        }
    }

    private boolean isFree(BranchContext branch, LockKeys keys, String what) throws SQLException {
        try {
            return tc.lockQuery(BranchType.AT, resourceId, branch.xid(), keys.text());
        } catch (TransactionException | RuntimeException e) {
            throw new SQLTransactionRollbackException(
                    what + ": the TC could not be asked who holds the rows: " + e.getMessage() + " (xid "
                            + branch.label() + ", " + resourceId + ").",
                    "40000",
                    e);
        }
    }
}
