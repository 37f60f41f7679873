package dev.lockstep.rpc.pool;

import dev.lockstep.rpc.policy.LoadBalancing;
import java.time.Duration;

/**
 * How connections are kept.
 *
 * @param maxConnections the most to each node, all of them registered for all resources
 * @param keepAlive whether those beyond the first stay when they are idle
 * @param idleTime how long one beyond the first must be idle to be closed, where it may be
 * @param warmUp whether all are made at the start, and not when they are needed
 * @param loadBalancing the node for what need not go to a certain one
 * @param probeInterval how often a node that was set aside is asked
 * @param probeTimeout how long its answer is awaited
 * @param backoff the waits between attempts to connect
 * @param startupWait how long a call waits, once after the start, for the first attempts to be decided
 */
public record PoolOptions(
        int maxConnections,
        boolean keepAlive,
        Duration idleTime,
        boolean warmUp,
        LoadBalancing loadBalancing,
        Duration probeInterval,
        Duration probeTimeout,
        Backoff backoff,
        Duration startupWait) {

    /** Whether a connection may be closed for idleness. */
    boolean closesIdle() {
        return !keepAlive && maxConnections > 1;
    }
}
