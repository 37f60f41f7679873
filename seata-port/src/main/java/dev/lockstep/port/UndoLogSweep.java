package dev.lockstep.port;

/**
 * The TC's order to clear old undo logs of one resource (TC to RM). It comes some minutes after the start of the TC and
 * then once a day, to one connection that announced the resource, and is not answered.
 *
 * <p>Implementations are thread-safe: several TCs may ask at once.
 */
public interface UndoLogSweep {

    /**
     * Deletes what was left behind. Called on a thread of the transport's command executor; may block.
     *
     * @param resourceId the resource; unknown ones are ignored
     * @param saveDays age in days from which rows may be deleted, above 0
     */
    void deleteUndoLogs(String resourceId, int saveDays);
}
