package dev.lockstep.rm;

/**
 * Is told when a branch cannot be rolled back because somebody outside the global transactions wrote to its rows.
 * Implementations are thread-safe: several branches may be at it at once.
 */
@FunctionalInterface
public interface DirtyWriteListener {

    /**
     * Called on the thread that answers the TC, each time a rollback is refused, after the undo log was flagged: be quick, or
     * hand over. What it throws is logged and changes nothing.
     */
    void onDirtyWrite(DirtyWrite dirtyWrite);
}
