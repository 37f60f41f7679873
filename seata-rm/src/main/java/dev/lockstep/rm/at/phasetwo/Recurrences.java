package dev.lockstep.rm.at.phasetwo;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Troubles by what they are about, at most so many at a time: more than that are not worth a line each. Thread-safe. */
final class Recurrences {

    /** The TC asks again each second or so; what it does not ask for any more is over, or somebody else's. */
    private static final Duration FORGOTTEN = Duration.ofMinutes(10);

    private final int most;
    private final LongSupplier nanoTime;
    private final Map<Object, Recurrence> known = new ConcurrentHashMap<>();

    Recurrences(int most, LongSupplier nanoTime) {
        this.most = most;
        this.nanoTime = nanoTime;
    }

    /** The trouble about this has come once more. */
    Recurrence.Line next(Object about, @Nullable Throwable why) {
        Recurrence recurrence = known.get(about);
        if (recurrence == null) {
            if (known.size() >= most) {
                known.values().removeIf(one -> one.idle().compareTo(FORGOTTEN) > 0);
            }
            if (known.size() >= most) {
                return Recurrence.Line.NONE;
            }
            recurrence = known.computeIfAbsent(about, any -> new Recurrence(nanoTime));
        }
        return recurrence.next(why);
    }

    /** The trouble about this is over; gives how often it came. */
    long over(Object about) {
        Recurrence recurrence = known.isEmpty() ? null : known.remove(about);
        return recurrence == null ? 0 : recurrence.times();
    }

    int size() {
        return known.size();
    }
}
