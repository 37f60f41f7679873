/** Tests of addresses and their lists. */
@NullMarked
package dev.lockstep.rpc.discovery;

import org.jspecify.annotations.NullMarked;
