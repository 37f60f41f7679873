package dev.lockstep.tm;

import org.jspecify.annotations.Nullable;

/**
 * The global transaction was not committed and never will be: it is rolled back, or the TC is rolling it back and
 * repeats that until it is done. {@link #getMessage()} says which, and why; and where branches were rolled back but the TC has
 * forgotten the rest, or where a participant had it rolled back and the TC has forgotten all of it, so that some may stand as they were
 * written, it says that.
 */
public final class GlobalTransactionFailedException extends GlobalTransactionException {

    GlobalTransactionFailedException(@Nullable String xid, String message, @Nullable Throwable cause) {
        super(xid, message, cause);
    }
}
