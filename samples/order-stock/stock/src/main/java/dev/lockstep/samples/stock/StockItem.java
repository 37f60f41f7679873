package dev.lockstep.samples.stock;

/**
 * A product on the shelf.
 *
 * @param price of one
 */
record StockItem(String product, int available, int price) {}
