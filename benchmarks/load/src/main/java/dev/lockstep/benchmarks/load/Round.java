package dev.lockstep.benchmarks.load;

import java.time.Duration;

/**
 * One turn of one client.
 *
 * @param workload what a transaction does, by the name that this kind of client knows
 * @param callers how many transactions are open at once at most
 * @param length how long new transactions are begun; those begun are finished after it
 */
public record Round(String workload, int callers, Duration length) {

    public Round {
        if (callers < 1) {
            throw new IllegalArgumentException("A round needs at least one caller, not " + callers + ".");
        }
        if (length.isNegative() || length.isZero()) {
            throw new IllegalArgumentException("A round of " + length + " is none.");
        }
    }

    String line() {
        return workload + " " + callers + " " + length.toMillis();
    }

    static Round parse(String line) {
        var parts = line.split(" ");
        if (parts.length != 3) {
            throw new IllegalArgumentException(
                    "Not a round: \"" + line + "\"; wanted workload, callers, milliseconds.");
        }
        return new Round(parts[0], Integer.parseInt(parts[1]), Duration.ofMillis(Long.parseLong(parts[2])));
    }
}
