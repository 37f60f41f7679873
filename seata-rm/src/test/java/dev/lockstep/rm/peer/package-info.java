/**
 * Official clients beside ours on one database: {@link dev.lockstep.rm.peer.OfficialClient} runs one in a class loader of its
 * own, {@link dev.lockstep.rm.peer.PeerContract} says what must hold between the two.
 */
@NullMarked
package dev.lockstep.rm.peer;

import org.jspecify.annotations.NullMarked;
