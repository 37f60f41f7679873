package dev.lockstep.tm;

import org.jspecify.annotations.Nullable;

/**
 * The global transaction was not committed and never will be: it is rolled back, or the TC is rolling it back and
 * repeats that until it is done. {@link #getMessage()} says which, and why.
 */
public final class GlobalTransactionFailedException extends GlobalTransactionException {

    GlobalTransactionFailedException(@Nullable String xid, String message, @Nullable Throwable cause) {
        super(xid, message, cause);
    }
}
