/**
 * What the user may choose of the way the RM works, where it is more than a number: see {@link
 * dev.lockstep.rm.ResourceManagerOptions}. Knows nothing else of the RM.
 */
@NullMarked
package dev.lockstep.rm.policy;

import org.jspecify.annotations.NullMarked;
