package dev.lockstep.rm.at.phaseone;

import java.sql.SQLNonTransientConnectionException;
import org.jspecify.annotations.Nullable;

/**
 * The database did not answer the local commit and could not be asked afterwards: nobody knows whether the branch is
 * committed. The global transaction is set to roll back, which undoes the branch if it is. SQLState 08007.
 */
public final class CommitOutcomeUnknownException extends SQLNonTransientConnectionException {

    private final String xid;

    CommitOutcomeUnknownException(String message, String xid, @Nullable Throwable cause) {
        super(message, "08007", cause);
        this.xid = xid;
    }

    /** The global transaction. */
    public String xid() {
        return xid;
    }
}
