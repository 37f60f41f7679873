package dev.lockstep.rm.at;

import dev.lockstep.rm.at.phaseone.BranchContext;
import dev.lockstep.rm.at.phaseone.LocalCommit.OnConflict;
import dev.lockstep.rm.at.phaseone.LockConflict;
import dev.lockstep.rm.at.phaseone.LockRetry;
import dev.lockstep.rm.failure.GlobalLockConflictException;
import dev.lockstep.tm.GlobalLockScope;
import dev.lockstep.tm.GlobalScope;
import dev.lockstep.tm.LockRetryLimits;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does work in the local transaction of the user, or in one of its own when the connection is in autocommit mode: then work and
 * branch are one, and a conflict over global locks undoes the work, waits without any local lock, and does it again.
 *
 * <p>Not thread-safe, as a JDBC connection is not.
 */
final class BranchWork {

    private static final Logger log = LoggerFactory.getLogger(BranchWork.class);

    private final Connection connection;
    private final AtSession session;
    private final LocalTransaction transaction;

    /** Our own local transaction in autocommit mode, where a statement has begun it; null otherwise. */
    private @Nullable StartedTransaction started;

    /** Work within a bound local transaction. */
    interface Work<R> {
        R run(AtResource resource, BranchContext joined, OnConflict onConflict) throws SQLException;
    }

    /** @param connection the driver's own */
    BranchWork(Connection connection, AtSession session, LocalTransaction transaction) {
        this.connection = connection;
        this.session = session;
        this.transaction = transaction;
    }

    /** The driver's connection, in our own local transaction if there is one. */
    Connection connection() {
        StartedTransaction own = started;
        return own == null ? connection : own;
    }

    /** Does the work; after an exception nothing is left of it, or its local transaction takes no more writes. */
    <R> R run(Work<R> work) throws SQLException {
        AtResource resource = session.resourceToWrite();
        if (!connection().getAutoCommit()) {
            return work.run(resource, transaction.join(resource.resourceId()), OnConflict.WAIT);
        }
        LockRetry.Attempts attempts = resource.lockRetry().start(lockRetryHere());
        while (true) {
            begin(resource);
            R result;
            try {
                BranchContext joined = transaction.join(resource.resourceId());
                result = work.run(resource, joined, OnConflict.GIVE_UP);
                resource.localCommit().run(connection(), joined, OnConflict.GIVE_UP);
            } catch (SQLException | RuntimeException | Error e) {
                LockConflict conflict = conflictTold(e);
                rollBackBecauseOf(e);
                if (conflict == null) {
                    throw e;
                }
                if (!attempts.waitForNext(conflict.holder())) {
                    throw conflict.gaveUp(attempts, e);
                }
                continue;
            }
            transaction.end();
            session.settingsMayBeTakenBack();
            backToAutoCommit();
            attempts.obtained();
            return result;
        }
    }

    /** The conflict over global locks that a failure tells of, or null; known until the local transaction ends. */
    private @Nullable LockConflict conflictTold(Throwable failure) {
        BranchContext bound = transaction.branch();
        return failure instanceof GlobalLockConflictException && bound != null ? bound.conflict() : null;
    }

    private static @Nullable LockRetryLimits lockRetryHere() {
        GlobalScope scope = GlobalScope.current();
        if (scope != null) {
            return scope.lockRetry();
        }
        GlobalLockScope lock = GlobalLockScope.current();
        return lock == null ? null : lock.lockRetry();
    }

    private void begin(AtResource resource) throws SQLException {
        String start = resource.dialect().session().transactionStart();
        if (start == null) {
            connection.setAutoCommit(false);
        } else {
            started = StartedTransaction.begin(connection, start);
        }
        transaction.beginHere();
    }

    private void rollBackBecauseOf(Throwable cause) {
        try {
            connection().rollback();
        } catch (SQLException | RuntimeException e) {
            suppress(cause, e);
            BranchContext bound = transaction.branch();
            if (bound != null) {
                // The return to autocommit mode would commit what is left. Where aborting does nothing, as with H2, the
                // connection stays bound, and takes no more writes, until it is rolled back or closed.
                bound.doom(cause);
            }
            if (bound != null || started != null) {
                // Where our own local transaction is still open a pool that believes in autocommit mode would hand it
                // on.
                abortBecauseOf(cause);
            }
            if (bound != null) {
                return;
            }
        }
        transaction.end();
        session.settingsMayBeTakenBack();
        backToAutoCommit();
    }

    /** A pool that took the session back might commit what could not be rolled back. */
    void abortBecauseOf(Throwable cause) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException | RuntimeException e) {
            suppress(cause, e);
        }
    }

    /** An exception cannot suppress itself, and a driver may throw the same one twice. */
    private static void suppress(Throwable cause, Throwable e) {
        if (e != cause) {
            cause.addSuppressed(e);
        }
    }

    private void backToAutoCommit() {
        if (started != null) {
            started = null;
            return;
        }
        try {
            connection.setAutoCommit(true);
        } catch (SQLException | RuntimeException e) {
            log.warn("[rm] A connection does not go back to autocommit mode and was closed", e);
            closeForGood();
        }
    }

    /**
     * The statement's own outcome stands. What came next would be lost in a local transaction that nobody commits; on a
     * closed connection it fails.
     */
    private void closeForGood() {
        try {
            connection.close();
        } catch (SQLException | RuntimeException e) {
            log.warn("[rm] A connection out of use does not close", e);
        }
    }
}
