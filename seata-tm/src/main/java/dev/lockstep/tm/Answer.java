package dev.lockstep.tm;

import io.seata.core.model.GlobalStatus;
import org.jspecify.annotations.Nullable;

/**
 * What one answer of the TC to a commit, a rollback or a question for the status decides. The table in {@code
 * docs/delivery.md} shows every cell of it.
 *
 * @param status where the TC says the global transaction stands; null when it did not say
 * @param refused whether the result code was "failed". The TC answers that, with the status it still has, when it could not
 *     store the change (TC 1.4.2 to 2.2.0): then a status of the way to the commit proves nothing yet, while one of the way
 *     back does, since nobody turns back from there.
 * @param afterLoss whether an earlier request to end this way may have been executed without an answer
 */
record Answer(@Nullable GlobalStatus status, boolean refused, boolean afterLoss) {

    /** What was asked for in the end. */
    enum Wish {
        COMMIT,
        ROLLBACK
    }

    /** The outcome, or null when it must be asked again. */
    @Nullable
    GlobalOutcome decides(Wish wish, GlobalScope scope) {
        if (status == null) {
            return null;
        }
        return switch (StatusMeaning.of(status)) {
            case COMMITTED -> refused ? null : GlobalOutcome.COMMITTED;
            case ROLLED_BACK -> GlobalOutcome.ROLLED_BACK;
            case ROLLING_BACK -> GlobalOutcome.ROLLING_BACK;
            case HALF_DONE -> GlobalOutcome.HALF_DONE;
            case FORGOTTEN -> forgotten(wish, scope);
            case UNDECIDED -> null;
        };
    }

    /**
     * A TC forgets a global transaction when it has ended, however it ended, and TC 1.4.2 even when it gave up in the middle;
     * one without a durable store forgets all when it restarts. So there must be a proof of our own.
     */
    private GlobalOutcome forgotten(Wish wish, GlobalScope scope) {
        Evidence evidence = scope.evidence();
        if (evidence.isLeftAsWritten()) {
            return GlobalOutcome.HALF_DONE;
        }
        // A timeout that is over proves nothing: the TC may have forgotten before it came to that.
        if (evidence.nothingStands() && (wish == Wish.ROLLBACK || evidence.wasRollbackSeen())) {
            return GlobalOutcome.ROLLED_BACK;
        }
        boolean committed = evidence.wasCommitSeen() || !evidence.mayHaveBranches();
        // Without a lost request of ours, somebody else has ended it.
        return wish == Wish.COMMIT && afterLoss && committed ? GlobalOutcome.COMMITTED : GlobalOutcome.UNKNOWN;
    }
}
