package dev.lockstep.rpc.channel;

import dev.lockstep.rpc.codec.Frame;
import dev.lockstep.rpc.codec.FrameEncoder;
import dev.lockstep.rpc.codec.FrameType;
import dev.lockstep.rpc.codec.TcVersion;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.timeout.IdleState;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Keeps a silent connection alive and finds out that it is dead. The TC closes what it has not heard from for 15 s
 * (measured, TC 1.4.2 to 2.2.0) and never sends heartbeats itself; it answers ours at once, so silence longer than that
 * means that nobody is there.
 *
 * <p>Confined to the channel's event loop.
 */
final class HeartbeatHandler extends IdleStateHandler {

    private static final int FRAME_BYTES = 16;

    private final RequestIds ids;
    private final TcChannel channel;
    private final Duration deadAfter;

    HeartbeatHandler(TcChannel channel, RequestIds ids, Duration heartbeatInterval, Duration deadAfter) {
        super(deadAfter.toMillis(), heartbeatInterval.toMillis(), 0, TimeUnit.MILLISECONDS);
        this.channel = channel;
        this.ids = ids;
        this.deadAfter = deadAfter;
    }

    @Override
    protected void channelIdle(ChannelHandlerContext context, IdleStateEvent event) {
        if (event.state() == IdleState.READER_IDLE) {
            channel.close("nothing was heard from the TC for " + deadAfter.toMillis() + " ms");
            return;
        }
        var ping = context.alloc().ioBuffer(FRAME_BYTES);
        FrameEncoder.encode(ping, new Frame(FrameType.PING, ids.next(), null), TcVersion.UNKNOWN);
        // Through the whole pipeline, so that this handler sees its own write and starts counting anew.
        context.channel().writeAndFlush(ping);
        channel.asked();
    }
}
