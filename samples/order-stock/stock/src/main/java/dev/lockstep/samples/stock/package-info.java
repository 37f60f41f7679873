/**
 * The stock service. Nothing in it speaks of global transactions: the starter binds the xid that a request brings, and
 * {@link dev.lockstep.samples.stock.Warehouse} writes under it.
 */
package dev.lockstep.samples.stock;
