package dev.lockstep.tm;

/** What is known of a launched global transaction when its end has been asked for, all repetitions included. */
public enum GlobalOutcome {

    /** Committed, or certain to be. */
    COMMITTED,

    /** Rolled back. */
    ROLLED_BACK,

    /** Decided: the TC is rolling it back and repeats that until it is done. */
    ROLLING_BACK,

    /** The TC gave up in the middle: rows of some branches must be repaired by hand. */
    HALF_DONE,

    /** No request to end it reached the TC, which rolls it back when its timeout is over. */
    LEFT_TO_TIMEOUT,

    /**
     * Nobody in this process knows. The TC decides, for all branches alike; or it has forgotten, and whether all branches were
     * rolled back cannot be proved.
     */
    UNKNOWN,

    /** The TC has not begun it, since nothing needed it or the begin failed: there is nothing to commit and nothing to roll back. */
    NOT_BEGUN
}
