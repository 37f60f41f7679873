package dev.lockstep.rpc.pool;

import dev.lockstep.rpc.channel.ChannelEvents;
import dev.lockstep.rpc.discovery.TcAddress;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a node does its work: it is set aside when it has failed so often in a row, is then asked now and again, and comes
 * back with its first answer. A failure is an attempt to connect that did not succeed, or requests that were not answered in
 * time.
 *
 * <p>{@link #isSetAside} is thread-safe, the rest is confined to the node's event loop.
 */
final class NodeHealth {

    /** Once is an accident and twice may be one. */
    private static final int FAILURES_TO_SET_ASIDE = 3;

    private static final Logger log = LoggerFactory.getLogger(NodeHealth.class);

    private final TcAddress address;
    private final ChannelEvents events;
    private final EventLoop loop;
    private final Duration probeInterval;
    private final Runnable probe;

    private final AtomicInteger failures = new AtomicInteger();
    private boolean probing;
    private boolean stopped;

    /** @param probe asks the node something that any TC answers, if there is a connection to it */
    NodeHealth(TcAddress address, ChannelEvents events, EventLoop loop, Duration probeInterval, Runnable probe) {
        this.address = address;
        this.events = events;
        this.loop = loop;
        this.probeInterval = probeInterval;
        this.probe = probe;
    }

    boolean isSetAside() {
        return failures.get() >= FAILURES_TO_SET_ASIDE;
    }

    void answered() {
        // The usual case is a read: this is called for every answer.
        if (failures.get() != 0 && failures.getAndSet(0) >= FAILURES_TO_SET_ASIDE) {
            log.info("[tc {}] Answers again and is used like any other.", address);
            events.restored(address);
        }
    }

    /** Requests were not answered in time. */
    void timedOut() {
        failed(1, "requests were not answered in time");
    }

    /**
     * An attempt to connect has failed.
     *
     * @param inARow so many of the same connection by now; those of several connections are one trouble and not many
     */
    void notConnected(int inARow, String reason) {
        failed(inARow - failures.get(), reason);
    }

    private void failed(int more, String reason) {
        var before = failures.get();
        if (more <= 0 || before >= FAILURES_TO_SET_ASIDE || failures.addAndGet(more) < FAILURES_TO_SET_ASIDE) {
            return;
        }
        log.warn(
                "[tc {}] Set aside after {} failures in a row, the last: {}. What need not go there goes to other nodes"
                        + " until it answers again.",
                address,
                FAILURES_TO_SET_ASIDE,
                reason);
        events.setAside(address, reason);
        if (!probing && !stopped) {
            probing = true;
            probeAgain();
        }
    }

    /** There is a new connection: asks at once, where the node was set aside. */
    void connected() {
        if (isSetAside()) {
            probe.run();
        }
    }

    /** Asks no more: the node is no longer used. */
    void stop() {
        stopped = true;
    }

    private void probeAgain() {
        if (isSetAside() && !stopped) {
            probe.run();
            loop.schedule(this::probeAgain, probeInterval.toNanos(), TimeUnit.NANOSECONDS);
        } else {
            probing = false;
        }
    }
}
