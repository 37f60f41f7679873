/**
 * What the RM tells of its work while it does it; meters and spans hang here. Read {@link
 * dev.lockstep.rm.event.BranchListener} first. Knows nothing else of the RM.
 */
@NullMarked
package dev.lockstep.rm.event;

import org.jspecify.annotations.NullMarked;
