/**
 * What tests of TM, RM and transport stand on: a real TC in a child JVM ({@link dev.lockstep.testing.tc.TcServer}), an
 * in-memory coordinator, the contract that both pass, and an RM that records what it is told.
 */
@NullMarked
package dev.lockstep.testing;

import org.jspecify.annotations.NullMarked;
