package dev.lockstep.tm;

import io.seata.core.model.GlobalStatus;
import org.jspecify.annotations.Nullable;

/**
 * What is known after a commit or a rollback was asked for, repetitions included. Immutable.
 *
 * @param kind the fate, as far as it is known
 * @param status the last status that the TC answered, null when it never answered with one
 * @param trouble the last error on the way, null when there was none
 */
record EndResult(
        GlobalOutcome kind,
        @Nullable GlobalStatus status,
        @Nullable Throwable trouble) {

    static final EndResult NOT_BEGUN = new EndResult(GlobalOutcome.NOT_BEGUN, null, null);

    /** For messages: the status and the last error in words. */
    String evidence() {
        String answered = status == null ? "The TC gave no status." : "The TC answered status " + status + ".";
        return trouble == null ? answered : answered + " Last error: " + trouble.getMessage();
    }

    /** Whether the TC's own clock ended the global transaction. */
    boolean timedOut() {
        return status != null && StatusMeaning.isTimeout(status);
    }

    boolean isForgotten() {
        return status == GlobalStatus.Finished;
    }
}
