package dev.lockstep.testing.memory;

/**
 * One thing that happened, for tests that look at an order of events.
 *
 * @param branchId 0 when the event is the whole transaction's
 * @param detail what else there is to say: a name, a status, a reason
 */
public record CoordinatorEvent(Kind kind, String xid, long branchId, String detail) {

    /** What can happen to a transaction or a branch. */
    public enum Kind {
        BEGUN,
        BRANCH_REGISTERED,
        BRANCH_REFUSED,
        BRANCH_REPORTED,
        COMMIT_DECIDED,
        ROLLBACK_DECIDED,
        TIMED_OUT,
        BRANCH_ENDED,
        BRANCH_NOT_ENDED,
        ENDED
    }
}
