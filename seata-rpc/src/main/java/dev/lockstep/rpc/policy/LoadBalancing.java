package dev.lockstep.rpc.policy;

/**
 * Which of several TC nodes a request goes to that need not go to a certain one: a begin, or a request about a transaction
 * whose node is not known by its xid. Nodes that were set aside or are silent are taken only when there is no other.
 */
public enum LoadBalancing {
    /** By a hash of the xid, so that all requests of a transaction meet the same node; a begin goes round. */
    XID,

    /** Each node in turn. */
    ROUND_ROBIN,

    /** Where the fewest requests wait for an answer. */
    LEAST_IN_FLIGHT
}
