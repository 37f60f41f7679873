package dev.lockstep.benchmarks.growth;

import java.util.Arrays;
import java.util.Locale;

/**
 * What one transaction does, and how much of it there is.
 *
 * @param amount at least 1, but 0 for what may be absent: open transactions and undo logs
 */
record GrowthStep(Dimension dimension, int amount) {

    /** What grows. */
    enum Dimension {
        /** Rows that one UPDATE changes. */
        ROWS,
        /** Local transactions in one global transaction, of one row each. */
        BRANCHES,
        /** Other global transactions that are open meanwhile, with a branch each; the transaction itself changes one row. */
        OPEN,
        /** Undo logs of others that lie in the table meanwhile. */
        UNDO,
        /** Data sources that the client knows, of which each transaction takes the next. */
        SOURCES,
        /** Nodes of the TC, which the client was told at its start. */
        NODES;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Reads {@code dimension-amount}.
     *
     * @throws IllegalArgumentException if it is not that
     */
    static GrowthStep of(String workload) {
        var dash = workload.lastIndexOf('-');
        var label = workload.substring(0, Math.max(0, dash));
        var dimension = Arrays.stream(Dimension.values())
                .filter(candidate -> candidate.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("\"" + workload + "\" is not one of "
                        + Arrays.stream(Dimension.values())
                                .map(Dimension::label)
                                .toList()
                        + " with an amount behind a dash."));
        return new GrowthStep(dimension, Integer.parseInt(workload.substring(dash + 1)));
    }
}
