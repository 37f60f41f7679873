package dev.lockstep.rpc.pool;

import java.time.Duration;

/**
 * How connections are kept.
 *
 * @param connectionsPerNode connections to each node, all of them registered for all resources
 * @param backoff the waits between attempts to connect
 * @param startupWait how long a call waits, once after the start, for the first attempts to be decided
 */
public record PoolOptions(int connectionsPerNode, Backoff backoff, Duration startupWait) {}
