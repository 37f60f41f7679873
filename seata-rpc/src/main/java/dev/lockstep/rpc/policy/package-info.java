/**
 * What the user may choose of the way to the TC, where it is more than a number: see {@link dev.lockstep.rpc.RpcOptions}. Knows
 * nothing else of the client.
 */
@NullMarked
package dev.lockstep.rpc.policy;

import org.jspecify.annotations.NullMarked;
