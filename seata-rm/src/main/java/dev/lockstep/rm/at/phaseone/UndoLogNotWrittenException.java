package dev.lockstep.rm.at.phaseone;

import java.sql.SQLException;
import java.sql.SQLNonTransientException;

/**
 * The undo log of a branch could not be written, mostly because the database lacks the table; the local transaction was
 * rolled back. Not transient: the same work will fail again until somebody mends the database. The SQLState is that of the
 * failed insert, HY000 where it had none.
 */
public final class UndoLogNotWrittenException extends SQLNonTransientException {

    UndoLogNotWrittenException(String xid, long branchId, String resourceId, Exception cause) {
        super(
                "Branch " + branchId + " not committed: its undo log could not be written (" + cause.getMessage()
                        + "). The local transaction was rolled back (xid " + xid + ", " + resourceId
                        + "). Every database that takes part needs the table for undo logs; its script lies in the jar of the"
                        + " RM under dev/lockstep/rm/undo_log.",
                cause instanceof SQLException sql && sql.getSQLState() != null ? sql.getSQLState() : "HY000",
                cause);
    }
}
