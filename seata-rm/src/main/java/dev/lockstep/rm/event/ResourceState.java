package dev.lockstep.rm.event;

import org.jspecify.annotations.Nullable;

/**
 * What is known of one data source at one moment; for a health check. Data sources that lead to one database have its id in
 * common, and one of them deletes the undo logs for all.
 *
 * @param resourceId the official id of the database
 * @param undoLogsToDelete undo logs of committed branches that wait for their deletion
 * @param undoLogsAtMost how many may wait before the TC is told to come again
 * @param deletionFailure why the last try to delete undo logs failed; null if it did not
 * @param plans texts whose meaning is kept
 * @param plansMade how often the meaning of a text was found out, since the start; texts too long to keep count each time
 * @param tables tables whose columns and keys are kept
 * @param tablesRead how often a table was read from the database's catalogue, since the start
 */
public record ResourceState(
        String resourceId,
        int undoLogsToDelete,
        int undoLogsAtMost,
        @Nullable String deletionFailure,
        int plans,
        long plansMade,
        int tables,
        long tablesRead) {}
