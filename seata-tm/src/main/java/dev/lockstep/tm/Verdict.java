package dev.lockstep.tm;

import org.jspecify.annotations.Nullable;

/**
 * How a launched global transaction ended, and what has to be told of it. Immutable.
 *
 * @param step what listeners hear of it before the last word
 * @param trouble why it is not as wanted; null when it is
 */
record Verdict(GlobalOutcome outcome, Step step, @Nullable GlobalTransactionException trouble) {

    enum Step {
        COMMIT,
        ROLLBACK,
        NEITHER
    }

    static Verdict committed(GlobalOutcome outcome) {
        return new Verdict(outcome, Step.COMMIT, null);
    }

    static Verdict rolledBack(GlobalOutcome outcome) {
        return new Verdict(outcome, Step.ROLLBACK, null);
    }

    /** Not as wanted; what was written may be undone all the same. */
    static Verdict trouble(GlobalOutcome outcome, GlobalTransactionException trouble) {
        return new Verdict(
                outcome,
                switch (outcome) {
                    case ROLLED_BACK, ROLLING_BACK, NOT_BEGUN -> Step.ROLLBACK;
                    case COMMITTED, HALF_DONE, LEFT_TO_TIMEOUT, UNKNOWN -> Step.NEITHER;
                },
                trouble);
    }
}
