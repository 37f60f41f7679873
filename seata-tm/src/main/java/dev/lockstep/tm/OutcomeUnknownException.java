package dev.lockstep.tm;

import org.jspecify.annotations.Nullable;

/**
 * Nobody in this process knows whether the global transaction was committed: the TC's answer was lost and could not be
 * asked for again, or the TC answered with a status that decides nothing.
 *
 * <p>This is neither success nor failure. The data of all branches will agree in the end, because the TC alone decides;
 * look at the data, or at the TC's console under the {@link #xid()}, before the work is repeated. Only where {@link
 * #getMessage()} says that the TC gave up in the middle will they not agree until somebody repairs them.
 */
public final class OutcomeUnknownException extends GlobalTransactionException {

    OutcomeUnknownException(@Nullable String xid, String message, @Nullable Throwable cause) {
        super(xid, message, cause);
    }
}
