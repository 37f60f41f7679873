package dev.lockstep.tm;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells listeners: those of all global transactions first, then those of the one at hand; and who wants to hear of trouble.
 * What is caught is any throwable, since not every language makes them declare what they throw. Immutable, thread-safe.
 */
final class Listeners {

    private final List<TransactionListener> ofAll;
    private final FailureListener ofFailures;

    Listeners(List<TransactionListener> ofAll, FailureListener ofFailures) {
        this.ofAll = List.copyOf(ofAll);
        this.ofFailures = ofFailures;
    }

    /** Whether nobody would be told. */
    boolean areNone(GlobalScope scope) {
        return ofAll.isEmpty() && scope.listeners().isEmpty();
    }

    /** Tells them in order until one fails; its error is thrown on. */
    void ask(GlobalScope scope, Consumer<TransactionListener> step) {
        ofAll.forEach(step);
        scope.listeners().forEach(step);
    }

    /** Tells them all; gives the first error, with later ones added to it, or null. */
    @Nullable
    Throwable tell(GlobalScope scope, Consumer<TransactionListener> step) {
        return tell(scope.listeners(), step, tell(ofAll, step, null));
    }

    private static @Nullable Throwable tell(
            List<TransactionListener> listeners, Consumer<TransactionListener> step, @Nullable Throwable first) {
        Throwable error = first;
        for (TransactionListener listener : listeners) {
            try {
                step.accept(listener);
            } catch (Throwable e) {
                error = joined(error, e);
            }
        }
        return error;
    }

    /** Tells of a global transaction that could not be begun or has not ended as it should; an error is added to the trouble. */
    void tellFailure(GlobalScope scope, GlobalOutcome outcome, GlobalTransactionException trouble) {
        try {
            ofFailures.failed(scope.name(), outcome, trouble);
        } catch (Throwable e) {
            joined(trouble, e);
        }
    }

    /** The first of two errors, with the second added to it; the other one where one is null. */
    @Nullable
    static Throwable joined(@Nullable Throwable first, @Nullable Throwable second) {
        if (first == null) {
            return second;
        }
        if (second != null && first != second) {
            first.addSuppressed(second);
        }
        return first;
    }
}
