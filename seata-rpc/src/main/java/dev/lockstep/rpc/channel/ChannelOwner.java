package dev.lockstep.rpc.channel;

import io.seata.core.protocol.AbstractMessage;
import io.seata.core.protocol.AbstractResultMessage;

/** What a channel hands upward. All calls come on the channel's event loop and must return at once. */
public interface ChannelOwner {

    /**
     * A request of the TC: branch commit, branch rollback or undo log deletion.
     *
     * @param arrivedNanos on the same clock as {@link TcChannel#registeredNanos()}
     */
    void command(TcChannel channel, int requestId, AbstractMessage command, long arrivedNanos);

    /**
     * An answer that no request on this channel waits for. The TC sends the answer of a request whose connection died over
     * another one of the same application (measured on TC 2.0.0 and 2.2.0), so it may belong to a sibling.
     */
    void strayAnswer(TcChannel channel, int requestId, AbstractResultMessage answer);

    /** The channel is gone; everything on it has already failed. Called once. */
    void closed(TcChannel channel, String reason);
}
