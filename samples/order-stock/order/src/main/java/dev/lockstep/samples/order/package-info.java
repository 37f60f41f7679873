/**
 * The order service. Read {@link dev.lockstep.samples.order.OrderService} first: its one method is the global transaction.
 */
package dev.lockstep.samples.order;
