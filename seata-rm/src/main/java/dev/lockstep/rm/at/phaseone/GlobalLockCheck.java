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
import dev.lockstep.rm.failure.GlobalLockConflictException;
import dev.lockstep.tm.branch.GlobalEnd;
import io.seata.core.exception.TransactionException;
import io.seata.core.model.BranchType;
import io.seata.core.model.ResourceManagerOutbound;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientException;
import java.sql.SQLTransactionRollbackException;
import java.util.Locale;
import java.util.Set;

/**
 * Lets a locking read pass only when no other global transaction holds its rows, so that what it reads is committed
 * globally. The TC is asked when the rows are locked locally: then nobody can take the global locks any more. Immutable,
 * thread-safe.
 */
public final class GlobalLockCheck {

    private static final int KEYS_IN_MESSAGE = 300;

    /** Reads whose choice of rows may change are run so often until it rests; each time locks more rows. */
    private static final int READS = 5;

    private final String resourceId;
    private final ResourceManagerOutbound tc;
    private final TableMetaCache tables;
    private final RowQuery rows;
    private final LockRetry lockRetry;
    private final LockKeyRules lockKeyRules;
    private final RowsHeldHere heldHere;
    private final Exemptions exemptions;

    public GlobalLockCheck(
            String resourceId,
            ResourceManagerOutbound tc,
            TableMetaCache tables,
            RowQuery rows,
            LockRetry lockRetry,
            LockKeyRules lockKeyRules,
            RowsHeldHere heldHere,
            Exemptions exemptions) {
        this.resourceId = resourceId;
        this.tc = tc;
        this.tables = tables;
        this.rows = rows;
        this.lockRetry = lockRetry;
        this.lockKeyRules = lockKeyRules;
        this.heldHere = heldHere;
        this.exemptions = exemptions;
    }

    /** A locking read of the user's, which has its own result. */
    public interface Read<R> {

        /** Runs it; the result of an earlier run ends. */
        R run() throws SQLException;

        /** Takes the result away from the user, who gets this failure. */
        void discardBecauseOf(Exception failure);

        /** Whether the result holds the connection until all of it was read, so that nothing else runs meanwhile. */
        boolean streams() throws SQLException;
    }

    /**
     * Runs the read and gives its result when its rows are free or held by this global transaction.
     *
     * @throws GlobalLockConflictException when they are not; the local transaction is as it was, but for its locks
     */
    public <R> R run(
            Connection connection,
            Namespace namespace,
            RecognizedSql.LockingRead read,
            BoundParameters parameters,
            BranchContext branch,
            LocalCommit.OnConflict onConflict,
            Read<R> query)
            throws SQLException {
        TableMeta table = tables.find(connection, read.table().path(), namespace);
        if (exemptions.isUncaptured(table)) {
            // Nobody locks its rows at the TC.
            return query.run();
        }
        requireKey(table, branch);
        Rows rows = new Rows(connection, table, read, parameters, branch, onConflict);
        if (query.streams()) {
            rows.requireFree(rows.lock());
            return query.run();
        }
        return mayChooseOthers(read) ? runUntilAtRest(query, rows) : runThenAsk(query, rows);
    }

    /** What was read is locked, and so is found again: nothing else can stand in the result. */
    private static <R> R runThenAsk(Read<R> query, Rows rows) throws SQLException {
        R result = query.run();
        try {
            rows.requireFree(rows.lock());
            return result;
        } catch (SQLException | RuntimeException e) {
            query.discardBecauseOf(e);
            throw e;
        }
    }

    /** Rows that are chosen before the read and after it, and are locked from the first time on, were read. */
    private static <R> R runUntilAtRest(Read<R> query, Rows rows) throws SQLException {
        TableImage before = rows.lock();
        for (int reads = 1; ; reads++) {
            rows.requireFree(before);
            R result = query.run();
            try {
                TableImage after = rows.lock();
                if (Set.copyOf(after.keys()).equals(Set.copyOf(before.keys()))) {
                    return result;
                }
                if (reads == READS) {
                    throw new SQLTransactionRollbackException(
                            "The locking read chose other rows each of " + READS
                                    + " times, so that nobody could be asked who holds them. Run it again.",
                            "40001");
                }
                before = after;
            } catch (SQLException | RuntimeException e) {
                query.discardBecauseOf(e);
                throw e;
            }
        }
    }

    /** The rows that a read means, whenever it is asked. */
    private final class Rows {
        private final Connection connection;
        private final TableMeta table;
        private final RecognizedSql.LockingRead read;
        private final BoundParameters parameters;
        private final BranchContext branch;
        private final LocalCommit.OnConflict onConflict;

        Rows(
                Connection connection,
                TableMeta table,
                RecognizedSql.LockingRead read,
                BoundParameters parameters,
                BranchContext branch,
                LocalCommit.OnConflict onConflict) {
            this.connection = connection;
            this.table = table;
            this.read = read;
            this.parameters = parameters;
            this.branch = branch;
            this.onConflict = onConflict;
        }

        TableImage lock() throws SQLException {
            return lockLocally(connection, table, read, parameters);
        }

        void requireFree(TableImage locked) throws SQLException {
            LockKeys keys = LockKeys.of(locked, read.table().text(), lockKeyRules);
            GlobalLockCheck.this.requireFree(keys, branch, onConflict, "Locking read refused");
        }
    }

    /** Whether the read may return other rows than the question before it: by a limit, a sub-query, or skipping. */
    private static boolean mayChooseOthers(RecognizedSql.LockingRead read) {
        return !read.selection().rowsCannotSwap()
                || read.lock().toUpperCase(Locale.ROOT).contains("SKIP");
    }

    private static void requireKey(TableMeta table, BranchContext branch) throws SQLException {
        if (table.primaryKey().isEmpty()) {
            throw new SQLNonTransientException(
                    "A locking read of " + table + " needs a primary key inside a global transaction, to ask the TC who"
                            + " holds the rows. Read without a lock, give the table a key, or have it stay uncaptured (xid "
                            + branch.label()
                            + ").",
                    "0A000");
        }
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
        GlobalEnd own = branch.isOutside() ? null : branch.scope().forBranches().whenOver();
        GlobalEnd holder = heldHere.holderOf(keys, own);
        while (!isFree(branch, keys, what)) {
            attempts.refused();
            if (onConflict == LocalCommit.OnConflict.GIVE_UP || !attempts.waitForNext(holder)) {
                String shortKeys = keys.abbreviated(KEYS_IN_MESSAGE);
                throw branch.refused(new LockConflict(what, branch.xid(), resourceId, shortKeys, holder))
                        .gaveUp(attempts, null);
            }
            holder = heldHere.holderOf(keys, own);
        }
        attempts.obtained();
    }

    private TableImage lockLocally(
            Connection connection, TableMeta table, RecognizedSql.LockingRead read, BoundParameters parameters)
            throws SQLException {
        try {
            return rows.keysOfSelection(connection, table, read.table(), read.selection(), parameters, read.lock());
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
