/** The parts of phase one by themselves. */
@NullMarked
package dev.lockstep.rm.at.phaseone;

import org.jspecify.annotations.NullMarked;
