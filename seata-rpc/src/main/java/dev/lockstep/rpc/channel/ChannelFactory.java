package dev.lockstep.rpc.channel;

import dev.lockstep.rpc.codec.FrameDecoder;
import dev.lockstep.rpc.discovery.TcAddress;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * Makes connections. The pipeline, from the wire inwards:
 *
 * <pre>
 *   HeartbeatHandler   sees every read and write; sends a ping in silence, closes what is dead
 *   FrameDecoder       bytes to frames
 *   FrameRouter        answers to InFlightRequests, branch commands to the owner
 * </pre>
 *
 * <p>The way out needs no handler: {@link WriteCoalescer} writes whole buffers of encoded frames. The first of them is the
 * registration, in one write: TC 2.2 chooses the protocol by the first segment and hangs if that has fewer than 3 bytes.
 *
 * <p>Thread-safe.
 */
public final class ChannelFactory {

    /** With the order below: chunks of 128 KB, twice what one flush or one read takes. */
    private static final int BUFFER_PAGE_BYTES = 8 * 1024;

    private static final int BUFFER_CHUNK_ORDER = 4;

    private static final io.netty.channel.ChannelFactory<TcSocket> SOCKETS = TcSocket::new;

    private final ChannelOptions options;
    private final Registration registration;
    private final RequestIds ids;
    private final ChannelEvents events;
    private final IoThreads threads;
    private final LongSupplier nanoClock;

    /**
     * Of our own, and small. Netty's takes 4 MB of RAM with the first byte, since a chunk is written over when it is made; here
     * one thread needs buffers of some KB, now and then of 64, and for the rare large frame one outside the pool.
     */
    private final ByteBufAllocator buffers = new PooledByteBufAllocator(
            true,
            0,
            1,
            BUFFER_PAGE_BYTES,
            BUFFER_CHUNK_ORDER,
            PooledByteBufAllocator.defaultSmallCacheSize(),
            PooledByteBufAllocator.defaultNormalCacheSize(),
            true);

    public ChannelFactory(
            ChannelOptions options,
            Registration registration,
            RequestIds ids,
            ChannelEvents events,
            IoThreads threads,
            LongSupplier nanoClock) {
        this.options = options;
        this.registration = registration;
        this.ids = ids;
        this.events = events;
        this.threads = threads;
        this.nanoClock = nanoClock;
    }

    /**
     * Connects and registers. The future completes when the channel can take requests; it fails, and nothing is left open, if
     * the host is unknown, nobody listens, or the registration is refused or not answered in time.
     */
    public CompletableFuture<TcChannel> connect(TcAddress address, EventLoop loop, ChannelOwner owner) {
        return CompletableFuture.supplyAsync(
                        () -> new InetSocketAddress(address.host(), address.port()), threads.resolvers())
                .thenCompose(socketAddress -> open(address, socketAddress, loop, owner))
                .thenCompose(this::register);
    }

    /** The event loop for a further connection. */
    public EventLoop nextLoop() {
        return threads.next();
    }

    /** Announces a further resource on a live channel; see {@link Registration#announce}. */
    public CompletableFuture<Void> announce(TcChannel channel, Set<String> resourceIds) {
        return registration.announce(channel, resourceIds);
    }

    private CompletableFuture<TcChannel> open(
            TcAddress address, InetSocketAddress socketAddress, EventLoop loop, ChannelOwner owner) {
        if (socketAddress.isUnresolved()) {
            return CompletableFuture.failedFuture(new UnknownHostException("unknown host " + address.host()));
        }
        var opened = new CompletableFuture<TcChannel>();
        var connecting = new Bootstrap()
                .group(loop)
                .channelFactory(SOCKETS)
                .disableResolver() // resolved already, on a thread that may block
                .option(ChannelOption.ALLOCATOR, buffers)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(
                        ChannelOption.CONNECT_TIMEOUT_MILLIS,
                        Math.toIntExact(options.connectTimeout().toMillis()))
                .handler(new Pipeline(address, owner))
                .connect(socketAddress);
        connecting.addListener(done -> {
            if (done.isSuccess()) {
                opened.complete(
                        connecting.channel().pipeline().get(FrameRouter.class).channel());
            } else {
                opened.completeExceptionally(done.cause());
            }
        });
        return opened;
    }

    private CompletableFuture<TcChannel> register(TcChannel channel) {
        return registration.register(channel).whenComplete((registered, failure) -> {
            if (failure != null) {
                channel.close("the registration failed: " + failure.getMessage());
            }
        });
    }

    private final class Pipeline extends ChannelInitializer<Channel> {

        private final TcAddress address;
        private final ChannelOwner owner;

        Pipeline(TcAddress address, ChannelOwner owner) {
            this.address = address;
            this.owner = owner;
        }

        @Override
        protected void initChannel(Channel netty) {
            var channel = new TcChannel(
                    address, netty, owner, events, ids, options.maxWaitingRequests(), options.reports(), nanoClock);
            netty.pipeline()
                    .addLast(new HeartbeatHandler(channel, ids, options.heartbeatInterval(), options.deadAfter()))
                    .addLast(new FrameDecoder())
                    .addLast(new FrameRouter(channel));
        }
    }
}
