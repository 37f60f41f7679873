/** The official client under load, in a process and on a class path of its own; {@code OfficialClient} is its main class. */
@NullMarked
package dev.lockstep.benchmarks.official;

import org.jspecify.annotations.NullMarked;
