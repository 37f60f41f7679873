/**
 * Work that grows in one dimension at a time, to see how the cost of a transaction follows. {@link
 * dev.lockstep.benchmarks.growth.GrowthClient} is the load, the same for every client; {@code GrowthStep} says what it does.
 */
@NullMarked
package dev.lockstep.benchmarks.growth;

import org.jspecify.annotations.NullMarked;
