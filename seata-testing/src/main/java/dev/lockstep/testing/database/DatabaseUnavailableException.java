package dev.lockstep.testing.database;

import org.jspecify.annotations.Nullable;

/** A database server cannot be had on this machine; the message says what is missing and how to supply it. */
public final class DatabaseUnavailableException extends RuntimeException {

    DatabaseUnavailableException(String message) {
        this(message, null);
    }

    DatabaseUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
