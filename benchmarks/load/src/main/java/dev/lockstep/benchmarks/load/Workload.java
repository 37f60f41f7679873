package dev.lockstep.benchmarks.load;

import java.util.Arrays;
import java.util.Locale;

/** What one transaction of a round asks of the TC, one request after the other. */
public enum Workload {
    /** Begin, commit. */
    EMPTY(false, false),

    /** Begin, register one AT branch with a lock key of its own, commit; the TC then asks for the branch's second phase. */
    BRANCH(true, false),

    /** As {@link #BRANCH}, with a report of phase one's success before the commit. */
    REPORTED(true, true);

    private final boolean registersBranch;
    private final boolean reports;

    Workload(boolean registersBranch, boolean reports) {
        this.registersBranch = registersBranch;
        this.reports = reports;
    }

    public boolean registersBranch() {
        return registersBranch;
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
