/** Proof that the proxy does what it says. */
@NullMarked
package dev.lockstep.testing.fault;

import org.jspecify.annotations.NullMarked;
