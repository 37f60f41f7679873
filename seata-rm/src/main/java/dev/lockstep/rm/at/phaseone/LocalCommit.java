package dev.lockstep.rm.at.phaseone;

import dev.lockstep.port.AnswerLostException;
import dev.lockstep.port.RegistrationAhead;
import dev.lockstep.rm.at.dialect.Dialect;
import dev.lockstep.rm.at.image.LockKeyRules;
import dev.lockstep.rm.at.image.LockKeys;
import dev.lockstep.rm.at.undo.StandingBranches;
import dev.lockstep.rm.at.undo.UndoLog;
import dev.lockstep.rm.at.undo.UndoLogTable;
import dev.lockstep.rm.event.BranchListener;
import dev.lockstep.rm.failure.BranchNotCommittedException;
import dev.lockstep.rm.failure.CommitOutcomeUnknownException;
import dev.lockstep.rm.failure.UndoLogNotWrittenException;
import dev.lockstep.tm.branch.GlobalEnd;
import io.seata.core.exception.TransactionException;
import io.seata.core.exception.TransactionExceptionCode;
import io.seata.core.model.BranchType;
import io.seata.core.model.ResourceManagerOutbound;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a local transaction as a branch of its global transaction. Called by the connection's commit. Immutable,
 * thread-safe.
 */
public final class LocalCommit {

    private static final Logger log = LoggerFactory.getLogger(LocalCommit.class);

    /** So much of the lock keys stands in messages. */
    private static final int KEYS_IN_MESSAGE = 300;

    private final String resourceId;
    private final Dialect dialect;
    private final ResourceManagerOutbound tc;
    private final @Nullable RegistrationAhead ahead;
    private final UndoLogTable undoLogs;
    private final StandingBranches standing;
    private final LastGeneratedNumber lastNumber;
    private final LostCommit lostCommit;
    private final LockRetry lockRetry;
    private final LockKeyRules lockKeyRules;
    private final RowsHeldHere heldHere;
    private final BranchReport report;
    private final LockedCommit lockedCommit;
    private final BranchListener listener;

    public LocalCommit(
            String resourceId,
            Dialect dialect,
            ResourceManagerOutbound tc,
            UndoLogTable undoLogs,
            StandingBranches standing,
            LastGeneratedNumber lastNumber,
            LostCommit lostCommit,
            LockRetry lockRetry,
            LockKeyRules lockKeyRules,
            RowsHeldHere heldHere,
            BranchReport report,
            GlobalLockCheck lockCheck,
            BranchListener listener) {
        this.resourceId = resourceId;
        this.dialect = dialect;
        this.tc = tc;
        this.ahead = tc instanceof RegistrationAhead chained ? chained : null;
        this.undoLogs = undoLogs;
        this.standing = standing;
        this.lastNumber = lastNumber;
        this.lostCommit = lostCommit;
        this.lockRetry = lockRetry;
        this.lockKeyRules = lockKeyRules;
        this.heldHere = heldHere;
        this.report = report;
        this.lockedCommit = new LockedCommit(lockCheck, lockKeyRules);
        this.listener = listener;
    }

    /** Whether rows held by another global transaction are waited for here, with the local locks held. */
    public enum OnConflict {
        WAIT,
        GIVE_UP
    }

    /**
     * Registers the branch, writes its undo log, commits, reports. The order is the whole point:
     *
     * <ol>
     *   <li><em>register</em> first, because it takes the global locks: what is committed locally must be locked globally
     *       from before it can be seen, and the undo log is found by the branch id that only the TC gives;
     *   <li><em>undo log</em> in the same local transaction, so that rows and undo become durable together or not at all;
     *   <li><em>local commit</em>: from here on the rows are visible, and the global locks keep writers off;
     *   <li><em>report</em> last and only if wanted: the TC needs none to commit or roll back, but a report of failure is a
     *       promise that nothing was committed, so it follows proof only.
     * </ol>
     *
     * <p>After any exception but {@link CommitOutcomeUnknownException} the local transaction has been rolled back; where it had
     * changed nothing and the driver's own commit failed, it is as the driver left it.
     *
     * <p>Listeners that are told on the way may not write on the same connection, since their rows would be committed without a
     * global lock, or without an undo log; nor end what is open there, since the branch would stand for rows that are gone.
     */
    public void run(Connection connection, BranchContext branch, OnConflict onConflict) throws SQLException {
        branch.committing(true);
        try {
            commitOrRollBack(connection, branch, onConflict);
        } finally {
            branch.committing(false);
        }
    }

    private void commitOrRollBack(Connection connection, BranchContext branch, OnConflict onConflict)
            throws SQLException {
        if (branch.isOutside()) {
            commitOutside(connection, branch, onConflict);
            return;
        }
        try {
            requireCommittable(connection, branch);
            if (branch.changes().isEmpty()) {
                connection.commit();
                return;
            }
            commitAsBranch(connection, branch, onConflict);
        } catch (RuntimeException | Error e) {
            rollbackQuietly(connection, branch, e);
            throw e;
        }
    }

