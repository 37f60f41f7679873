package dev.lockstep.rpc.codec;

/** A message that the protocol cannot carry, found before any byte of it was written. */
public final class WireLimitException extends IllegalArgumentException {

    WireLimitException(String message) {
        super(message);
    }

    WireLimitException(String message, Throwable cause) {
        super(message, cause);
    }
}
