package dev.lockstep.rm.at.phaseone;

import java.sql.SQLTransactionRollbackException;
import org.jspecify.annotations.Nullable;

/**
 * The local transaction could not become a branch of its global transaction and was rolled back. SQLState 40000: trying
 * again within the same global transaction is unlikely to help.
 */
public final class BranchNotCommittedException extends SQLTransactionRollbackException {

    private final String xid;

    public BranchNotCommittedException(String message, String xid, @Nullable Throwable cause) {
        super(message, "40000", cause);
        this.xid = xid;
    }

    /** The global transaction. */
    public String xid() {
        return xid;
    }
}
