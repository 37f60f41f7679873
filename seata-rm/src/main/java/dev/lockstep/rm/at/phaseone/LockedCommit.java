package dev.lockstep.rm.at.phaseone;

import dev.lockstep.rm.at.image.LockKeyRules;
import dev.lockstep.rm.at.image.LockKeys;
import dev.lockstep.rm.failure.BranchNotCommittedException;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Ends a local transaction that belongs to no global one but must not write over rows that one holds: asks the TC while the
 * rows are locked locally, so that nobody can take them between question and commit. Nothing is registered, and nothing can
 * be undone later. Immutable, thread-safe.
 */
final class LockedCommit {

    private final GlobalLockCheck lockCheck;
    private final LockKeyRules lockKeyRules;

    LockedCommit(GlobalLockCheck lockCheck, LockKeyRules lockKeyRules) {
        this.lockCheck = lockCheck;
        this.lockKeyRules = lockKeyRules;
    }

    /** Commits, or throws; it is the caller who rolls back. */
    void run(Connection connection, BranchContext branch, LocalCommit.OnConflict onConflict) throws SQLException {
        Throwable doomedBy = branch.doomedBy();
        if (doomedBy != null) {
            throw new BranchNotCommittedException(
                    "The local transaction cannot be committed: " + doomedBy.getMessage() + ". It was rolled back.",
                    branch.xid(),
                    doomedBy);
        }
        LockKeys keys = LockKeys.of(branch.changes(), lockKeyRules);
        lockCheck.requireFree(keys, branch, onConflict, "Local transaction not committed");
        connection.commit();
    }
}
