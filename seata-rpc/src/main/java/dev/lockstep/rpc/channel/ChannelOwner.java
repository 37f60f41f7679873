package dev.lockstep.rpc.channel;

import io.seata.core.protocol.AbstractMessage;
import io.seata.core.protocol.AbstractResultMessage;
import io.seata.core.protocol.transaction.BranchReportRequest;

/** What a channel hands upward. Calls come on the channel's event loop, or for a
 * report that could not leave on any thread, and must return at once. */
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

    /** A request was answered. */
    void answered(TcChannel channel, AbstractMessage request, AbstractResultMessage answer);

    /** Requests were not answered, or not even taken, within their time. */
    void timedOut(TcChannel channel);

    /** A report of a successful branch that was lost with the channel and has not been repeated yet. */
    void reportReturned(TcChannel channel, BranchReportRequest report);

    /** The channel is gone; everything on it has already failed. Called once. */
    void closed(TcChannel channel, String reason);
}
