package dev.lockstep.rpc;

import dev.lockstep.rpc.codec.Frame;
import dev.lockstep.rpc.codec.FrameDecoder;
import dev.lockstep.rpc.codec.FrameEncoder;
import dev.lockstep.rpc.codec.FrameType;
import dev.lockstep.rpc.codec.TcVersion;
import dev.lockstep.testing.fault.HeldPort;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.seata.core.model.GlobalStatus;
import io.seata.core.protocol.AbstractIdentifyResponse;
import io.seata.core.protocol.AbstractMessage;
import io.seata.core.protocol.RegisterRMRequest;
import io.seata.core.protocol.RegisterRMResponse;
import io.seata.core.protocol.RegisterTMRequest;
import io.seata.core.protocol.RegisterTMResponse;
import io.seata.core.protocol.ResultCode;
import io.seata.core.protocol.transaction.AbstractGlobalEndResponse;
import io.seata.core.protocol.transaction.AbstractTransactionResponse;
import io.seata.core.protocol.transaction.BranchRegisterRequest;
import io.seata.core.protocol.transaction.BranchRegisterResponse;
import io.seata.core.protocol.transaction.BranchReportRequest;
import io.seata.core.protocol.transaction.BranchReportResponse;
import io.seata.core.protocol.transaction.GlobalBeginRequest;
import io.seata.core.protocol.transaction.GlobalBeginResponse;
import io.seata.core.protocol.transaction.GlobalCommitRequest;
import io.seata.core.protocol.transaction.GlobalCommitResponse;
import io.seata.core.protocol.transaction.GlobalLockQueryRequest;
import io.seata.core.protocol.transaction.GlobalLockQueryResponse;
import io.seata.core.protocol.transaction.GlobalReportRequest;
import io.seata.core.protocol.transaction.GlobalReportResponse;
import io.seata.core.protocol.transaction.GlobalRollbackRequest;
import io.seata.core.protocol.transaction.GlobalRollbackResponse;
import io.seata.core.protocol.transaction.GlobalStatusRequest;
import io.seata.core.protocol.transaction.GlobalStatusResponse;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A TC that does what the test says: it speaks the codec on a real socket, answers every request plausibly, and lets the
 * test replace the reaction to each kind of message. Closes all that it opened.
 */
final class ScriptedTc implements AutoCloseable {

    /** What to do about one frame. */
    interface Reaction {
        void react(Connection connection, Frame request);
    }

    private final EventLoopGroup group;
    private final Map<Class<?>, Reaction> reactions = new ConcurrentHashMap<>();
    private final List<Connection> connections = new CopyOnWriteArrayList<>();
    private final Queue<Frame> received = new ConcurrentLinkedQueue<>();
    private final AtomicLong numbers = new AtomicLong(1000);
    private final AtomicInteger commandIds = new AtomicInteger();
    private volatile String version = "2.0.0";
    private volatile Channel server;
    /** While it is stopped. */
    private volatile @Nullable HeldPort held;

    private final int port;

