package dev.lockstep.spring;

import dev.lockstep.tm.GlobalOutcome;
import dev.lockstep.tm.GlobalScope;
import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.TransactionListener;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells several listeners, as {@link TransactionListener} has it: an error from before a step keeps it from the next ones, one
 * from after a step keeps it from nobody. Thread-safe if they are.
 */
final class TransactionListeners implements TransactionListener {

    private final Supplier<List<TransactionListener>> listeners;

    /** @param listeners asked for at each event */
    TransactionListeners(Supplier<List<TransactionListener>> listeners) {
        this.listeners = listeners;
    }

    @Override
    public void launched(GlobalScope scope) {
        for (TransactionListener listener : listeners.get()) {
            listener.launched(scope);
        }
    }

    @Override
    public void beforeBegin(GlobalTransactionDefinition definition) {
        for (TransactionListener listener : listeners.get()) {
            listener.beforeBegin(definition);
        }
    }

    @Override
    public void afterBegin(GlobalScope scope) {
        for (TransactionListener listener : listeners.get()) {
            listener.afterBegin(scope);
        }
    }

    @Override
    public void beforeCommit(GlobalScope scope) {
        for (TransactionListener listener : listeners.get()) {
            listener.beforeCommit(scope);
        }
    }

    @Override
    public void afterCommit(GlobalScope scope) {
        tellAll(listener -> listener.afterCommit(scope));
    }

    @Override
    public void beforeRollback(GlobalScope scope) {
        tellAll(listener -> listener.beforeRollback(scope));
    }

    @Override
    public void afterRollback(GlobalScope scope) {
        tellAll(listener -> listener.afterRollback(scope));
    }

    @Override
    public void afterCompletion(GlobalScope scope, GlobalOutcome outcome) {
        tellAll(listener -> listener.afterCompletion(scope, outcome));
    }

    /** Throws the first error at the end, with later ones added to it. */
    private void tellAll(Consumer<TransactionListener> step) {
        Throwable first = null;
        for (TransactionListener listener : listeners.get()) {
            try {
                step.accept(listener);
            } catch (Throwable e) {
                first = joined(first, e);
            }
        }
        if (first != null) {
            throw Listeners.<RuntimeException>asItIs(first);
        }
    }

    private static Throwable joined(@Nullable Throwable first, Throwable next) {
        if (first == null) {
            return next;
        }
        if (first != next) {
            first.addSuppressed(next);
        }
        return first;
    }
}
