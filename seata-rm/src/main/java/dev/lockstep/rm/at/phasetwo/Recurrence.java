package dev.lockstep.rm.at.phasetwo;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A trouble that comes again and again, and which times of it are worth a line in the log: the first, each from another cause than
 * the one before, and of the others one after a minute, one after two more, and so on up to one in an hour. Thread-safe.
 */
public final class Recurrence {

    private static final Duration FIRST_PAUSE = Duration.ofMinutes(1);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    /**
     * What to do about one time.
     *
     * @param due whether it is worth a line
     * @param first whether it is the first of its cause, whose stack trace says something new
     * @param times how often it has come, this time included
     */
    public record Line(boolean due, boolean first, long times) {
        static final Line NONE = new Line(false, false, 0);
    }

    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private String cause = "";
    private long times;
    private Duration pause = FIRST_PAUSE;
    private long lastLine;
    private volatile long last;

    /** @param nanoTime as {@link System#nanoTime} */
    public Recurrence(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.last = nanoTime.getAsLong();
    }

    /** It has come once more. */
    public Line next(@Nullable Throwable why) {
        long now = nanoTime.getAsLong();
        String causeNow = causeOf(why);
        lock.lock();
        try {
            last = now;
            times++;
            if (times == 1 || !causeNow.equals(cause)) {
                cause = causeNow;
                lastLine = now;
                pause = FIRST_PAUSE;
                return new Line(true, true, times);
            }
            if (now - lastLine < pause.toNanos()) {
                return new Line(false, false, times);
            }
            lastLine = now;
            Duration next = pause.multipliedBy(2);
            pause = next.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : next;
            return new Line(true, false, times);
        } finally {
            lock.unlock();
        }
    }

    long times() {
        lock.lock();
        try {
            return times;
        } finally {
            lock.unlock();
        }
    }

    /** How long ago it came last. */
    Duration idle() {
        return Duration.ofNanos(nanoTime.getAsLong() - last);
    }

    /** Messages hold values that differ from time to time; the kind of failure does not. */
    static String causeOf(@Nullable Throwable why) {
        if (why == null) {
            return "";
        }
        return why instanceof SQLException e
                ? e.getClass().getName() + ' ' + e.getSQLState() + ' ' + e.getErrorCode()
                : why.getClass().getName();
    }
}
