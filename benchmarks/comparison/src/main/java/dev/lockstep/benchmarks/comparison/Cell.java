package dev.lockstep.benchmarks.comparison;

import dev.lockstep.benchmarks.load.Round;
import dev.lockstep.benchmarks.load.Workload;

/** A workload with a number of callers: what clients are compared in. */
record Cell(Workload workload, int callers) {

    boolean holds(Round round) {
        return round.workload() == workload && round.callers() == callers;
    }
}
