package dev.lockstep.rpc.pool;

import dev.lockstep.rpc.channel.ChannelFactory;
import dev.lockstep.rpc.channel.ChannelOwner;
import dev.lockstep.rpc.channel.TcChannel;
import dev.lockstep.rpc.discovery.TcAddress;
import io.netty.channel.EventLoop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one connection to one node alive: connects, and connects again whenever it is lost, with growing waits. An RM must
 * be there without waiting for work, since until then the second phases of its branches stall. A slot beyond the first of a
 * node may sleep, without a connection, until it is woken.
 *
 * <p>Confined to the node's event loop, which is also that of its channels; methods that say so may be used by any thread.
 */
final class ChannelSlot {

    /** Told of what happens to the slot, on the event loop. */
    interface Watcher {

        /** There is a new channel, and {@link #live} gives it. */
        void connected(TcChannel channel);

        /** The channel is gone, and the slot reconnects. */
        void lost(TcChannel channel, String reason);

        /** @param inARow so many by now; connections that did not live for a while count too */
        void attemptFailed(String reason, int inARow);

        /** The first attempt after the start has ended, or another one; told after the two above. */
        void attemptDecided();

        /** The channel has lived for a while. */
        void settled();
    }

    private static final Logger log = LoggerFactory.getLogger(ChannelSlot.class);

    private final TcAddress address;
    private final EventLoop loop;
    private final ChannelFactory factory;
    private final Backoff backoff;
    private final ChannelOwner owner;
    private final Watcher watcher;

    private volatile @Nullable TcChannel live;
    private volatile @Nullable String lastError;
    private final AtomicBoolean asleep = new AtomicBoolean(true);
    private volatile boolean decided;
    private volatile boolean stopped;

    /** Whether the next attempt could not be put on its way; whoever wants the connection then does it. */
    private final AtomicBoolean stalled = new AtomicBoolean();

    private int failures;
    private boolean settled;

    ChannelSlot(
            TcAddress address,
            EventLoop loop,
            ChannelFactory factory,
            Backoff backoff,
            ChannelOwner owner,
            Watcher watcher) {
        this.address = address;
        this.loop = loop;
        this.factory = factory;
        this.backoff = backoff;
        this.owner = owner;
        this.watcher = watcher;
    }

    /** Starts connecting if the slot sleeps, as it does at first. Thread-safe. */
    void wake() {
        // At once, not on the event loop: whoever looks after this sees a slot that is about to connect.
        if (asleep.compareAndSet(true, false)) {
            connectSoon();
        }
    }

    /** Lets the channel go when its last request is answered, and makes no other until it is woken. */
    void sleep(String reason) {
        assert loop.inEventLoop();
        var channel = live;
        if (channel != null) {
            live = null;
            asleep.set(true);
            channel.quiet().thenRun(() -> channel.close(reason));
        }
    }

    /** Whether it needs to be woken to have a connection. Thread-safe. */
    boolean isAsleep() {
        return asleep.get();
    }

    /** Makes no further attempt; a live connection stays. Thread-safe. */
    void stop() {
        stopped = true;
    }

    /** The registered connection, or null while there is none. Thread-safe. */
    @Nullable
    TcChannel live() {
        var channel = live;
        if (channel != null && channel.isActive()) {
            return channel;
        }
        if (stalled.get()) {
            goOn();
        }
        return null;
    }

    private void goOn() {
        if (stalled.compareAndSet(true, false)) {
            connectSoon();
        }
    }

    private void connectSoon() {
        try {
            loop.execute(this::connect);
        } catch (Throwable e) {
            stall(e);
        }
    }

    /** Why there is no connection; null if none was lost or refused since the last success. Thread-safe. */
    @Nullable
    String lastError() {
        return lastError;
    }

    /** Whether the first attempt has ended, either way. Thread-safe. */
    boolean isDecided() {
        return decided;
    }

    /** Whether it has, or needs, no connection that has not yet lived for a while. */
    boolean isSettled() {
        return asleep.get() || (live() != null && settled);
    }

    /** The owner's notice that a channel is gone. */
    void closed(TcChannel channel, String reason) {
        assert loop.inEventLoop();
        if (channel != live) {
            return; // lost before it was registered: its attempt fails by itself; or let go
        }
        live = null;
        if (!stopped) {
            lastError = reason;
            if (!settled) {
                failures++;
            }
            try {
                watcher.lost(channel, reason);
            } finally {
                reconnect();
            }
        }
    }

    private void connect() {
        assert loop.inEventLoop();
        if (stopped) {
            return;
        }
        try {
            attempt().whenComplete(this::decide);
        } catch (Throwable e) {
            stall(e);
        }
    }

    /** What is thrown at once, where no thread can be had for resolving above all, is a failed attempt like any other. */
    private CompletableFuture<TcChannel> attempt() {
        try {
            return factory.connect(address, loop, owner);
        } catch (Throwable e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void decide(@Nullable TcChannel channel, @Nullable Throwable failure) {
        try {
            loop.execute(() -> attempted(channel, failure));
        } catch (Throwable e) {
            stall(e);
        }
    }

    private void attempted(@Nullable TcChannel channel, @Nullable Throwable failure) {
        try {
            if (channel != null && channel.isActive()) {
                connected(channel);
            } else {
                failed(failure == null ? "the TC closed the connection after the registration" : reason(failure));
            }
        } finally {
            decided = true;
            watcher.attemptDecided();
        }
    }

    private void connected(TcChannel channel) {
        if (stopped) {
            channel.close("the client is closing");
            return;
        }
        live = channel;
        lastError = null;
        settled = false;
        try {
            // Not at once: a TC that takes connections and drops them must not be asked in a tight loop.
            loop.schedule(() -> settle(channel), backoff.max().toMillis(), TimeUnit.MILLISECONDS);
            watcher.connected(channel);
        } catch (Throwable e) {
            // Resources may be missing on it; the next one has them all.
            channel.close("an error of our own: " + e);
        }
    }

    /** A connection that has lived for a while makes up for all failures before it. */
    private void settle(TcChannel channel) {
        if (live == channel) {
            settled = true;
            failures = 0;
            watcher.settled();
        }
    }

    private void failed(String reason) {
        if (stopped) {
            return;
        }
        lastError = reason;
        failures++;
        try {
            watcher.attemptFailed(reason, failures);
        } finally {
            reconnect();
        }
    }

    private void reconnect() {
        try {
            loop.schedule(this::connect, backoff.delay(failures).toNanos(), TimeUnit.NANOSECONDS);
        } catch (Throwable e) {
            stall(e);
        }
    }

    /** Memory is too short for the next step: the slot goes on as soon as somebody wants its connection. */
    private void stall(Throwable e) {
        stalled.set(true);
        if (!stopped) {
            log.error("[tc {}] Not connected; the next attempt waits for the next request.", address, e);
        }
    }

    private static String reason(Throwable failure) {
        var cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }
}
