package dev.lockstep.tm;

import org.jspecify.annotations.Nullable;

/**
 * A global transaction did not end as the caller wanted. Each subclass is one situation that a caller can treat
 * differently; what is true of the data stands in its Javadoc.
 */
public abstract sealed class GlobalTransactionException extends RuntimeException
        permits GlobalTransactionFailedException,
                GlobalTransactionTimedOutException,
                IllegalPropagationException,
                ListenerFailedException,
                OutcomeUnknownException,
                TcUnavailableException,
                UnfinishedLocalWorkException {

    private final @Nullable String xid;
    private final String words;

    GlobalTransactionException(@Nullable String xid, String message, @Nullable Throwable cause) {
        super(xid == null ? message : "[" + xid + "] " + message, cause);
        this.xid = xid;
        this.words = message;
    }

    /** The message without the xid that it begins with. */
    String words() {
        return words;
    }

    /** The global transaction, or null where none had begun. */
    public @Nullable String xid() {
        return xid;
    }
}
