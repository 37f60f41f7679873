package dev.lockstep.rpc.channel;

import java.util.List;

/**
 * Requests that leave in one frame (type 59). None may depend on another: the TC handles them in any order, and in parallel
 * from 1.7 on.
 */
record MergedRequests(List<Request> requests) implements Outgoing {}
