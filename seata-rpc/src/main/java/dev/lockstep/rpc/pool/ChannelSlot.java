package dev.lockstep.rpc.pool;

import dev.lockstep.rpc.channel.ChannelFactory;
import dev.lockstep.rpc.channel.ChannelOwner;
import dev.lockstep.rpc.channel.TcChannel;
import dev.lockstep.rpc.discovery.TcAddress;
import io.netty.channel.EventLoop;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one connection to one node alive: connects, and connects again whenever it is lost, with growing waits. An RM must
 * be there without waiting for work, since until then the second phases of its branches stall.
 *
 * <p>Confined to its event loop, which is also that of its channels; {@link #live}, {@link #lastError} and the methods that
 * say so may be used by any thread.
 */
final class ChannelSlot {

    private static final Logger log = LoggerFactory.getLogger(ChannelSlot.class);

    private final TcAddress address;
    private final EventLoop loop;
    private final ChannelFactory factory;
    private final Backoff backoff;
    private final ChannelOwner owner;
    private final Consumer<TcChannel> onLive;
    private final Runnable onAttemptDecided;

    private volatile @Nullable TcChannel live;
    private volatile @Nullable String lastError;
    private volatile boolean decided;
    private volatile boolean stopped;
    private int failures;
    private boolean settled;
    private boolean complained;

    /**
     * @param onLive told of each new channel, on the event loop, once {@link #live} gives it
     * @param onAttemptDecided told after each attempt, on the event loop
     */
    ChannelSlot(
            TcAddress address,
            ChannelFactory factory,
            Backoff backoff,
            ChannelOwner owner,
            Consumer<TcChannel> onLive,
            Runnable onAttemptDecided) {
        this.address = address;
        this.loop = factory.nextLoop();
        this.factory = factory;
        this.backoff = backoff;
        this.owner = owner;
        this.onLive = onLive;
        this.onAttemptDecided = onAttemptDecided;
    }

    /** Starts connecting. Thread-safe; to be called once. */
    void start() {
        loop.execute(this::connect);
    }

    /** Makes no further attempt; a live connection stays. Thread-safe. */
    void stop() {
        stopped = true;
    }

    /** The registered connection, or null while there is none. Thread-safe. */
    @Nullable
    TcChannel live() {
        var channel = live;
        return channel != null && channel.isActive() ? channel : null;
    }

    /** Why there is no connection; null if none was lost or refused so far. Thread-safe. */
    @Nullable
    String lastError() {
        return lastError;
    }

    /** Whether the first attempt has ended, either way. Thread-safe. */
    boolean isDecided() {
        return decided;
    }

    /** The owner's notice that a channel is gone. */
    void closed(TcChannel channel, String reason) {
        assert loop.inEventLoop();
        if (channel != live) {
            return; // lost before it was registered; its attempt fails by itself
        }
        live = null;
        lastError = reason;
        if (!stopped) {
            log.warn("{} Connection lost: {}. Reconnecting.", channel, reason);
            if (!settled) {
                failures++;
            }
            reconnect();
        }
    }

    private void connect() {
        assert loop.inEventLoop();
        if (stopped) {
            return;
        }
        factory.connect(address, loop, owner).whenCompleteAsync(this::attempted, loop);
    }

    private void attempted(@Nullable TcChannel channel, @Nullable Throwable failure) {
        if (channel != null && channel.isActive()) {
            connected(channel);
        } else {
            failed(failure == null ? "the TC closed the connection after the registration" : reason(failure));
        }
        decided = true;
        onAttemptDecided.run();
    }

    private void connected(TcChannel channel) {
        if (stopped) {
            channel.close("the client is closing");
            return;
        }
        log.info("{} Connected to TC {} (version {}){}.", channel, address, channel.version(), afterFailures());
        live = channel;
        lastError = null;
        complained = false;
        settled = false;
        // Not at once: a TC that takes connections and drops them must not be asked in a tight loop.
        loop.schedule(() -> settle(channel), backoff.max().toMillis(), TimeUnit.MILLISECONDS);
        onLive.accept(channel);
    }

    private String afterFailures() {
        return failures == 0 ? "" : " after " + failures + " failed attempts";
    }

    /** A connection that has lived for a while makes up for all failures before it. */
    private void settle(TcChannel channel) {
        if (live == channel) {
            settled = true;
            failures = 0;
        }
    }

    private void failed(String reason) {
        lastError = reason;
        if (!complained && !stopped) {
            complained = true;
            log.warn(
                    "[tc {}] Not connected: {}. Trying again, at most {} ms apart, without further notice.",
                    address,
                    reason,
                    backoff.max().toMillis());
        }
        failures++;
        reconnect();
    }

    private void reconnect() {
        if (!stopped) {
            loop.schedule(this::connect, backoff.delay(failures).toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private static String reason(Throwable failure) {
        var cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }
}
