/**
 * Which connections there are: some to each node ({@link dev.lockstep.rpc.pool.ChannelPool}), all nodes ({@link
 * dev.lockstep.rpc.pool.TcCluster}), and how each is kept alive ({@code ChannelSlot}). Read {@code TcCluster} first.
 *
 * <p>Not for users: public for the packages beside it only, and may change at any time.
 */
@NullMarked
package dev.lockstep.rpc.pool;

import org.jspecify.annotations.NullMarked;
