package dev.lockstep.tm;

import org.jspecify.annotations.Nullable;

/**
 * The guarded code must not run here: {@link Propagation#MANDATORY} outside a global transaction, or {@link
 * Propagation#NEVER} inside one. It has not run.
 */
public final class IllegalPropagationException extends GlobalTransactionException {

    IllegalPropagationException(@Nullable String xid, String message) {
        super(xid, message, null);
    }
}
