/**
 * What a statement or a commit fails with when a global transaction stands in its way: all are {@link java.sql.SQLException}s
 * with a SQLState, each for one situation that a caller can treat differently. Read {@link
 * dev.lockstep.rm.failure.GlobalLockConflictException} first, the one to expect in daily work. Knows nothing else of the RM.
 */
@NullMarked
package dev.lockstep.rm.failure;

import org.jspecify.annotations.NullMarked;