    private void commitAsBranch(Connection connection, BranchContext branch, OnConflict onConflict)
            throws SQLException {
        ToldBranch told = new ToldBranch(listener.branchBegins(resourceId));
        try {
            long branchId = register(connection, branch, onConflict, told);
            writeAndCommit(connection, branch, branchId, told);
            told.committed();
            report.committed(branch.xid(), branchId);
        } catch (SQLException | RuntimeException | Error e) {
            told.failed(e);
            throw e;
        }
    }

    /** From the moment of the commit on the branch may be asked for, so that it is known before. */
    private void writeAndCommit(Connection connection, BranchContext branch, long branchId, ToldBranch told)
            throws SQLException {
        UndoLogTable.BranchKey key = new UndoLogTable.BranchKey(branch.xid(), branchId);
        standing.begins(key);
        try {
            writeUndoLog(connection, branch, branchId, told);
            commit(connection, branch, branchId);
            standing.committed(key);
        } catch (SQLException | RuntimeException | Error e) {
            standing.ends(key);
            throw e;
        }
    }

    private void commitOutside(Connection connection, BranchContext branch, OnConflict onConflict) throws SQLException {
        try {
            lockedCommit.run(connection, branch, onConflict);
        } catch (SQLException | RuntimeException | Error e) {
            rollbackQuietly(connection, branch, e);
            throw e;
        }
    }

    private void requireCommittable(Connection connection, BranchContext branch) throws SQLException {
        Throwable doomedBy = branch.doomedBy();
        String reason =
                doomedBy != null ? doomedBy.getMessage() : branch.scope().rollbackOnlyReason();
        if (doomedBy == null && reason == null && branch.scope().isEnded()) {
            reason = "the global transaction has ended before this local transaction";
        }
        if (reason != null) {
            throw rolledBack(connection, branch, "The local transaction cannot be committed: " + reason, doomedBy);
        }
    }

    private long register(Connection connection, BranchContext branch, OnConflict onConflict, ToldBranch told)
            throws SQLException {
        LockKeys keys = lockKeys(connection, branch);
        String lockKeys = keys.text();
        // With several keys a TC of 1.5.0 to 2.2.0 keeps those after the conflicting one locked for ever (measured).
        String applicationData = onConflict == OnConflict.WAIT && keys.count() == 1 ? "{\"autoCommit\":false}" : null;
        LockRetry.Attempts attempts = lockRetry.start(branch.lockRetry());
        GlobalEnd own = branch.scope().forBranches().whenOver();
        while (true) {
            GlobalEnd holder = heldHere.holderOf(keys, own);
            try {
                long branchId = ask(branch, applicationData, lockKeys);
                branch.scope().forBranches().registered(branchId);
                log.debug("[{}] Branch {} registered on {}", branch.xid(), branchId, resourceId);
                if (own != null) {
                    heldHere.hold(keys, own);
                }
                attempts.obtained();
                told.registered(branch.xid(), branchId, lockKeys);
                return branchId;
            } catch (TransactionException e) {
                boolean failFast = e.getCode() == TransactionExceptionCode.LockKeyConflictFailFast;
                if (!failFast && e.getCode() != TransactionExceptionCode.LockKeyConflict) {
                    throw notRegistered(connection, branch, e);
                }
                attempts.refused();
                if (failFast || onConflict == OnConflict.GIVE_UP || !attempts.waitForNext(holder)) {
                    throw conflict(connection, branch, keys, attempts, holder, e);
                }
            } catch (RuntimeException e) {
                throw notRegistered(connection, branch, e);
            }
        }
    }

    /** Asks the TC; behind a begin that is not answered yet the registration is sent by itself, and waited for once. */
    private long ask(BranchContext branch, @Nullable String applicationData, String lockKeys)
            throws TransactionException {
        CompletableFuture<String> begin =
                ahead == null ? null : branch.scope().forBranches().xidOnItsWay();
        if (ahead == null || begin == null) {
            return tc.branchRegister(BranchType.AT, resourceId, null, branch.xid(), applicationData, lockKeys);
        }
        try {
            return ahead.branchRegister(BranchType.AT, resourceId, begin, applicationData, lockKeys);
        } finally {
            // Where the begin has failed this says so, in place of what became of the registration: nothing.
            branch.xid();
        }
    }

    private LockKeys lockKeys(Connection connection, BranchContext branch) throws SQLException {
        try {
            return LockKeys.of(branch.changes(), lockKeyRules);
        } catch (SQLException e) {
            throw afterRollback(connection, branch, e);
        }
    }

