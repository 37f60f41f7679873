/** Tests of the parts of the pool that need no connection; the rest is held by the tests of the client. */
@NullMarked
package dev.lockstep.rpc.pool;

import org.jspecify.annotations.NullMarked;
