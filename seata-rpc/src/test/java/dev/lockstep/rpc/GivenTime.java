package dev.lockstep.rpc;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A clock that moves on only while this JVM is given time: when the machine, or the garbage collector, stops all of it, that
 * is no silence of a TC and no answer too late.
 */
final class GivenTime implements AutoCloseable {

    private static final long STEP_NANOS = Duration.ofMillis(1).toNanos();
    private static final long LONGEST_STEP_NANOS = Duration.ofMillis(20).toNanos();

    private final AtomicLong nanos = new AtomicLong(System.nanoTime());
    private volatile boolean closed;

    GivenTime() {
        var ticking = new Thread(this::tick, "given-time");
        ticking.setDaemon(true);
        ticking.start();
    }

    long nanos() {
        return nanos.get();
    }

    private void tick() {
        var last = System.nanoTime();
        while (!closed) {
            LockSupport.parkNanos(STEP_NANOS);
            var now = System.nanoTime();
            nanos.addAndGet(Math.min(now - last, LONGEST_STEP_NANOS));
            last = now;
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
