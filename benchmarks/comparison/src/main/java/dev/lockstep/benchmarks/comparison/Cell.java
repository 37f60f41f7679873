package dev.lockstep.benchmarks.comparison;

import dev.lockstep.benchmarks.load.Round;

/** A workload with a number of callers: what clients are compared in. */
record Cell(String workload, int callers) {

    /** Reads {@code workload:callers}. */
    static Cell parse(String text) {
        var colon = text.indexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("Not workload:callers: \"" + text + "\".");
        }
        return new Cell(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }

    boolean holds(Round round) {
        return round.workload().equals(workload) && round.callers() == callers;
    }
}
