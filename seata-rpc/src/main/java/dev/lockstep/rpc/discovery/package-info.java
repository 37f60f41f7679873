/** Where the TC nodes of a transaction service group are. Read {@link dev.lockstep.rpc.discovery.Discovery} first. */
@NullMarked
package dev.lockstep.rpc.discovery;

import org.jspecify.annotations.NullMarked;
