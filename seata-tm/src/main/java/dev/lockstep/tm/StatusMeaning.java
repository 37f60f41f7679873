package dev.lockstep.tm;

import io.seata.core.model.GlobalStatus;

/**
 * What a {@link GlobalStatus} that the TC answers says about the fate of a global transaction. Total: every status has a
 * meaning, and the result code of the answer plays no part in it.
 */
enum StatusMeaning {
    /** Decided: it is committed, or will be. */
    COMMITTED,
    /** It is rolled back. */
    ROLLED_BACK,
    /** Decided: the TC is rolling it back and repeats that until it is done. */
    ROLLING_BACK,
    /** The TC gave up: some branches stand as they were written, and somebody must repair them. */
    HALF_DONE,
    /** Nothing is decided yet. */
    UNDECIDED,
    /** The TC does not know the xid any more, so it ended, one way or the other. */
    FORGOTTEN;

    static StatusMeaning of(GlobalStatus status) {
        return switch (status) {
            case Committed, AsyncCommitting, Committing, CommitRetrying -> COMMITTED;
            case Rollbacked, TimeoutRollbacked -> ROLLED_BACK;
            case Rollbacking, RollbackRetrying, TimeoutRollbacking, TimeoutRollbackRetrying -> ROLLING_BACK;
            case CommitFailed, CommitRetryTimeout, RollbackFailed, TimeoutRollbackFailed, RollbackRetryTimeout ->
                HALF_DONE;
            case Begin, UnKnown -> UNDECIDED;
            case Finished -> FORGOTTEN;
        };
    }

    /** Whether the status says that the TC's own clock ended the global transaction. */
    static boolean isTimeout(GlobalStatus status) {
        return switch (status) {
            case TimeoutRollbacking, TimeoutRollbackRetrying, TimeoutRollbacked, TimeoutRollbackFailed -> true;
            default -> false;
        };
    }
}
