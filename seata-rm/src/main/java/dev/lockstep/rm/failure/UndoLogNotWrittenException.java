package dev.lockstep.rm.failure;

import java.sql.SQLException;
import java.sql.SQLNonTransientException;

/**
 * The undo log of a branch could not be written, mostly because the database lacks the table, or because the log is larger
 * than the server takes; the local transaction was rolled back. Not transient: the same work will fail again until somebody
 * mends the database. The SQLState is that of the failed insert, HY000 where it had none; the cause is its failure.
 *
 * <p>Immutable, thread-safe.
 */
public final class UndoLogNotWrittenException extends SQLNonTransientException {

    /** Class of SQLStates: a limit of the server, which has nothing to do with the table. */
    private static final String LIMIT_EXCEEDED = "54";

    private static final String ABOUT_THE_TABLE =
            " Every database that takes part needs the table for undo logs; its script lies in the jar of the RM under"
                    + " dev/lockstep/rm/undo_log.";

    /**
     * Made by the RM; public for it, and for tests of what handles it.
     *
     * @param cause what the insert of the undo log failed with
     */
    public UndoLogNotWrittenException(String xid, long branchId, String resourceId, Exception cause) {
        super(
                "Branch " + branchId + " not committed: its undo log could not be written (" + cause.getMessage()
                        + "). The local transaction was rolled back (xid " + xid + ", " + resourceId + ")."
                        + (stateOf(cause).startsWith(LIMIT_EXCEEDED) ? "" : ABOUT_THE_TABLE),
                stateOf(cause),
                cause);
    }

    private static String stateOf(Exception cause) {
        return cause instanceof SQLException sql && sql.getSQLState() != null ? sql.getSQLState() : "HY000";
    }
}
