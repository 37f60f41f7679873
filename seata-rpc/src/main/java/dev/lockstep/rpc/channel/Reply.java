package dev.lockstep.rpc.channel;

import io.seata.core.protocol.AbstractMessage;
import java.util.List;

/**
 * Our answer to a request of the TC.
 *
 * @param requestId the TC's id, from a space of its own
 */
record Reply(int requestId, AbstractMessage message) implements Outgoing {

    @Override
    public List<Request> requests() {
        return List.of();
    }
}
