package dev.lockstep.rm.at;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * What was added to the batch of a statement object and has not run: inside a global transaction it is kept here, outside it waits
 * in the driver's own batch. Not thread-safe.
 *
 * @param <E> what JDBC adds: a text, or the parameters of one execution
 */
final class PendingBatch<E> {

    private final List<E> added = new ArrayList<>(0);
    private boolean driverHasSome;

    void add(E one) {
        added.add(one);
    }

    /** Something was added to the driver's own batch. */
    void addedToDriver() {
        driverHasSome = true;
    }

    /** Nothing waits any more, neither here nor in the driver's own batch. */
    void clear() {
        added.clear();
        driverHasSome = false;
    }

    /**
     * Takes what runs inside a global transaction.
     *
     * @throws SQLException if the driver has a part of it, which would run uncaptured; what was here is gone then
     */
    List<E> takeInside() throws SQLException {
        List<E> all = List.copyOf(added);
        added.clear();
        if (driverHasSome) {
            throw InsideRules.batchBegunOutside();
        }
        return all;
    }

    /** Takes what is to be added to the driver's own batch, which is about to run. */
    List<E> takeOutside() {
        List<E> all = List.copyOf(added);
        clear();
        return all;
    }
}
