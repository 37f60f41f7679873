/** Compares the types of this module with the official client's own. */
@NullMarked
package dev.lockstep.annotations;

import org.jspecify.annotations.NullMarked;
