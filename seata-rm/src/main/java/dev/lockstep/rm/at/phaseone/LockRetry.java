package dev.lockstep.rm.at.phaseone;

import dev.lockstep.rm.event.BranchListener;
import dev.lockstep.tm.LockRetryLimits;
import dev.lockstep.tm.branch.GlobalEnd;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How patiently a local transaction waits for rows that another global transaction holds: so many tries, so far apart with
 * some jitter, and never longer than a limit. Where the holder is known to this process the next try follows its end at once,
 * and only the time waited is taken off the tries. Immutable, thread-safe.
 */
public final class LockRetry {

    /** Waits; a test passes its own. */
    interface Pause {

        /** Waits so long, or until a global transaction has ended; gives whether that came first. */
        boolean pause(Duration duration, @Nullable GlobalEnd holder) throws InterruptedException;
    }

    private final Duration interval;
    private final int times;
    private final Duration limit;
    private final Pause pause;
    private final LongSupplier nanoTime;
    private final BranchListener listener;
    private final String resourceId;

    /**
     * A policy.
     *
     * @param interval the mean time between two tries
     * @param times how many more tries follow the first
     * @param limit when to give up though tries are left
     */
    public LockRetry(Duration interval, int times, Duration limit) {
        this(interval, times, limit, LockRetry::sleep, System::nanoTime);
    }

    private static boolean sleep(Duration duration, @Nullable GlobalEnd holder) throws InterruptedException {
        if (holder != null) {
            return holder.await(duration);
        }
        Thread.sleep(duration.toMillis());
        return false;
    }

    LockRetry(Duration interval, int times, Duration limit, Pause pause, LongSupplier nanoTime) {
        this(interval, times, limit, pause, nanoTime, BranchListener.NONE, "");
    }

    private LockRetry(
            Duration interval,
            int times,
            Duration limit,
            Pause pause,
            LongSupplier nanoTime,
            BranchListener listener,
            String resourceId) {
        this.interval = interval;
        this.times = times;
        this.limit = limit;
        this.pause = pause;
        this.nanoTime = nanoTime;
        this.listener = listener;
        this.resourceId = resourceId;
    }

    /** The same policy for the rows of one database, with somebody who is told how long they are waited for. */
    public LockRetry toldTo(BranchListener told, String ofResource) {
        return new LockRetry(interval, times, limit, pause, nanoTime, told, ofResource);
    }

    /**
     * Starts to count.
     *
     * @param own what the global transaction was given of its own; null, or null in part, for this policy's values
     */
    public Attempts start(@Nullable LockRetryLimits own) {
        Duration ownInterval = own == null ? null : own.interval();
        Integer ownTimes = own == null ? null : own.times();
        return new Attempts(ownInterval == null ? interval : ownInterval, ownTimes == null ? times : ownTimes);
    }

    /** Why nobody waits any more. */
    enum End {
        /** Every try was used up. */
        TRIES(
                "no try is left",
                "seata.client.rm.lock.retry-times (lockRetryTimes), which is how many tries follow the first"),
        /** Tries are left, but no time. */
        TIME(
                "no time is left, though tries are",
                "lockstep.lock-retry-limit (lockRetryLimit), which is how long a connection may be held for that"),
        /** Somebody wants the thread to end. */
        INTERRUPTED("the thread was interrupted", null);

        private final String reason;
        private final @Nullable String setting;

        End(String reason, @Nullable String setting) {
            this.reason = reason;
            this.setting = setting;
        }

        /** For messages. */
        String reason() {
            return reason;
        }

        /** What to raise to wait longer, or null where no setting helps. */
        @Nullable
        String setting() {
            return setting;
        }
    }

    /** The tries of one local transaction. Not thread-safe. */
    public final class Attempts {
        private final Duration between;
        private final int most;
        private final long began = nanoTime.getAsLong();
        private int tries = 1;
        /** Pauses that lasted as long as they were to. */
        private int fullPauses;
        /** Time in pauses that an end cut short. */
        private long nanosInShortPauses;

        private @Nullable End end;

        private Attempts(Duration between, int most) {
            this.between = between;
            this.most = most;
        }

        /**
         * Waits for the next try.
         *
         * @param holder the end of who may hold the rows, or null when nobody is known
         * @return false when there is none: tries or time are used up, or the thread was interrupted (and still is)
         */
        public boolean waitForNext(@Nullable GlobalEnd holder) {
            if (pausesUsed() >= most) {
                return gaveUp(End.TRIES);
            }
            if (waited().compareTo(limit) >= 0) {
                return gaveUp(End.TIME);
            }
            // Between half and one and a half of the interval, so that those who met once do not meet again.
            long nanos = (long)
                    (between.toNanos() * (0.5 + ThreadLocalRandom.current().nextDouble()));
            long left = limit.minus(waited()).toNanos();
            long from = nanoTime.getAsLong();
            try {
                if (pause.pause(Duration.ofNanos(Math.min(nanos, left)), holder)) {
                    nanosInShortPauses += nanoTime.getAsLong() - from;
                } else {
                    fullPauses++;
                }
                tries++;
                return true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return gaveUp(End.INTERRUPTED);
            }
        }

        private boolean gaveUp(End why) {
            end = why;
            listener.lockWaitEnded(resourceId, waited().toNanos(), false);
            return false;
        }

        /** The TC has just said that others hold the rows. */
        void refused() {
            listener.lockConflict(resourceId);
        }

        /** The rows were free at last. */
        public void obtained() {
            if (tries > 1) {
                listener.lockWaitEnded(resourceId, waited().toNanos(), true);
            }
        }

        private long pausesUsed() {
            return fullPauses + nanosInShortPauses / Math.max(1, between.toNanos());
        }

        /** Why nobody waits any more; null while somebody may. */
        @Nullable
        End end() {
            return end;
        }

        /** Tries so far, the first included. */
        public int tries() {
            return tries;
        }

        /** Time since the first try. */
        public Duration waited() {
            return Duration.ofNanos(nanoTime.getAsLong() - began);
        }
    }
}
