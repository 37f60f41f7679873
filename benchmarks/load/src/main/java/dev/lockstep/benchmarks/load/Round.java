package dev.lockstep.benchmarks.load;

import java.time.Duration;

/**
 * One turn of one client: callers begin transactions from its start to the end of its {@link Window}, and finish those begun.
 *
 * @param workload what a transaction does, by the name that this kind of client knows
 * @param callers how many transactions are open at once at most
 * @param leadIn how long callers run before the window opens, so that what clients and TC put off from then falls into it
 * @param window how long transactions that end are counted for throughput and latency
 */
public record Round(String workload, int callers, Duration leadIn, Duration window) {

    private static final int PARTS = 4;

    public Round {
        if (callers < 1) {
            throw new IllegalArgumentException("A round needs at least one caller, not " + callers + ".");
        }
        if (leadIn.isNegative()) {
            throw new IllegalArgumentException("A round cannot be led in by " + leadIn + ".");
        }
        if (window.isNegative() || window.isZero()) {
            throw new IllegalArgumentException("A round with a window of " + window + " is none.");
        }
    }

    /** A round whose window opens at its start; where only the costs of a transaction are wanted, or none of the figures. */
    public Round(String workload, int callers, Duration window) {
        this(workload, callers, Duration.ZERO, window);
    }

    /** How long new transactions are begun; those begun are finished after it. */
    public Duration length() {
        return leadIn.plus(window);
    }

    String line() {
        return workload + " " + callers + " " + leadIn.toMillis() + " " + window.toMillis();
    }

    static Round parse(String line) {
        var parts = line.split(" ");
        if (parts.length != PARTS) {
            throw new IllegalArgumentException("Not a round: \"" + line
                    + "\"; wanted workload, callers, milliseconds of lead-in, milliseconds of the window.");
        }
        return new Round(parts[0], Integer.parseInt(parts[1]), millis(parts[2]), millis(parts[3]));
    }

    private static Duration millis(String number) {
        return Duration.ofMillis(Long.parseLong(number));
    }
}
