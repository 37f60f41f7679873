package dev.lockstep.rm.at.phaseone;

import dev.lockstep.tm.GlobalEnd;
import java.sql.SQLTransactionRollbackException;
import org.jspecify.annotations.Nullable;

/**
 * Rows are held by another global transaction, and the time to wait for them has run out. Nothing of the local transaction
 * is committed; the whole may be tried again. SQLState 40001.
 */
public final class GlobalLockConflictException extends SQLTransactionRollbackException {

    private final String what;
    private final String xid;
    private final String resourceId;
    private final String lockKeys;
    /** Means nothing in another process. */
    private final transient @Nullable GlobalEnd holder;

    private GlobalLockConflictException(
            String what,
            String end,
            String xid,
            String resourceId,
            String lockKeys,
            @Nullable GlobalEnd holder,
            @Nullable Throwable cause) {
        super(
                what + ": rows " + lockKeys + " of " + resourceId
                        + " are held by "
                        + (xid.isEmpty()
                                ? "a global transaction. "
                                : "another global transaction (own xid " + xid + "). ")
                        + end,
                "40001",
                cause);
        this.what = what;
        this.xid = xid;
        this.resourceId = resourceId;
        this.lockKeys = lockKeys;
        this.holder = holder;
    }

    /** Tries or time are used up. */
    static GlobalLockConflictException gaveUp(
            String what,
            LockRetry.Attempts attempts,
            String xid,
            String resourceId,
            String lockKeys,
            @Nullable GlobalEnd holder,
            @Nullable Throwable cause) {
        return new GlobalLockConflictException(what, end(attempts), xid, resourceId, lockKeys, holder, cause);
    }

    /** The holder is rolling back and may need the local locks held here, so that waiting would only hold it up. */
    static GlobalLockConflictException waitingIsPointless(
            String what, String xid, String resourceId, String lockKeys, Throwable cause) {
        return new GlobalLockConflictException(
                what,
                "The holder is rolling back, so waiting is pointless. Try the transaction again.",
                xid,
                resourceId,
                lockKeys,
                null,
                cause);
    }

    private static String end(LockRetry.Attempts attempts) {
        LockRetry.End end = attempts.end();
        return "Gave up after " + attempts.tries() + (attempts.tries() == 1 ? " try in " : " tries in ")
                + attempts.waited().toMillis() + " ms" + (end == null ? "" : ", since " + end.reason())
                + "; the local transaction was not committed. Try the transaction again, shorten the other one"
                + (end == null || end.setting() == null ? "." : ", or raise " + end.setting() + ".");
    }

    /** The same conflict, met once more at the end of all tries. */
    public GlobalLockConflictException after(LockRetry.Attempts attempts) {
        return new GlobalLockConflictException(what, end(attempts), xid, resourceId, lockKeys, null, this);
    }

    /** The end of a global transaction of this process that may hold the rows; null when none is known. */
    public @Nullable GlobalEnd holder() {
        return holder;
    }

    /** The global transaction that asked for the rows; empty when they were asked for outside of one. */
    public String xid() {
        return xid;
    }

    public String resourceId() {
        return resourceId;
    }

    /** The rows asked for, {@code table:key,key;table:key}; long lists are cut. The TC does not tell who holds which. */
    public String lockKeys() {
        return lockKeys;
    }
}
