package dev.lockstep.rm.failure;

import java.sql.SQLNonTransientConnectionException;
import org.jspecify.annotations.Nullable;

/**
 * The database did not answer the local commit and could not be asked afterwards: nobody knows whether the branch is
 * committed. The global transaction is set to roll back, which undoes the branch if it is: let it roll back, and run it again from its beginning. SQLState 08007. The cause is the driver's
 * own failure.
 *
 * <p>Immutable, thread-safe.
 */
public final class CommitOutcomeUnknownException extends SQLNonTransientConnectionException {

    private final String xid;

    /**
     * Made by the RM; public for it, and for tests of what handles it.
     *
     * @param message what happened, what it means, what to do
     */
    public CommitOutcomeUnknownException(String message, String xid, @Nullable Throwable cause) {
        super(message, "08007", cause);
        this.xid = xid;
    }

    /** The global transaction. */
    public String xid() {
        return xid;
    }
}
