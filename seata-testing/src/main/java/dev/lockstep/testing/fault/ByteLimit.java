package dev.lockstep.testing.fault;

import java.util.OptionalInt;

/**
 * How many bytes of one direction may still pass before the cut.
 *
 * <p>Thread-safe.
 */
final class ByteLimit {

    private static final long NONE = -1;

    private long left = NONE;

    synchronized void set(long bytes) {
        left = bytes;
    }

    /** How many of these bytes pass before the cut; empty if it does not come within them. It comes once. */
    synchronized OptionalInt cutWithin(int bytes) {
        if (left == NONE) {
            return OptionalInt.empty();
        }
        if (bytes < left) {
            left -= bytes;
            return OptionalInt.empty();
        }
        var passing = Math.toIntExact(left);
        left = NONE;
        return OptionalInt.of(passing);
    }
}
