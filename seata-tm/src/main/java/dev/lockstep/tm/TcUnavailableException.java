package dev.lockstep.tm;

import org.jspecify.annotations.Nullable;

/**
 * No global transaction could be begun. Nothing was done: the guarded code has not run, and it may be tried again when
 * the TC is back.
 */
public final class TcUnavailableException extends GlobalTransactionException {

    TcUnavailableException(String message, @Nullable Throwable cause) {
        super(null, message, cause);
    }
}
