package dev.lockstep.rpc.pool;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * The waits between attempts to connect: none before the first, then doubling from {@code min} to {@code max}, each spread
 * over its upper half, so that the clients of a TC that comes back do not come all at once.
 */
public record Backoff(Duration min, Duration max, RandomGenerator random) {

    /** @param failures attempts that failed in a row */
    Duration delay(int failures) {
        if (failures == 0) {
            return Duration.ZERO;
        }
        var doublings = Math.min(failures - 1, Long.numberOfLeadingZeros(min.toNanos()) - 2);
        var ceiling = Math.min(max.toNanos(), min.toNanos() << doublings);
        return Duration.ofNanos(ceiling / 2 + random.nextLong(ceiling / 2 + 1));
    }
}
