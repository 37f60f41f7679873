package dev.lockstep.tm;

import dev.lockstep.tm.branch.LocalWork;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns what is known of the end of one global transaction into what the caller is told: nothing, or an exception that says
 * what happened, what it means and what to do. Immutable.
 */
final class OutcomeMessages {

    private static final String FORGOTTEN =
            "The TC does not know it any more: it was ended by its timeout or by somebody"
                    + " else, or the TC has lost its memory. ";

    private static final String PERHAPS_NOT_ALL =
            "Branches of it were rolled back, but the TC does not know it any more, and nothing here proves that all"
                    + " were: a TC 1.4 also forgets one that it could not roll back to the end, and any TC what it has"
                    + " lost with its store. An undo log that is left under this xid marks rows that stand as they were"
                    + " written. ";

    private final GlobalScope scope;
    private final @Nullable String xid;
    private final @Nullable Throwable failure;

    /** @param failure what the work threw, which becomes the cause of what is told; null when it returned */
    OutcomeMessages(GlobalScope scope, @Nullable Throwable failure) {
        this.scope = scope;
        this.xid = scope.xidIfBegun();
        this.failure = failure;
    }

    // ---- why there was no commit

    GlobalTransactionException unfinished(List<LocalWork> unfinished, String howTheRollbackWent) {
        return new UnfinishedLocalWorkException(xid, unfinished, howTheRollbackWent, failure);
    }

    GlobalTransactionException neverBegun(Throwable beginFailure) {
        if (failure != null) {
            Listeners.joined(beginFailure, failure);
        }
        return new TcUnavailableException(
                "Global transaction '" + scope.name() + "' could not be begun when it was first needed, so nothing was"
                        + " written for it: " + beginFailure.getMessage(),
                beginFailure);
    }

    GlobalTransactionException rollbackOnly(String reason, String howTheRollbackWent) {
        return new GlobalTransactionFailedException(
                xid, "Not committed: " + reason + ". " + howTheRollbackWent, failure);
    }

    GlobalTransactionException timeoutOver(String howTheRollbackWent) {
        return new GlobalTransactionTimedOutException(
                xid,
                "Not committed: its timeout was over before its work was. Raise the timeout or shorten the work. "
                        + howTheRollbackWent,
                failure);
    }

    // ---- after a commit was asked for

    Verdict afterCommit(EndResult result) {
        GlobalOutcome known = result.kind();
        return switch (known) {
            case COMMITTED, NOT_BEGUN -> Verdict.committed(known);
            case ROLLED_BACK, ROLLING_BACK -> Verdict.trouble(known, notCommitted(result));
            case LEFT_TO_TIMEOUT ->
                Verdict.trouble(
                        known,
                        new GlobalTransactionFailedException(
                                xid,
                                "Not committed: no commit request reached the TC, which rolls it back when its timeout"
                                        + " is over. " + result.evidence(),
                                causes(result)));
            case HALF_DONE ->
                Verdict.trouble(
                        known,
                        unknown(
                                result,
                                result.isForgotten()
                                        ? ofRollback(result)
                                        : "The TC gave up in the middle: some branches may be committed and others not."
                                                + " Repair them by hand. " + result.evidence()));
            case UNKNOWN ->
                Verdict.trouble(
                        known,
                        isOnTheWayBack(result)
                                ? new GlobalTransactionFailedException(
                                        xid,
                                        "Not committed. " + PERHAPS_NOT_ALL
                                                + "Look at the data before repeating the work. " + result.evidence(),
                                        causes(result))
                                : unknown(
                                        result,
                                        "It is unknown whether it was committed. "
                                                + (result.isForgotten() ? FORGOTTEN : "")
                                                + "Look at the data before repeating the work. "
                                                + result.evidence()));
        };
    }

