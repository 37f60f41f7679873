/**
 * Starts a TC and the clients, each in a process of its own, lets them take turns, and writes the tables. Begin with {@link
 * dev.lockstep.benchmarks.comparison.Comparison}, which carries out a {@code Plan}.
 */
@NullMarked
package dev.lockstep.benchmarks.comparison;

import org.jspecify.annotations.NullMarked;
