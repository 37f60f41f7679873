package dev.lockstep.tm;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long the branches of one global transaction wait for rows that another global transaction holds. Immutable.
 *
 * @param interval the pause between two tries, above zero; null for the RM's setting
 * @param times how many tries follow the first, 0 for none; null for the RM's setting
 */
public record LockRetryLimits(
        @Nullable Duration interval, @Nullable Integer times) {

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if the pause is not above zero, or the number of tries below 0
     */
    public LockRetryLimits {
        if (interval != null && (interval.isZero() || interval.isNegative())) {
            throw new IllegalArgumentException(
                    "The pause between two tries for a global lock is " + interval + ": it must be above zero.");
        }
        if (times != null && times < 0) {
            throw new IllegalArgumentException(
                    "The number of tries for a global lock is " + times + ": it must be 0 or above.");
        }
    }
}