    private GlobalTransactionException notCommitted(EndResult result) {
        return result.timedOut()
                ? new GlobalTransactionTimedOutException(
                        xid,
                        "Not committed: its timeout was over when the commit reached the TC. Raise the timeout or"
                                + " shorten the work. " + result.evidence(),
                        causes(result))
                : new GlobalTransactionFailedException(
                        xid,
                        "Not committed: it had been rolled back before the commit reached the TC. " + result.evidence(),
                        causes(result));
    }

    // ---- after a rollback was asked for

    Verdict afterRollback(EndResult result) {
        GlobalOutcome known = result.kind();
        return switch (known) {
            case ROLLED_BACK, NOT_BEGUN -> Verdict.rolledBack(known);
            case ROLLING_BACK, LEFT_TO_TIMEOUT ->
                Verdict.trouble(known, new GlobalTransactionFailedException(xid, ofRollback(result), causes(result)));
            case HALF_DONE, COMMITTED, UNKNOWN -> Verdict.trouble(known, unknown(result, ofRollback(result)));
        };
    }

    /** How the rollback went, as part of a message. */
    String ofRollback(EndResult result) {
        return switch (result.kind()) {
            case ROLLED_BACK -> "It was rolled back.";
            case NOT_BEGUN -> "Nothing had begun at the TC, so there was nothing to roll back there.";
            case ROLLING_BACK -> "The TC is rolling it back and repeats that until it is done. " + result.evidence();
            case LEFT_TO_TIMEOUT ->
                "The rollback request did not reach the TC, which rolls back when the timeout is over. "
                        + result.evidence();
            case HALF_DONE ->
                "The rollback stopped in the middle: rows of some branches stand as they were written"
                        + (result.isForgotten() ? ", and the TC has freed their locks" : "")
                        + ". Repair them by hand. " + result.evidence();
            case COMMITTED -> "The rollback came too late: somebody else had it committed. " + result.evidence();
            case UNKNOWN ->
                isOnTheWayBack(result)
                        ? PERHAPS_NOT_ALL + result.evidence()
                        : result.isForgotten()
                                ? "The TC does not know it any more and cannot say how it ended: somebody else ended"
                                        + " it, or the TC has lost its memory and will not roll back. Look at the undo"
                                        + " logs under this xid. "
                                        + result.evidence()
                                : "It is unknown whether it is rolled back already; the TC does so at the latest when"
                                        + " its timeout is over. " + result.evidence();
        };
    }

    /**
     * Whether after a rollback in place of a commit something may stand as it was written, and stay so. Where the rollback is only
     * slow, or its request is lost, the TC's timeout still does it; and that a TC has forgotten one that was overdue, or that a
     * participant has had rolled back, is no sign that it was not.
     *
     * @param overdue whether the timeout is the reason
     */
    boolean mayStand(EndResult result, boolean overdue) {
        return switch (result.kind()) {
            case HALF_DONE, COMMITTED -> true;
            case UNKNOWN ->
                result.isForgotten() && !overdue && !scope.evidence().wasRollbackAnnounced() && !isOnTheWayBack(result);
            case ROLLED_BACK, ROLLING_BACK, NOT_BEGUN, LEFT_TO_TIMEOUT -> false;
        };
    }

    /** It had to be rolled back in place of a commit, and what was written may stand and stay. */
    GlobalTransactionException notRolledBackInstead(String reason, EndResult result) {
        return unknown(result, "It was to be rolled back: " + reason + ". " + ofRollback(result));
    }

    /** Whether it is unknown only how far the rollback came. */
    private boolean isOnTheWayBack(EndResult result) {
        return result.isForgotten() && scope.evidence().wasRollbackSeen();
    }

    private OutcomeUnknownException unknown(EndResult result, String message) {
        return new OutcomeUnknownException(xid, message, causes(result));
    }

    private @Nullable Throwable causes(EndResult result) {
        Throwable trouble = result.trouble();
        if (failure != null && trouble != null) {
            Listeners.joined(failure, trouble);
        }
        return failure != null ? failure : trouble;
    }
}
