package dev.lockstep.benchmarks.load;

import java.time.Duration;

/**
 * The time of a round in which transactions are counted: fixed by the clock before the first of them begins, and the same for
 * all callers. One that ends in it counts, whenever it began; so the rate is that of a client that runs on, whose open
 * transactions at the end of the window stand for those that it had open at the start.
 *
 * @param opensNanos when it opens, as {@link System#nanoTime} tells the time
 * @param length how long it is open
 */
public record Window(long opensNanos, Duration length) {

    /** The window of a round that starts now, or at another time of {@link System#nanoTime}. */
    public static Window of(Round round, long startNanos) {
        return new Window(startNanos + round.leadIn().toNanos(), round.window());
    }

    /** Whether a transaction that ends at this time is counted. */
    boolean holds(long nanos) {
        return nanos - opensNanos >= 0 && !isOver(nanos);
    }

    /** Whether no transaction begins any more. */
    public boolean isOver(long nanos) {
        return nanos - opensNanos >= length.toNanos();
    }
}
