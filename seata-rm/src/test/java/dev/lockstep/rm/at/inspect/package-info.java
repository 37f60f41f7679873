/** Undo logs as operators see them. */
@NullMarked
package dev.lockstep.rm.at.inspect;

import org.jspecify.annotations.NullMarked;
