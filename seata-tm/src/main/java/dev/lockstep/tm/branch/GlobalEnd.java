package dev.lockstep.tm.branch;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The moment when this process has done what it can to end a global transaction that it launched: the TC has answered, or is
 * asked no more. The rows of the global transaction are then most likely free; nothing here promises it. Thread-safe.
 */
public final class GlobalEnd {

    private final CountDownLatch over = new CountDownLatch(1);

    /** Not reached yet. */
    public GlobalEnd() {}

    /** The moment has come; for the TM. */
    public void reached() {
        over.countDown();
    }

    /** Whether that moment has passed. */
    public boolean isOver() {
        return over.getCount() == 0;
    }

    /** Waits for that moment, at most so long; gives whether it has passed. */
    public boolean await(Duration atMost) throws InterruptedException {
        return over.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }
}
