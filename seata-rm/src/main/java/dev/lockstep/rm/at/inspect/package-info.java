/**
 * Undo logs for people: {@link dev.lockstep.rm.at.inspect.UndoLogInspector} (read it first) says what stands in undo_log and
 * what a rollback would do today, {@link dev.lockstep.rm.at.inspect.InspectUndoLogs} is its command line.
 */
@NullMarked
package dev.lockstep.rm.at.inspect;

import org.jspecify.annotations.NullMarked;
