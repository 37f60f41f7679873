package dev.lockstep.rm.at.phaseone;

import java.sql.SQLTransactionRollbackException;
import org.jspecify.annotations.Nullable;

/**
 * The local transaction could not become a branch of its global transaction and was rolled back. SQLState 40000: trying
 * again within the same global transaction is unlikely to help.
 */
public final class BranchNotCommittedException extends SQLTransactionRollbackException {

    private final @Nullable String xid;

    public BranchNotCommittedException(String message, @Nullable String xid, @Nullable Throwable cause) {
        super(message, "40000", cause);
        this.xid = xid;
    }

    /** The global transaction, or null where it could not even be begun. */
    public @Nullable String xid() {
        return xid;
    }
}
