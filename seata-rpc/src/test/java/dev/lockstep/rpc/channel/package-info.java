/** Tests of one connection on Netty's embedded channel, and of its parts alone. */
@NullMarked
package dev.lockstep.rpc.channel;

import org.jspecify.annotations.NullMarked;
