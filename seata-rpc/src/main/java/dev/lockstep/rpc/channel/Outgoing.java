package dev.lockstep.rpc.channel;

import java.util.List;

/** What waits to be written: a request of ours, several that share a frame, or our reply to a request of the TC. */
sealed interface Outgoing permits Request, MergedRequests, Reply {

    /** The requests in it that wait for an answer. */
    List<Request> requests();
}
