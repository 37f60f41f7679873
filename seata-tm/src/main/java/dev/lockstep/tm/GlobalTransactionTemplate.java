package dev.lockstep.tm;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs code as part of a global transaction: begins one where that is wanted, runs the code, then commits or rolls back.
 *
 * <p>The annotation's interceptor calls it, and so may any program without Spring. Thread-safe; the global transaction
 * itself belongs to the calling thread.
 */
public final class GlobalTransactionTemplate {

    /** Causes may form a ring. */
    private static final int MOST_CAUSES = 100;

    /** Null where global transactions are switched off. */
    private final @Nullable Launcher launcher;

    /** With no listeners but the log. */
    public GlobalTransactionTemplate(GlobalTransactions transactions) {
        this(transactions, List.of(), FailureListener.LOGGING);
    }

    /**
     * @param listeners told of every step of what is launched here, in this order
     * @param failureListener told of what cannot be begun or does not end as it should
     * @throws IllegalStateException if another library's store stands behind RootContext, so that scopes would be lost
     */
    public GlobalTransactionTemplate(
            GlobalTransactions transactions, List<TransactionListener> listeners, FailureListener failureListener) {
        this.launcher = new Launcher(transactions, new Listeners(listeners, failureListener));
        ScopeContextCore.requireInPlace();
    }

    private GlobalTransactionTemplate() {
        this.launcher = null;
    }

    /**
     * One that runs all work as it is, without any global transaction and whatever its propagation wants, and that refuses {@link
     * #begin}: for applications in which global transactions are switched off.
     */
    public static GlobalTransactionTemplate switchedOff() {
        return new GlobalTransactionTemplate();
    }

    /**
     * Runs the work as the definition wants it.
     *
     * @return what the work returned; the global transaction it launched is then committed, or certain to be
     * @throws X whatever the work threw, unless the global transaction could not be begun. The global transaction it launched
     *     is then rolled back, and trouble with that is added to the exception as suppressed; or it is committed, where the
     *     definition's rules say so for this exception.
     * @throws TcUnavailableException if no global transaction could be begun; nothing was written for it
     * @throws GlobalTransactionFailedException if it was to be committed, and was not and will not be. What the work threw,
     *     where the rules say that it commits, is the cause of this and of the following three.
     * @throws GlobalTransactionTimedOutException the same, because it took too long
     * @throws UnfinishedLocalWorkException the same, because a local transaction was still open
     * @throws OutcomeUnknownException if it was to be committed and nobody knows whether it was; or if it had to be rolled
     *     back instead, and that was not done in full
     * @throws ListenerFailedException if it was committed, and a listener that was told so failed
     * @throws IllegalPropagationException if the work must not run here; it has not
     */
    public <T, X extends Throwable> T execute(GlobalTransactionDefinition definition, GlobalWork<T, X> work) throws X {
        Launcher launching = launcher;
        if (launching == null) {
            return work.run();
        }
        GlobalScope surrounding = GlobalScope.current();
        return switch (definition.propagation().step(surrounding != null)) {
            case LAUNCH -> launch(launching, definition, work);
            case JOIN -> join(launching, surrounding, definition, work);
            case SUSPEND -> suspend(work);
            case PASS -> work.run();
            case REFUSE -> throw refused(surrounding, definition);
        };
    }

    /**
     * Launches a global transaction by hand, for programs whose work does not fit into one method. That of the thread is set
     * aside meanwhile, as with {@link Propagation#REQUIRES_NEW}. Rollback rules and propagation of the definition have no
     * meaning here.
     *
     * <pre>{@code
     * try (GlobalTransaction transaction = template.begin(GlobalTransactionDefinition.named("buy"))) {
     *     stock.take(item);
     *     orders.open(item);
     *     transaction.commit();
     * } // rolls back what was not committed
     * }</pre>
     *
     * @return bound to this thread until it is ended, on this thread
     * @throws TcUnavailableException if it could not be begun
     * @throws IllegalStateException if global transactions are switched off
     */
    public GlobalTransaction begin(GlobalTransactionDefinition definition) {
        if (launcher == null) {
            throw new IllegalStateException("Global transaction '" + definition.name()
                    + "' was not begun: global transactions are switched off in this application. Switch them on, or let"
                    + " execute(...) run the work, which then runs without one.");
        }
        return GlobalTransaction.launch(launcher, definition);
    }

    private static <T, X extends Throwable> T launch(
            Launcher launcher, GlobalTransactionDefinition definition, GlobalWork<T, X> work) throws X {
        GlobalScope scope = launcher.open(definition);
        var surrounding = ScopeContextCore.enter(scope);
        try {
            T result;
            boolean started = false;
            try {
                launcher.start(scope);
                started = true;
                result = work.run();
            } catch (Throwable failure) {
                // The rules speak of the work's failures: where it has not run there is nothing to commit.
                if (!started || definition.rollbackRules().rollsBackOn(failure) || failure == scope.beginFailure()) {
                    launcher.rollBack(scope, failure);
                } else {
                    launcher.commit(scope, failure);
                }
                refuseIfNotBegun(scope, failure);
                throw failure;
            }
            launcher.commit(scope, null);
            return result;
        } finally {
            ScopeContextCore.leave(surrounding);
        }
    }

    /**
     * The caller learns of a TC that is down by one type, wherever it was noticed: a lazy begin is often noticed by the RM,
     * whose SQLException the work's framework wraps.
     */
    private static void refuseIfNotBegun(GlobalScope scope, Throwable failure) {
        if (scope.beginFailure() instanceof GlobalTransactionException notBegun) {
            if (Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                    .limit(MOST_CAUSES)
                    .noneMatch(notBegun::equals)) {
                notBegun.addSuppressed(failure);
            }
            throw notBegun;
        }
    }

    private static <T, X extends Throwable> T join(
            Launcher launcher,
            @Nullable GlobalScope scope,
            GlobalTransactionDefinition definition,
            GlobalWork<T, X> work)
            throws X {
        if (scope == null) {
            throw new IllegalStateException("There is no global transaction to join.");
        }
        LockRetryLimits outer = scope.useLockRetry(definition.lockRetry());
        scope.canBeRolledBackBy(launcher.transactions());
        try {
            return work.run();
        } catch (Throwable failure) {
            if (definition.rollbackRules().rollsBackOn(failure)) {
                scope.setRollbackOnly("'" + definition.name() + "' took part in it and failed with " + failure);
            }
            throw failure;
        } finally {
            scope.restoreLockRetry(outer);
            scope.endParticipation(false);
        }
    }

    private static <T, X extends Throwable> T suspend(GlobalWork<T, X> work) throws X {
        var surrounding = ScopeContextCore.suspend();
        try {
            return work.run();
        } finally {
            ScopeContextCore.leave(surrounding);
        }
    }

    private static IllegalPropagationException refused(
            @Nullable GlobalScope surrounding, GlobalTransactionDefinition definition) {
        return new IllegalPropagationException(
                surrounding == null ? null : surrounding.xidIfBegun(),
                "'" + definition.name() + "' has not run: its propagation is " + definition.propagation()
                        + (surrounding == null
                                ? " and there is no global transaction. Call it inside one."
                                : " and there is a global transaction. Call it outside."));
    }
}
