/**
 * A coordinator in memory that treats its clients as a TC does (as 1.8.0 where versions differ), in milliseconds and with
 * answers lost on demand.
 *
 * <p>Read {@link dev.lockstep.testing.memory.InMemoryCoordinator} first. {@code TransactionBook} holds all state, {@code
 * PhaseTwo} drives commit and rollback, {@code BranchDelivery} reaches the clients.
 */
@NullMarked
package dev.lockstep.testing.memory;

import org.jspecify.annotations.NullMarked;
