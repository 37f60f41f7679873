/**
 * Undo logs for people: {@link dev.lockstep.rm.inspect.InspectUndoLogs} is a command that says what stands in undo_log and what
 * a rollback would do today; {@code UndoLogInspector} finds it out.
 */
@NullMarked
package dev.lockstep.rm.inspect;

import org.jspecify.annotations.NullMarked;
