package dev.lockstep.rm.at.phaseone;

import dev.lockstep.rm.at.image.LockKeys;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Ends a local transaction that belongs to no global one but must not write over rows that one holds: asks the TC while the
 * rows are locked locally, so that nobody can take them between question and commit. Nothing is registered, and nothing can
 * be undone later. Immutable, thread-safe.
 */
final class LockedCommit {

    private final GlobalLockCheck lockCheck;

    LockedCommit(GlobalLockCheck lockCheck) {
        this.lockCheck = lockCheck;
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
        lockCheck.requireFree(
                LockKeys.of(branch.changes(), lockCheck.lockKeyRules()),
                branch,
                onConflict,
                "Local transaction not committed");
        connection.commit();
    }
}
