/**
 * What an operator sees of the clients: meters, health, and an endpoint with the running global transactions. Read {@link
 * dev.lockstep.spring.sight.RunningTransactions} first.
 */
@NullMarked
package dev.lockstep.spring.sight;

import org.jspecify.annotations.NullMarked;
