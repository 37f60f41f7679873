package dev.lockstep.benchmarks.load;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What one caller counts during a round: transactions that ended as they should and those that did not, all of them; and how
 * long each took that ended in the window, which alone is for throughput and latency. Not thread-safe; each caller has its
 * own, and they are added up at the end.
 */
public final class Tally {

    private static final long LOWEST_NANOS = 1_000;
    private static final long HIGHEST_NANOS = 120_000_000_000L;
    /** Two digits: 1 % of error, and a tally of 256 callers stays small. */
    private static final int DIGITS = 2;

    private final Window window;
    private final Histogram latencies = new Histogram(LOWEST_NANOS, HIGHEST_NANOS, DIGITS);
    private long transactions;
    private long failures;
    private @Nullable String firstFailure;

    public Tally(Window window) {
        this.window = window;
    }

    /**
     * A transaction ended as it should.
     *
     * @param begunNanos and when it ended, as {@link System#nanoTime} tells the time
     */
    public void committed(long begunNanos, long endedNanos) {
        transactions++;
        if (window.holds(endedNanos)) {
            latencies.recordValue(Math.min(endedNanos - begunNanos, HIGHEST_NANOS));
        }
    }

    /** A transaction ended otherwise; it is not in the latencies. */
    public void failed(String why) {
        failures++;
        if (firstFailure == null) {
            firstFailure = why;
        }
    }

    public void add(Tally other) {
        transactions += other.transactions;
        failures += other.failures;
        firstFailure = firstFailure == null ? other.firstFailure : firstFailure;
        latencies.add(other.latencies);
    }

    /** Of the whole round. */
    public long transactions() {
        return transactions;
    }

    /** Those of them that ended in the window. */
    public long inWindow() {
        return latencies.getTotalCount();
    }

    /** Of the whole round. */
    public long failures() {
        return failures;
    }

    public @Nullable String firstFailure() {
        return firstFailure;
    }

    /** Of those in the window, in microseconds, with the error of the histogram; 0 if there are none. */
    public double latencyMicros(double percentile) {
        return latencies.getValueAtPercentile(percentile) / 1_000.0;
    }

    /** As above. */
    public double meanLatencyMicros() {
        return latencies.getMean() / 1_000.0;
    }
}