    @SuppressWarnings("deprecation") // in Netty 4.2, but the one class that 4.1 has too
    ScriptedTc() {
        group = new NioEventLoopGroup(1);
        server = listen(0);
        port = ((InetSocketAddress) server.localAddress()).getPort();
        react(
                RegisterTMRequest.class,
                (connection, request) -> connection.answer(request, identified(new RegisterTMResponse())));
        react(
                RegisterRMRequest.class,
                (connection, request) -> connection.answer(request, identified(new RegisterRMResponse())));
        react(GlobalBeginRequest.class, (connection, request) -> connection.answer(request, begun(nextXid())));
        react(GlobalCommitRequest.class, GlobalStatus.Committed, GlobalCommitResponse::new);
        react(GlobalRollbackRequest.class, GlobalStatus.Rollbacked, GlobalRollbackResponse::new);
        react(GlobalStatusRequest.class, GlobalStatus.Begin, GlobalStatusResponse::new);
        react(GlobalReportRequest.class, GlobalStatus.Committed, GlobalReportResponse::new);
        react(BranchRegisterRequest.class, (connection, request) -> connection.answer(request, registered()));
        react(
                BranchReportRequest.class,
                (connection, request) -> connection.answer(request, success(new BranchReportResponse())));
        react(GlobalLockQueryRequest.class, (connection, request) -> {
            var answer = success(new GlobalLockQueryResponse());
            answer.setLockable(true);
            connection.answer(request, answer);
        });
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    String nextXid() {
        return address() + ":" + numbers.incrementAndGet();
    }

    /** The version given to those who register from now on. */
    ScriptedTc version(String text) {
        version = text;
        return this;
    }

    ScriptedTc react(Class<? extends AbstractMessage> request, Reaction reaction) {
        reactions.put(request, reaction);
        return this;
    }

    ScriptedTc ignore(Class<? extends AbstractMessage> request) {
        return react(request, (connection, frame) -> {});
    }

    List<Connection> connections() {
        return connections;
    }

    /** All requests of this kind so far, from all connections. */
    <M extends AbstractMessage> List<M> received(Class<M> kind) {
        return frames(kind).map(frame -> kind.cast(frame.body())).toList();
    }

    Stream<Frame> frames(Class<? extends AbstractMessage> kind) {
        return received.stream().filter(frame -> kind.isInstance(frame.body()));
    }

    List<Frame> received() {
        return List.copyOf(received);
    }

    /** Sends a command on the first connection; gives its request id, of the TC's own counter. */
    int command(AbstractMessage command) {
        var id = commandIds.incrementAndGet();
        connections.get(0).write(new Frame(FrameType.REQUEST, id, command));
        return id;
    }

    /** Closes all connections with a reset. */
    void cut() {
        connections.forEach(Connection::reset);
    }

    /**
     * Stops listening and closes all connections, as a killed process would. From the return on connections are refused: the
     * event loop lets go of the listener with its next select only, which may be after the close has ended.
     */
    void stop() {
        server.close().syncUninterruptibly();
        held = HeldPort.of(port);
        cut();
    }

    void restart() {
        release();
        server = listen(port);
    }

    private void release() {
        var toRelease = held;
        if (toRelease != null) {
            toRelease.close();
            held = null;
        }
    }

    @Override
    public void close() {
        release();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }

    static <R extends AbstractTransactionResponse> R success(R response) {
        response.setResultCode(ResultCode.Success);
        return response;
    }

    static GlobalBeginResponse begun(String xid) {
        var response = success(new GlobalBeginResponse());
        response.setXid(xid);
        return response;
    }

    private <R extends AbstractIdentifyResponse> R identified(R response) {
        response.setIdentified(true);
        response.setVersion(version);
        return response;
    }

    private BranchRegisterResponse registered() {
        var response = success(new BranchRegisterResponse());
        response.setBranchId(numbers.incrementAndGet());
        return response;
    }

    private void react(
            Class<? extends AbstractMessage> request,
            GlobalStatus status,
            Supplier<AbstractGlobalEndResponse> response) {
        react(request, (connection, frame) -> {
            var answer = success(response.get());
            answer.setGlobalStatus(status);
            connection.answer(frame, answer);
        });
    }

    private Channel listen(int onPort) {
        return new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new FrameDecoder()).addLast(new Connection(channel));
                    }
                })
                .bind("127.0.0.1", onPort)
                .syncUninterruptibly()
                .channel();
    }

    /** One client's connection, seen from the TC. */
    final class Connection extends ChannelInboundHandlerAdapter {

        private final Channel channel;
        private final AtomicInteger pings = new AtomicInteger();

        private Connection(Channel channel) {
            this.channel = channel;
        }

        void answer(Frame request, AbstractMessage answer) {
            write(new Frame(FrameType.RESPONSE, request.requestId(), answer));
        }

        void write(Frame frame) {
            var out = channel.alloc().buffer();
            FrameEncoder.encode(out, frame, TcVersion.parse(version));
            write(out);
        }

        void write(ByteBuf bytes) {
            channel.writeAndFlush(bytes);
        }

        /** Closes with a reset instead of an orderly end. */
        void reset() {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            channel.close().syncUninterruptibly();
        }

        /** Closes in an orderly way, after what was written so far; does not wait. */
        void end() {
            channel.close();
        }

        /** Heartbeats that came over it, each of which was answered. */
        int pings() {
            return pings.get();
        }

        void stopReading() {
            channel.config().setAutoRead(false);
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            connections.add(this);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            connections.remove(this);
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            var frame = (Frame) message;
            received.add(frame);
            if (frame.type() == FrameType.PING) {
                write(new Frame(FrameType.PONG, frame.requestId(), null));
                pings.incrementAndGet();
            } else if (frame.body() != null
                    && reactions.containsKey(frame.body().getClass())) {
                reactions.get(frame.body().getClass()).react(this, frame);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }
}
