/**
 * One connection to a TC: how it is made and registered, how requests leave it and find their answers, how branch
 * commands that arrive on it reach the RM.
 *
 * <p>Read {@link dev.lockstep.rpc.channel.TcChannel} first, then {@code WriteCoalescer} (the way out) and {@code
 * InFlightRequests} (the way back). Gathering branch reports into batches has its place beside {@code WriteCoalescer};
 * until then a report is a request like any other.
 */
@NullMarked
package dev.lockstep.rpc.channel;

import org.jspecify.annotations.NullMarked;
