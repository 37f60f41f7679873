package dev.lockstep.benchmarks.load;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What one caller counts during a round: transactions that ended as they should, those that did not, and how long each took.
 * Not thread-safe; each caller has its own, and they are added up at the end.
 */
public final class Tally {

    private static final long LOWEST_NANOS = 1_000;
    private static final long HIGHEST_NANOS = 120_000_000_000L;
    /** Two digits: 1 % of error, and a tally of 256 callers stays small. */
    private static final int DIGITS = 2;

    private final Histogram latencies = new Histogram(LOWEST_NANOS, HIGHEST_NANOS, DIGITS);
    private long transactions;
    private long failures;
    private @Nullable String firstFailure;

    /** A transaction ended as it should. */
    public void committed(long nanos) {
        transactions++;
        latencies.recordValue(Math.min(nanos, HIGHEST_NANOS));
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

    public long transactions() {
        return transactions;
    }

    public long failures() {
        return failures;
    }

    public @Nullable String firstFailure() {
        return firstFailure;
    }

    /** In microseconds, with the error of the histogram. */
    public double latencyMicros(double percentile) {
        return latencies.getValueAtPercentile(percentile) / 1_000.0;
    }
}
