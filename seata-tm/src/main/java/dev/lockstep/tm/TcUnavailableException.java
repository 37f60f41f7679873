package dev.lockstep.tm;

import org.jspecify.annotations.Nullable;

/**
 * No global transaction could be begun. Nothing was written for it, and it may be tried again when the TC is back. The
 * guarded code has not run; where the begin is lazy, it has run up to the first point that needed the xid: the commit of a
 * local transaction, a call to another service.
 */
public final class TcUnavailableException extends GlobalTransactionException {

    TcUnavailableException(String message, @Nullable Throwable cause) {
        super(null, message, cause);
    }
}
