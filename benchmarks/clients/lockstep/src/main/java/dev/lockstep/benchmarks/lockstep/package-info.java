/** Our client under load, in a process of its own; {@code LockstepClient} is its main class. */
@NullMarked
package dev.lockstep.benchmarks.lockstep;

import org.jspecify.annotations.NullMarked;