    private SQLException notRegistered(Connection connection, BranchContext branch, Exception cause) {
        String meaning = "";
        if (cause instanceof AnswerLostException) {
            branch.scope()
                    .setRollbackOnly("the TC did not answer a branch registration on " + resourceId
                            + ", so that a branch without any change may exist");
            meaning = " Whether the TC knows the branch is open; the global transaction can only be rolled back.";
        }
        return rolledBack(connection, branch, "Branch not registered: " + cause.getMessage() + "." + meaning, cause);
    }

    private SQLException conflict(
            Connection connection,
            BranchContext branch,
            LockKeys keys,
            LockRetry.Attempts attempts,
            @Nullable GlobalEnd holder,
            TransactionException cause) {
        String shortKeys = keys.abbreviated(KEYS_IN_MESSAGE);
        boolean failFast = cause.getCode() == TransactionExceptionCode.LockKeyConflictFailFast;
        LockConflict conflict = branch.refused(new LockConflict(
                "Branch not registered", branch.xid(), resourceId, shortKeys, failFast ? null : holder));
        return afterRollback(
                connection, branch, failFast ? conflict.waitingIsPointless(cause) : conflict.gaveUp(attempts, cause));
    }

    private void writeUndoLog(Connection connection, BranchContext branch, long branchId, ToldBranch told)
            throws SQLException {
        try {
            UndoLog undoLog = new UndoLog(branch.xid(), branchId, branch.changes());
            int bytes = lastNumber.keepAround(connection, () -> undoLogs.insert(connection, undoLog));
            told.undoLogWritten(branch, bytes);
        } catch (SQLException | RuntimeException e) {
            boolean marked = e instanceof SQLException sql && dialect.errors().isUniqueViolation(sql);
            SQLException failure = marked
                    ? rolledBack(
                            connection,
                            branch,
                            "Branch " + branchId
                                    + " not committed: the global transaction was rolled back while this local"
                                    + " transaction was at work",
                            e)
                    : afterRollback(
                            connection, branch, new UndoLogNotWrittenException(branch.xid(), branchId, resourceId, e));
            report.failed(branch.xid(), branchId);
            throw failure;
        }
    }

    private void commit(Connection connection, BranchContext branch, long branchId) throws SQLException {
        try {
            connection.commit();
        } catch (SQLException e) {
            if (dialect.errors().proveCommitFailed(e)) {
                rollbackQuietly(connection, branch, e);
                report.failed(branch.xid(), branchId);
                throw e;
            }
            settle(connection, branch, branchId, e);
        } catch (RuntimeException e) {
            settle(connection, branch, branchId, new SQLException("The driver failed in commit: " + e, e));
        }
    }

    /** The database may have committed and its answer may be lost. */
    private void settle(Connection connection, BranchContext branch, long branchId, SQLException lost)
            throws SQLException {
        // If the session lives, this frees its locks, so that the look-up need not wait; it cannot undo a commit.
        rollbackQuietly(connection, branch, lost);
        switch (lostCommit.settle(branch.xid(), branchId, lost)) {
            case COMMITTED -> {
                log.info(
                        "[{}] The answer to the commit of branch {} was lost ({}); its undo log proves that it was committed",
                        branch.xid(),
                        branchId,
                        lost.getMessage());
                branch.ended();
            }
            case NOT_COMMITTED -> {
                report.failed(branch.xid(), branchId);
                throw new BranchNotCommittedException(
                        "The commit of branch " + branchId + " failed (" + lost.getMessage()
                                + "); its place in undo_log is taken by a marker, so that it was not and will not be"
                                + " committed (xid " + branch.xid() + ", " + resourceId + ").",
                        branch.xid(),
                        lost);
            }
            case UNKNOWN -> {
                branch.scope()
                        .setRollbackOnly(
                                "nobody knows whether branch " + branchId + " on " + resourceId + " was committed");
                throw new CommitOutcomeUnknownException(
                        "The database did not answer the commit of branch " + branchId + " (" + lost.getMessage()
                                + ") and could not be asked afterwards: whether it is committed is unknown (xid "
                                + branch.xid() + ", " + resourceId
                                + "). The global transaction can only be rolled back, which undoes the branch if it is.",
                        branch.xid(),
                        lost);
            }
        }
    }

    private SQLException rolledBack(
            Connection connection, BranchContext branch, String what, @Nullable Throwable cause) {
        return afterRollback(
                connection,
                branch,
                new BranchNotCommittedException(
                        what + " The local transaction was rolled back (xid "
                                + branch.scope().label() + ", " + resourceId + ").",
                        branch.scope().xidIfBegun(),
                        cause));
    }

    private SQLException afterRollback(Connection connection, BranchContext branch, SQLException failure) {
        rollbackQuietly(connection, branch, failure);
        return failure;
    }

    private static void rollbackQuietly(Connection connection, BranchContext branch, Throwable cause) {
        try {
            connection.rollback();
            branch.ended();
        } catch (SQLException | RuntimeException e) {
            branch.doom(cause);
            if (e != cause) {
                cause.addSuppressed(e);
            }
        }
    }
}
