package dev.lockstep.tm;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * When a request whose outcome is open is repeated: once at once, because most losses are one broken connection; then with
 * pauses that double, with jitter, until a limit. Immutable, thread-safe.
 */
final class Repetition {

    /** Waits; a test passes its own. */
    @FunctionalInterface
    interface Pause {
        void pause(long nanos);
    }

    /** A pause of nothing would turn an unreachable TC into a busy loop. */
    private static final long SHORTEST_PAUSE_NANOS = 1_000_000;

    private final long firstPauseNanos;
    private final long limitNanos;
    private final LongSupplier nanoTime;
    private final Pause pause;

    Repetition(Duration firstPause, Duration limit) {
        this(firstPause, limit, System::nanoTime, Repetition::waitThroughInterrupts);
    }

    Repetition(Duration firstPause, Duration limit, LongSupplier nanoTime, Pause pause) {
        this.firstPauseNanos = firstPause.toNanos();
        this.limitNanos = limit.toNanos();
        this.nanoTime = nanoTime;
        this.pause = pause;
    }

    Course start() {
        return new Course();
    }

    /** The tries of one request. Not thread-safe. */
    final class Course {

        private int tries;
        private long firstTryEnded;

        /** Waits until the next try is due; false when there is none any more. The first two are always granted. */
        boolean next() {
            tries++;
            if (tries == 1) {
                return true;
            }
            if (tries == 2) {
                firstTryEnded = nanoTime.getAsLong();
                return true;
            }
            long left = limitNanos - (nanoTime.getAsLong() - firstTryEnded);
            if (left <= 0) {
                return false;
            }
            pause.pause(Math.min(left, nextPauseNanos()));
            return true;
        }

        private long nextPauseNanos() {
            long doubled = firstPauseNanos << Math.min(tries - 3, 20);
            long bounded = Math.max(SHORTEST_PAUSE_NANOS, Math.min(doubled, TmOptions.LONGEST_PAUSE.toNanos()));
            return bounded / 2 + ThreadLocalRandom.current().nextLong(bounded / 2 + 1);
        }
    }

    /** An interrupt does not cut the wait short, because the outcome would be unknown without need; the flag stays set. */
    private static void waitThroughInterrupts(long nanos) {
        long end = System.nanoTime() + nanos;
        boolean interrupted = false;
        for (long left = nanos; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
