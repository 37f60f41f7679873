/**
 * Faults on the way between a client and a TC, made by a TCP proxy that knows where frames begin and end, and nothing else of
 * the protocol.
 *
 * <p>Read {@link dev.lockstep.testing.fault.FaultProxy} first, then {@link dev.lockstep.testing.fault.Fault}.
 */
@NullMarked
package dev.lockstep.testing.fault;

import org.jspecify.annotations.NullMarked;
