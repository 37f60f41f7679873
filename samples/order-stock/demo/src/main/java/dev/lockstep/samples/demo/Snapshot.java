package dev.lockstep.samples.demo;

import java.util.List;

/**
 * Both databases and the TC at one moment.
 *
 * @param available bikes in the stock
 * @param orders every order, for example {@code #1 open} or {@code #1 600}
 * @param credit what the customer may still spend
 * @param undoRowsOfOrder rows in the undo_log table of the order service, whatever their status
 * @param undoRowsOfStock the same in the stock service
 * @param locks the global locks that the TC holds, for example {@code orders:1}
 */
record Snapshot(
        int available, List<String> orders, int credit, int undoRowsOfOrder, int undoRowsOfStock, List<String> locks) {

    Snapshot {
        orders = List.copyOf(orders);
        locks = List.copyOf(locks);
    }

    /** Whether nothing of any global transaction is left: no undo row, no global lock. */
    boolean isSettled() {
        return undoRowsOfOrder == 0 && undoRowsOfStock == 0 && locks.isEmpty();
    }
}
