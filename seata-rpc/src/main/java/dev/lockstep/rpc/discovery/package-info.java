/** Where the TC nodes of a transaction service group are, and what is known of each. Read {@link dev.lockstep.rpc.discovery.Discovery} first. */
@NullMarked
package dev.lockstep.rpc.discovery;

import org.jspecify.annotations.NullMarked;
