package dev.lockstep.rpc.channel;

import dev.lockstep.rpc.codec.Frame;
import dev.lockstep.rpc.codec.FrameDecoder;
import dev.lockstep.rpc.codec.FrameEncoder;
import dev.lockstep.rpc.codec.FrameType;
import dev.lockstep.rpc.codec.TcVersion;
import dev.lockstep.rpc.discovery.TcAddress;
import dev.lockstep.rpc.policy.ReportForm;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.seata.core.protocol.AbstractMessage;
import io.seata.core.protocol.AbstractResultMessage;
import io.seata.core.protocol.ResultCode;
import io.seata.core.protocol.transaction.BranchReportRequest;
import io.seata.core.protocol.transaction.GlobalBeginRequest;
import io.seata.core.protocol.transaction.GlobalBeginResponse;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;

/** One connection, driven task by task, and what is seen of it from both sides. */
abstract class OneChannel {

    static final Duration TIMEOUT = Duration.ofSeconds(3);
    static final int FIRST_ID = 100;
    static final int MAX_WAITING = 8;
    static final int REPORT_BATCH = 3;
    static final Duration LINGER = Duration.ofMillis(20);

    final EmbeddedChannel wire = new EmbeddedChannel() {
        @Override
        public EventLoop eventLoop() {
            if (loopFails) {
                throw new LinkageError("thrown by the test");
            }
            return timersFail ? withoutTimers(super.eventLoop()) : super.eventLoop();
        }
    };
    final CountingEvents events = new CountingEvents();
    final List<String> upward = new ArrayList<>();
    /** The event loop takes nothing for now, as when there is no memory for a task. */
    boolean loopFails;
    /** The event loop takes tasks, but none for later. */
    boolean timersFail;

    private long now;
    final TcChannel channel = new TcChannel(
            new TcAddress("tc", 8091),
            wire,
            new RecordingOwner(),
            events,
            new RequestIds(FIRST_ID - 1),
            MAX_WAITING,
            new ReportOptions(REPORT_BATCH, LINGER, ReportForm.MERGED, true, TIMEOUT),
            () -> now);

    OneChannel() {
        wire.freezeTime();
        wire.pipeline().addLast(new FrameDecoder()).addLast(new FrameRouter(channel));
    }

    @AfterEach
    void close_the_wire() {
        wire.finishAndReleaseAll();
    }

    void pass(Duration time) {
        for (var left = time.toMillis(); left > 0; left -= 50) {
            now += Math.min(left, 50) * 1_000_000;
            wire.advanceTimeBy(Math.min(left, 50), TimeUnit.MILLISECONDS);
            wire.runScheduledPendingTasks();
            wire.runPendingTasks();
        }
    }

    private static EventLoop withoutTimers(EventLoop loop) {
        return (EventLoop) Proxy.newProxyInstance(
                EventLoop.class.getClassLoader(), new Class<?>[] {EventLoop.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("schedule")) {
                        throw new LinkageError("thrown by the test");
                    }
                    return method.invoke(loop, arguments);
                });
    }

    void writable(boolean writable) {
        wire.unsafe().outboundBuffer().setUserDefinedWritability(1, writable);
        wire.runPendingTasks();
    }

    void answer(int id, AbstractResultMessage answer) {
        receive(new Frame(FrameType.RESPONSE, id, answer));
    }

    void receive(Frame frame) {
        var bytes = Unpooled.buffer();
        FrameEncoder.encode(bytes, frame, TcVersion.UNKNOWN);
        wire.writeInbound(bytes);
        wire.runPendingTasks();
    }

    List<AbstractMessage> written() {
        var reader = new EmbeddedChannel(new FrameDecoder());
        for (ByteBuf bytes = wire.readOutbound(); bytes != null; bytes = wire.readOutbound()) {
            reader.writeInbound(bytes);
        }
        var messages = new ArrayList<AbstractMessage>();
        for (Frame frame = reader.readInbound(); frame != null; frame = reader.readInbound()) {
            messages.add(frame.body());
        }
        return messages;
    }

    static String nameOf(AbstractMessage begin) {
        return ((GlobalBeginRequest) begin).getTransactionName();
    }

    static GlobalBeginRequest begin(String name) {
        var request = new GlobalBeginRequest();
        request.setTransactionName(name);
        return request;
    }

    static GlobalBeginResponse begun(String xid) {
        var response = new GlobalBeginResponse();
        response.setResultCode(ResultCode.Success);
        response.setXid(xid);
        return response;
    }

    private final class RecordingOwner implements ChannelOwner {

        @Override
        public void command(TcChannel from, int requestId, AbstractMessage command, long arrivedNanos) {
            upward.add("command " + requestId);
        }

        @Override
        public void strayAnswer(TcChannel from, int requestId, AbstractResultMessage answer) {
            upward.add("stray " + requestId);
        }

        @Override
        public void answered(TcChannel by, AbstractMessage request, AbstractResultMessage answer) {}

        @Override
        public void timedOut(TcChannel silent) {
            upward.add("timed out");
        }

        @Override
        public void reportReturned(TcChannel lost, BranchReportRequest report) {
            upward.add("returned " + report.getBranchId());
        }

        @Override
        public void closed(TcChannel closed, String reason) {
            upward.add("closed: " + reason);
        }
    }
}
