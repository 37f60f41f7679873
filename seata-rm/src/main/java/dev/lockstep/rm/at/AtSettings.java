package dev.lockstep.rm.at;

import dev.lockstep.rm.at.phaseone.LockRetry;
import dev.lockstep.rm.at.phasetwo.DirtyWriteSink;
import dev.lockstep.rm.at.undo.UndoLogFormat;
import dev.lockstep.rm.event.BranchListener;
import dev.lockstep.rm.policy.LockKeyForm;
import dev.lockstep.rm.policy.UnknownFunctions;
import java.time.Duration;
import java.util.Set;

/**
 * What the AT mode can be told. Immutable.
 *
 * @param undoLogTable name of the undo log table, with a schema or without
 * @param createUndoLogTable whether it is created where there is none
 * @param changingUrls whether connections of one data source that show different URLs lead to one database all the same
 * @param undoLogFormat how undo logs are written
 * @param undoDataValidation whether a rollback looks at rows before it overwrites them
 * @param onlyCareUpdateColumns whether images of UPDATEs leave out columns that cannot change
 * @param uncapturedTables tables whose writes pass as they are, not to be undone
 * @param sideEffectsIgnored tables whose triggers and foreign keys may write elsewhere unseen
 * @param unknownFunctions what becomes of statements that call functions which might write unseen
 * @param lockKeys in which words rows are named to the TC
 * @param lockRetry how long to wait for rows held by other global transactions
 * @param reportSuccess whether committed branches are reported to the TC
 * @param reportRetryCount how often a report is sent when no answer comes
 * @param asyncCommitBufferLimit how many undo logs of one resource may wait for their deletion
 * @param lostCommitLimit how long to wait for the session whose commit was not answered
 * @param rollbackLockWait how long a statement of a rollback waits for a row lock
 * @param closeLimit how long closing waits for undo logs to be deleted
 * @param orphanAge how old an undo log is before its transaction is asked for
 * @param tableMetaAge how old what is known of a table may be
 * @param dirtyWrites is told of branches that cannot be rolled back
 * @param branchListener is told of branches while they come into being; throws nothing
 */
public record AtSettings(
        String undoLogTable,
        boolean createUndoLogTable,
        boolean changingUrls,
        UndoLogFormat undoLogFormat,
        boolean undoDataValidation,
        boolean onlyCareUpdateColumns,
        Set<String> uncapturedTables,
        Set<String> sideEffectsIgnored,
        UnknownFunctions unknownFunctions,
        LockKeyForm lockKeys,
        LockRetry lockRetry,
        boolean reportSuccess,
        int reportRetryCount,
        int asyncCommitBufferLimit,
        Duration lostCommitLimit,
        Duration rollbackLockWait,
        Duration closeLimit,
        Duration orphanAge,
        Duration tableMetaAge,
        DirtyWriteSink dirtyWrites,
        BranchListener branchListener) {}
