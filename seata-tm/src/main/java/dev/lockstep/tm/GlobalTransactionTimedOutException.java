package dev.lockstep.tm;

import org.jspecify.annotations.Nullable;

/**
 * The global transaction ran longer than its timeout and was not committed: it is rolled back, or the TC is rolling it
 * back; where the TC has forgotten it, and nothing here proves the rollback, {@link #getMessage()} says that. Shorten the work inside it, or raise the timeout where it is defined.
 */
public final class GlobalTransactionTimedOutException extends GlobalTransactionException {

    GlobalTransactionTimedOutException(@Nullable String xid, String message, @Nullable Throwable cause) {
        super(xid, message, cause);
    }
}
