/** Undo logs as operators see them. */
@NullMarked
package dev.lockstep.rm.inspect;

import org.jspecify.annotations.NullMarked;
