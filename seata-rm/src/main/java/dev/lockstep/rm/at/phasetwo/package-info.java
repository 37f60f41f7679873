/**
 * Phase two: {@link dev.lockstep.rm.at.phasetwo.AtBranchHandler} (read it first) takes the TC's commands; a commit goes to
 * {@link dev.lockstep.rm.at.phasetwo.UndoLogCleaner}, a rollback to {@link dev.lockstep.rm.at.phasetwo.BranchRollback}.
 *
 * <p>Not for users: public for the packages beside it only, and may change at any time.
 */
@NullMarked
package dev.lockstep.rm.at.phasetwo;

import org.jspecify.annotations.NullMarked;
