/**
 * What an RM needs of a global transaction beyond what users see of it. Read {@link dev.lockstep.tm.branch.ScopeForBranches}
 * first.
 *
 * <p>Not for users: public for the RM only, and may change at any time.
 */
@NullMarked
package dev.lockstep.tm.branch;

import org.jspecify.annotations.NullMarked;
