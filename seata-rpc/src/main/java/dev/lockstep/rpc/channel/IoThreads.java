package dev.lockstep.rpc.channel;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads of a client's connections: one event loop, and some for resolving host names, which blocks and so must not
 * happen on the event loop. The latter end when there is nothing to resolve.
 *
 * <p>Thread-safe.
 */
public final class IoThreads {

    /**
     * One event loop writes and reads more frames than a TC answers (it does no more than encode, decode and wake the
     * callers), and everything that gathers for a connection gathers at one place.
     */
    private static final int EVENT_LOOPS = 1;

    /** One name that does not resolve must not hold up the others. */
    private static final int RESOLVERS = 4;

    private static final int RESOLVER_IDLE_SECONDS = 10;

    private final EventLoopGroup group;
    private final ThreadPoolExecutor resolvers;

    // Deprecated in Netty 4.2, but the one class that 4.1 has too.
    @SuppressWarnings("deprecation")
    public IoThreads() {
        group = new NioEventLoopGroup(EVENT_LOOPS, new DefaultThreadFactory("lockstep-rpc", true));
        resolvers = new ThreadPoolExecutor(
                RESOLVERS,
                RESOLVERS,
                RESOLVER_IDLE_SECONDS,
                TimeUnit.SECONDS,
                // Never more than one entry for each connection that is being made.
                new LinkedBlockingQueue<>(),
                new DefaultThreadFactory("lockstep-resolve", true));
        resolvers.allowCoreThreadTimeOut(true);
    }

    public EventLoop next() {
        return group.next();
    }

    Executor resolvers() {
        return resolvers;
    }

    /** Ends the threads; waits for the event loop, at most so long. */
    public boolean close(Duration limit) {
        resolvers.shutdownNow();
        return group.shutdownGracefully(0, limit.toMillis(), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(limit.toMillis());
    }
}
