package dev.lockstep.testing.process;

import org.jspecify.annotations.Nullable;

/** A child JVM ended before it was ready, or was not ready in time. It has been killed; its last output is in the message. */
public final class ChildNotReadyException extends RuntimeException {

    private final String lastOutput;

    ChildNotReadyException(String message, String lastOutput, @Nullable Throwable cause) {
        super(message + " Its last output:\n" + lastOutput, cause);
        this.lastOutput = lastOutput;
    }

    /** The last lines of the child's log, empty if it wrote nothing. */
    public String lastOutput() {
        return lastOutput;
    }
}
