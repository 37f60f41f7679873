/**
 * What is kept to undo a branch: {@link dev.lockstep.rm.at.undo.UndoLog} (read it first), its official bytes, its table,
 * and its replay.
 *
 * <p>Not for users: public for the packages beside it only, and may change at any time.
 */
@NullMarked
package dev.lockstep.rm.at.undo;

import org.jspecify.annotations.NullMarked;
