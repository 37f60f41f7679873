/** The errors of the RM as their catchers see them. */
@NullMarked
package dev.lockstep.rm.failure;

import org.jspecify.annotations.NullMarked;
