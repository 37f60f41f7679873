package dev.lockstep.rpc.channel;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The ids of our requests: one counter for all connections of a client, because an answer may come over another
 * connection than its request left by. The start is random, because it may even come to another process of the same
 * application on the same host, which must not take it for its own.
 *
 * <p>Thread-safe.
 */
public final class RequestIds {

    private final AtomicInteger last;

    public RequestIds(int start) {
        this.last = new AtomicInteger(start);
    }

    int next() {
        return last.incrementAndGet();
    }
}
