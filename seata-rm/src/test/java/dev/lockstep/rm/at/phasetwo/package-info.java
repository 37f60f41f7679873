/** Tests of phase two's parts that need no database. */
@NullMarked
package dev.lockstep.rm.at.phasetwo;

import org.jspecify.annotations.NullMarked;
