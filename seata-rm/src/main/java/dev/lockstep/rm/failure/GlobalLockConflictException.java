package dev.lockstep.rm.failure;

import java.sql.SQLTransactionRollbackException;
import org.jspecify.annotations.Nullable;

/**
 * Rows are held by another global transaction, and the time to wait for them has run out. Nothing of the local transaction
 * is committed; the whole may be tried again. SQLState 40001.
 *
 * <p>Immutable, thread-safe.
 */
public final class GlobalLockConflictException extends SQLTransactionRollbackException {

    private final String xid;
    private final String resourceId;
    private final String lockKeys;

    /**
     * Made by the RM; public for it, and for tests of what handles it.
     *
     * @param message what happened, what it means, what to do
     * @param xid the global transaction that asked for the rows; empty outside of one
     * @param resourceId the database, as the TC knows it
     * @param lockKeys the rows asked for, {@code table:key,key;table:key}
     * @param cause what the TC answered, or the conflict met before; null for none
     */
    public GlobalLockConflictException(
            String message, String xid, String resourceId, String lockKeys, @Nullable Throwable cause) {
        super(message, "40001", cause);
        this.xid = xid;
        this.resourceId = resourceId;
        this.lockKeys = lockKeys;
    }

    /** The global transaction that asked for the rows; empty when they were asked for outside of one. */
    public String xid() {
        return xid;
    }

    /** The database whose rows they are, as the TC knows it: its JDBC URL without parameters. */
    public String resourceId() {
        return resourceId;
    }

    /** The rows asked for, {@code table:key,key;table:key}; long lists are cut. The TC does not tell who holds which. */
    public String lockKeys() {
        return lockKeys;
    }
}
