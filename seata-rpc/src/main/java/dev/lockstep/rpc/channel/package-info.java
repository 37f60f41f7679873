/**
 * One connection to a TC: how it is made and registered, how requests leave it and find their answers, how branch
 * commands that arrive on it reach the RM.
 *
 * <p>Read {@link dev.lockstep.rpc.channel.TcChannel} first, then {@code WriteCoalescer} (the way out), {@code BranchReports}
 * (what may wait before it leaves) and {@code InFlightRequests} (the way back).
 *
 * <p>Not for users: public for the packages beside it only, and may change at any time.
 */
@NullMarked
package dev.lockstep.rpc.channel;

import org.jspecify.annotations.NullMarked;
