/**
 * What runs inside each client process, the same for every client: {@link dev.lockstep.benchmarks.load.ClientProcess} takes
 * orders from the comparison, {@link dev.lockstep.benchmarks.load.Callers} makes the calls, {@code Round} and {@code
 * RoundResult} say what was wanted and what came of it, and {@code Window} what is counted.
 */
@NullMarked
package dev.lockstep.benchmarks.load;

import org.jspecify.annotations.NullMarked;
