/**
 * What an operator sees of the clients: meters, health, and an endpoint with the running global transactions. Read {@link
 * dev.lockstep.spring.sight.RunningTransactions} first.
 *
 * <p>Not for users: public for the packages beside it only, and may change at any time. What stays are the names of meters,
 * spans, health and endpoint, and those of the auto-configurations.
 */
@NullMarked
package dev.lockstep.spring.sight;

import org.jspecify.annotations.NullMarked;
