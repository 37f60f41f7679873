package dev.lockstep.rpc.channel;

import java.util.concurrent.TimeUnit;

/**
 * How long the TC has said nothing although something was written that it should answer. Found out without any timer: by
 * whoever wants to know, when he wants to know it.
 *
 * <p>How long is unusual is known by how long the TC took before: what takes a second with a TC that stores its sessions in
 * a far database is a fault of one that keeps them in memory.
 *
 * <p>{@link #asked} and {@link #heard} are confined to the channel's event loop, the rest is thread-safe.
 */
final class Silence {

    private static final long NOTHING_ASKED = Long.MIN_VALUE;

    /** So many times what is usual is unusual. */
    private static final long UNUSUAL_FACTOR = 4;

    /** What a scheduler may add on either side, however quick the TC is. */
    private static final long NEVER_UNUSUAL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    /** More requests than this wait unheard for a moment only, if the TC works: it says something after each of them. */
    private static final int UNUSUAL_REQUESTS = 4;

    private volatile long sinceNanos = NOTHING_ASKED;
    private volatile long usualNanos;
    private volatile int unheard;

    /**
     * Something was written.
     *
     * @param requests how many of it are requests
     */
    void asked(long now, int requests) {
        if (sinceNanos == NOTHING_ASKED) {
            // The clock may be at any number, this one too.
            sinceNanos = now == NOTHING_ASKED ? now + 1 : now;
        }
        unheard = unheard + requests;
    }

    /** Something came in, whatever it was. */
    void heard(long now) {
        if (sinceNanos != NOTHING_ASKED) {
            var difference = now - sinceNanos - usualNanos;
            // Down sooner than up: one slow answer, such as that to a long rollback, must not excuse what follows.
            usualNanos = usualNanos + difference / (difference < 0 ? 2 : 8);
            sinceNanos = NOTHING_ASKED;
            unheard = 0;
        }
    }

    /** Since the first write after which nothing came in; 0 if there is none. */
    long nanos(long now) {
        var since = sinceNanos;
        return since == NOTHING_ASKED ? 0 : now - since;
    }

    /**
     * Whether it has lasted longer than usual, or since more requests.
     *
     * @param waiting requests that wait to be written, too
     */
    boolean isUnusual(long now, int waiting) {
        return unheard + waiting > UNUSUAL_REQUESTS
                || nanos(now) > Math.max(NEVER_UNUSUAL_NANOS, UNUSUAL_FACTOR * usualNanos);
    }
}
