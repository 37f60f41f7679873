/**
 * Starts a TC and the clients, each in a process of its own, lets them take turns, and writes the tables. Begin with {@link
 * dev.lockstep.benchmarks.comparison.TransportComparison}.
 */
@NullMarked
package dev.lockstep.benchmarks.comparison;

import org.jspecify.annotations.NullMarked;
