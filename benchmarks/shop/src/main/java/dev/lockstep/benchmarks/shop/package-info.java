/**
 * The application of the whole-path comparison: orders in one database, stock in another. {@link
 * dev.lockstep.benchmarks.shop.ShopClient} is the load, the same for every client; a client adds its data sources and its way
 * to run a global transaction.
 */
@NullMarked
package dev.lockstep.benchmarks.shop;

import org.jspecify.annotations.NullMarked;
