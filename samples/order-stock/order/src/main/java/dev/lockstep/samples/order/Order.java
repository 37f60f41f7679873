package dev.lockstep.samples.order;

/**
 * An order as it stands in the database.
 *
 * @param total what the customer pays; null while the order is open
 */
record Order(long id, String customer, String product, int amount, Integer total) {}
