package dev.lockstep.rm.at.phaseone;

import dev.lockstep.port.AnswerLostException;
import dev.lockstep.rm.at.image.RowChange;
import dev.lockstep.rm.event.BranchProgress;
import dev.lockstep.rm.event.BranchProgress.Outcome;
import dev.lockstep.rm.failure.CommitOutcomeUnknownException;
import dev.lockstep.rm.failure.GlobalLockConflictException;

/** Tells the listener how one local transaction fares on its way to a branch. Not thread-safe. */
final class ToldBranch {

    private final BranchProgress listener;
    private boolean registered;
    private boolean ended;

    ToldBranch(BranchProgress listener) {
        this.listener = listener;
    }

    void registered(String xid, long branchId, String lockKeys) {
        registered = true;
        listener.registered(xid, branchId, lockKeys);
    }

    void undoLogWritten(BranchContext branch, int bytes) {
        if (listener != BranchProgress.NONE) {
            int rows = 0;
            for (RowChange change : branch.changes()) {
                rows += change.rows();
            }
            listener.undoLogWritten(rows, bytes);
        }
    }

    void committed() {
        ended = true;
        listener.ended(Outcome.COMMITTED, null);
    }

    /** Unless it was committed before: what fails later is no matter of the branch. */
    void failed(Throwable failure) {
        if (!ended) {
            ended = true;
            listener.ended(outcome(failure), failure);
        }
    }

    private Outcome outcome(Throwable failure) {
        if (failure instanceof GlobalLockConflictException) {
            return Outcome.LOCK_CONFLICT;
        }
        if (failure instanceof CommitOutcomeUnknownException) {
            return Outcome.COMMIT_UNKNOWN;
        }
        if (registered) {
            return Outcome.NOT_COMMITTED;
        }
        return failure.getCause() instanceof AnswerLostException
                ? Outcome.REGISTRATION_UNKNOWN
                : Outcome.NOT_REGISTERED;
    }
}
