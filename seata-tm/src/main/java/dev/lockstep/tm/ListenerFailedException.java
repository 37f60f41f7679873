package dev.lockstep.tm;

/**
 * The global transaction has ended as it should, and a {@link TransactionListener} that was told so has failed. {@link
 * #outcome()} stands: where it is committed the work must not be repeated, only what the listener was to do is open. Its
 * error is the {@link #getCause() cause}.
 */
public final class ListenerFailedException extends GlobalTransactionException {

    private final GlobalOutcome outcome;

    ListenerFailedException(GlobalScope scope, Verdict verdict, Throwable error) {
        super(
                scope.xidIfBegun(),
                "Global transaction '" + scope.name() + "' "
                        + (verdict.step() == Verdict.Step.COMMIT
                                ? "is committed; do not repeat its work."
                                : "is rolled back.")
                        + " A listener that was told so failed with " + error,
                error);
        this.outcome = verdict.outcome();
    }

    /** How it ended all the same. */
    public GlobalOutcome outcome() {
        return outcome;
    }
}
