package dev.lockstep.tm;

import java.time.Duration;

/**
 * A moment on the monotonic clock ({@link System#nanoTime()}); immutable.
 *
 * @param nanoTime the moment, meaningless in {@link #NONE}
 * @param bounded false only in {@link #NONE}
 */
record Deadline(long nanoTime, boolean bounded) {

    /** Never passes. */
    static final Deadline NONE = new Deadline(0, false);

    static Deadline after(Duration timeout, long nowNanoTime) {
        return new Deadline(nowNanoTime + timeout.toNanos(), true);
    }

    /** What is left; zero when it has passed. Only for a bounded deadline. */
    Duration remaining(long nowNanoTime) {
        return Duration.ofNanos(Math.max(0, nanoTime - nowNanoTime));
    }

    boolean hasPassed(long nowNanoTime) {
        return bounded && nanoTime - nowNanoTime <= 0;
    }
}
