package dev.lockstep.rm.at.undo;

import org.jspecify.annotations.Nullable;

/**
 * An undo log cannot be read: its bytes are damaged, or written in a form that this version does not know. Nothing was
 * undone; the branch stays as it is and may be rolled back by an instance that can read it.
 */
public final class UndoLogFormatException extends Exception {
    UndoLogFormatException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
