package dev.lockstep.rm.at.phaseone;

import dev.lockstep.rm.failure.GlobalLockConflictException;
import dev.lockstep.tm.branch.GlobalEnd;
import org.jspecify.annotations.Nullable;

/**
 * Another global transaction holds rows that a local transaction asked for: what is known of it, and the errors that tell of
 * it. Immutable.
 *
 * @param what what did not happen for it, as the beginning of a message
 * @param xid the global transaction that asked; empty outside of one
 * @param lockKeys the rows asked for, as short as a message wants them
 * @param holder the end of a global transaction of this process that may hold the rows; null when none is known
 */
public record LockConflict(
        String what,
        String xid,
        String resourceId,
        String lockKeys,
        @Nullable GlobalEnd holder) {

    /** Tries or time are used up. */
    public GlobalLockConflictException gaveUp(LockRetry.Attempts attempts, @Nullable Throwable cause) {
        return error(end(attempts), cause);
    }

    /** The holder is rolling back and may need the local locks held here, so that waiting would only hold it up. */
    GlobalLockConflictException waitingIsPointless(Throwable cause) {
        return error("The holder is rolling back, so waiting is pointless. Try the transaction again.", cause);
    }

    private GlobalLockConflictException error(String end, @Nullable Throwable cause) {
        String held = what + ": rows " + lockKeys + " of " + resourceId
                + " are held by "
                + (xid.isEmpty() ? "a global transaction. " : "another global transaction (own xid " + xid + "). ");
        return new GlobalLockConflictException(held + end, xid, resourceId, lockKeys, cause);
    }

    private static String end(LockRetry.Attempts attempts) {
        LockRetry.End end = attempts.end();
        return "Gave up after " + attempts.tries() + (attempts.tries() == 1 ? " try in " : " tries in ")
                + attempts.waited().toMillis() + " ms" + (end == null ? "" : ", since " + end.reason())
                + "; the local transaction was not committed. Try the transaction again, shorten the other one"
                + (end == null || end.setting() == null ? "." : ", or raise " + end.setting() + ".");
    }
}
