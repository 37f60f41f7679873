package dev.lockstep.benchmarks.comparison;

import java.util.List;

/** A cell, and those who are compared in it. */
record Bout(Cell cell, List<Contestant> contestants) {

    Bout {
        contestants = List.copyOf(contestants);
    }
}
