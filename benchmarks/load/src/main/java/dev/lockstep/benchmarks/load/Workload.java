package dev.lockstep.benchmarks.load;

import java.util.Arrays;
import java.util.Locale;

/** What one transaction of a round asks of the TC, one request after the other. */
public enum Workload {
    /** Begin, commit. */
    EMPTY(0, false),

    /** Begin, register one AT branch with a lock key of its own, commit; the TC then asks for the branch's second phase. */
    BRANCH(1, false),

    /** As {@link #BRANCH}, with two branches. */
    BRANCHES(2, false),

    /** As {@link #BRANCH}, with a report of phase one's success before the commit. */
    REPORTED(1, true);

    private final int branches;
    private final boolean reports;

    Workload(int branches, boolean reports) {
        this.branches = branches;
        this.reports = reports;
    }

    /** How many branches each transaction registers, one after the other. */
    public int branches() {
        return branches;
    }

    public boolean reports() {
        return reports;
    }

    /** The name on command lines and in tables. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * @throws IllegalArgumentException if there is none of this label
     */
    public static Workload of(String label) {
        return Arrays.stream(values())
                .filter(workload -> workload.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no workload \"" + label + "\"; there are "
                        + Arrays.stream(values()).map(Workload::label).toList() + "."));
    }
}
