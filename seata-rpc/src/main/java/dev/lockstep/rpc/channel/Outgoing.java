package dev.lockstep.rpc.channel;

import io.seata.core.protocol.AbstractMessage;

/** What waits to be written: a request of ours, or our reply to a request of the TC. */
sealed interface Outgoing permits Request, Reply {

    AbstractMessage message();
}
