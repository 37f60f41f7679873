package dev.lockstep.rpc.channel;

import dev.lockstep.rpc.codec.BadFrameException;
import dev.lockstep.rpc.codec.Frame;
import dev.lockstep.rpc.codec.FrameType;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.seata.core.protocol.AbstractResultMessage;
import io.seata.core.protocol.BatchResultMessage;
import io.seata.core.protocol.MergeResultMessage;
import io.seata.core.protocol.transaction.AbstractTransactionRequestToRM;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of the pipeline: what came in goes where it belongs.
 *
 * <p>Answers go to whoever waits for them: single ones by the id of their frame, those of a batch result (121) by the ids
 * they carry, those of a merge result (60) by their order in the merged request. A TC may use any of these forms for a merged
 * request: before 1.5 and by default the last, from 2.3 on the first.
 *
 * <p>Confined to the channel's event loop.
 */
final class FrameRouter extends ChannelInboundHandlerAdapter {

    private static final Logger log = LoggerFactory.getLogger(FrameRouter.class);

    private final TcChannel channel;

    FrameRouter(TcChannel channel) {
        this.channel = channel;
    }

    TcChannel channel() {
        return channel;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var frame = (Frame) message;
        if (frame.type() == FrameType.RESPONSE) {
            answer(frame);
        } else if (frame.body() instanceof AbstractTransactionRequestToRM command) {
            channel.receivedCommand(frame.requestId(), command);
        } else if (frame.type() != FrameType.PONG) {
            ignore(frame);
        }
    }

    private void answer(Frame frame) {
        if (frame.body() instanceof AbstractResultMessage answer) {
            channel.received(frame.requestId(), answer);
        } else if (frame.body() instanceof BatchResultMessage batch) {
            for (var i = 0; i < batch.getMsgIds().size(); i++) {
                channel.received(
                        batch.getMsgIds().get(i), batch.getResultMessages().get(i));
            }
        } else if (frame.body() instanceof MergeResultMessage merged) {
            channel.received(frame.requestId(), merged.getMsgs());
        } else {
            ignore(frame);
        }
    }

    private void ignore(Frame frame) {
        log.warn(
                "{} Ignored a {} frame of the TC that a client has no use for: {}",
                channel,
                frame.type(),
                frame.body());
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        channel.heard();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        channel.writabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        channel.inactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof BadFrameException) {
            // The owner tells the loss with this reason; where the decoder stood is of use to us alone.
            log.debug("{} What the TC sent cannot be read.", channel, cause);
            channel.close("what the TC sent cannot be read: " + cause.getMessage());
        } else if (cause instanceof IOException) {
            channel.close("the connection broke: " + cause.getMessage());
        } else {
            log.error("{} Closing after an error of our own; please report it.", channel, cause);
            channel.close("an error of our own: " + cause);
        }
    }
}
