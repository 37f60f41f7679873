/**
 * The client of the TC: it implements the outgoing ports of TM and RM over the wire and calls the inbound one.
 *
 * <p>Data path of a call: {@link dev.lockstep.rpc.SeataRpcClient} (thread of the caller) picks a channel in {@code pool},
 * which writes and matches in {@code channel}, with the bytes of {@code codec}. Data path of a branch command: event loop,
 * {@code channel.BranchCommandHandler} (bounded executors; a commit that waits for nothing stays on the event loop), inbound port, answer over the channel it came by. Read {@link
 * dev.lockstep.rpc.SeataRpcClient} first.
 */
@NullMarked
package dev.lockstep.rpc;

import org.jspecify.annotations.NullMarked;
