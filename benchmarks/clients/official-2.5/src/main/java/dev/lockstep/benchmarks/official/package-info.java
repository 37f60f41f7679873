/** The official client 2.5.0 under load, in a process and on a class path of its own; {@code OfficialShop} is its main class. */
@NullMarked
package dev.lockstep.benchmarks.official;

import org.jspecify.annotations.NullMarked;
