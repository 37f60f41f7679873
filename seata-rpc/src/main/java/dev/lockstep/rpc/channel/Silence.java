package dev.lockstep.rpc.channel;

/**
 * How long the TC has said nothing although something was written that it should answer. Found out without any timer: by
 * whoever wants to know, when he wants to know it.
 *
 * <p>{@link #asked} and {@link #heard} are confined to the channel's event loop, {@link #nanos} is thread-safe.
 */
final class Silence {

    private static final long NOTHING_ASKED = Long.MIN_VALUE;

    private volatile long sinceNanos = NOTHING_ASKED;

    /** Something was written. */
    void asked(long now) {
        if (sinceNanos == NOTHING_ASKED) {
            // The clock may be at any number, this one too.
            sinceNanos = now == NOTHING_ASKED ? now + 1 : now;
        }
    }

    /** Something came in, whatever it was. */
    void heard() {
        if (sinceNanos != NOTHING_ASKED) {
            sinceNanos = NOTHING_ASKED;
        }
    }

    /** Since the first write after which nothing came in; 0 if there is none. */
    long nanos(long now) {
        var since = sinceNanos;
        return since == NOTHING_ASKED ? 0 : now - since;
    }
}
