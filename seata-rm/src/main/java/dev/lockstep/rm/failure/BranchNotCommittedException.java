package dev.lockstep.rm.failure;

import java.sql.SQLTransactionRollbackException;
import org.jspecify.annotations.Nullable;

/**
 * The local transaction could not become a branch of its global transaction and was rolled back. SQLState 40000: trying
 * again within the same global transaction is unlikely to help, running the whole global transaction again may. The cause, where
 * there is one, says why: what the TC or the database answered.
 *
 * <p>Immutable, thread-safe.
 */
public final class BranchNotCommittedException extends SQLTransactionRollbackException {

    private final @Nullable String xid;

    /**
     * Made by the RM; public for it, and for tests of what handles it.
     *
     * @param message what happened, what it means, what to do
     * @param xid the global transaction, or null where it could not even be begun; empty outside of one
     */
    public BranchNotCommittedException(String message, @Nullable String xid, @Nullable Throwable cause) {
        super(message, "40000", cause);
        this.xid = xid;
    }

    /** The global transaction, or null where it could not even be begun; empty outside of one. */
    public @Nullable String xid() {
        return xid;
    }
}
