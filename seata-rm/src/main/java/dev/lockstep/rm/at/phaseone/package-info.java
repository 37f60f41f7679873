/**
 * Phase one: {@link dev.lockstep.rm.at.phaseone.StatementRunner} captures each statement, {@link
 * dev.lockstep.rm.at.phaseone.LocalCommit} ends the local transaction. Read these two first.
 *
 * <p>Not for users: public for the packages beside it only, and may change at any time.
 */
@NullMarked
package dev.lockstep.rm.at.phaseone;

import org.jspecify.annotations.NullMarked;
