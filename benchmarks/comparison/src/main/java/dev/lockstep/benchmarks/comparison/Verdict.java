package dev.lockstep.benchmarks.comparison;

/** What became of a goal. */
enum Verdict {
    REACHED("yes"),
    /** Not the goal, but what it must not fall below. */
    FLOOR("floor"),
    MISSED("no"),
    NOT_MEASURED("-");

    private final String word;

    Verdict(String word) {
        this.word = word;
    }

    /** In tables. */
    String word() {
        return word;
    }

    static Verdict of(boolean reached) {
        return reached ? REACHED : MISSED;
    }
}
