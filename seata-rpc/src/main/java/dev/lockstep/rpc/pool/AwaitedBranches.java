package dev.lockstep.rpc.pool;

import dev.lockstep.rpc.channel.TcChannel;
import io.netty.util.collection.LongObjectHashMap;

/**
 * The branches of this process that await their second phase, with the connection they were registered over: the TC sends it
 * there first, so that connection is not closed for being idle.
 *
 * <p>Confined to the node's event loop.
 */
final class AwaitedBranches {

    /** Branches whose second phase another process was given stay here; so many of them are no accident any more. */
    static final int MOST = 100_000;

    private final LongObjectHashMap<TcChannel> channels = new LongObjectHashMap<>();
    private boolean lostCount;

    void registered(long branchId, TcChannel channel) {
        if (channels.size() >= MOST) {
            lostCount = true;
        } else {
            channels.put(branchId, channel);
        }
    }

    void ended(long branchId) {
        channels.remove(branchId);
    }

    /** The TC knows the connection no longer. */
    void closed(TcChannel channel) {
        channels.values().removeIf(registeredOver -> registeredOver == channel);
    }

    /** Whether one registered over this connection may await its second phase. */
    boolean mayAwait(TcChannel channel) {
        return lostCount || channels.containsValue(channel);
    }
}
