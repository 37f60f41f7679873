package dev.lockstep.tm;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs code as part of a global transaction: begins one where that is wanted, runs the code, then commits or rolls back.
 *
 * <p>The annotation's interceptor calls it, and so may any program without Spring. Thread-safe; the global transaction
 * itself belongs to the calling thread.
 */
public final class GlobalTransactionTemplate {

    private static final Logger LOG = LoggerFactory.getLogger(GlobalTransactionTemplate.class);

    private final GlobalTransactions transactions;

    /** @throws IllegalStateException if another library's store stands behind RootContext, so that scopes would be lost */
    public GlobalTransactionTemplate(GlobalTransactions transactions) {
        this.transactions = transactions;
        ScopeContextCore.requireInPlace();
    }

    /**
     * Runs the work as the definition wants it.
     *
     * @return what the work returned; the global transaction it launched is then committed, or certain to be
     * @throws X whatever the work threw. The global transaction it launched is then rolled back, and trouble with that is
     *     added to the exception as suppressed; or it is committed, where the definition's rules say so for this exception.
     * @throws TcUnavailableException if no global transaction could be begun; the work has not run
     * @throws GlobalTransactionFailedException if it was to be committed, and was not and will not be. What the work threw,
     *     where the rules say that it commits, is the cause of this and of the following three.
     * @throws GlobalTransactionTimedOutException the same, because it took too long
     * @throws UnfinishedLocalWorkException the same, because a local transaction was still open
     * @throws OutcomeUnknownException if it was to be committed and nobody knows whether it was; or if it had to be rolled
     *     back instead, and that was not done in full
     * @throws IllegalPropagationException if the work must not run here; it has not
     */
    public <T, X extends Throwable> T execute(GlobalTransactionDefinition definition, GlobalWork<T, X> work) throws X {
        GlobalScope surrounding = GlobalScope.current();
        return switch (definition.propagation().step(surrounding != null)) {
            case LAUNCH -> launch(definition, work);
            case JOIN -> join(surrounding, definition, work);
            case SUSPEND -> suspend(work);
            case PASS -> work.run();
            case REFUSE -> throw refused(surrounding, definition);
        };
    }

    private <T, X extends Throwable> T launch(GlobalTransactionDefinition definition, GlobalWork<T, X> work) throws X {
        GlobalScope scope = transactions.begin(definition);
        var surrounding = ScopeContextCore.enter(scope);
        try {
            LOG.debug("[{}] began '{}'", scope.xid(), definition.name());
            T result;
            try {
                result = work.run();
            } catch (Throwable failure) {
                endAfterFailure(scope, definition, failure);
                throw failure;
            }
            commit(scope, null);
            return result;
        } finally {
            ScopeContextCore.leave(surrounding);
        }
    }

    private static <T, X extends Throwable> T join(
            @Nullable GlobalScope scope, GlobalTransactionDefinition definition, GlobalWork<T, X> work) throws X {
        if (scope == null) {
            throw new IllegalStateException("There is no global transaction to join.");
        }
        LockRetryLimits outer = scope.useLockRetry(definition.lockRetry());
        try {
            return work.run();
        } catch (Throwable failure) {
            if (definition.rollbackRules().rollsBackOn(failure)) {
                scope.setRollbackOnly("'" + definition.name() + "' took part in it and failed with " + failure);
            }
            throw failure;
        } finally {
            scope.restoreLockRetry(outer);
        }
    }

    private static <T, X extends Throwable> T suspend(GlobalWork<T, X> work) throws X {
        var surrounding = ScopeContextCore.enterAlone(null);
        try {
            return work.run();
        } finally {
            ScopeContextCore.leave(surrounding);
        }
    }

    private static IllegalPropagationException refused(
            @Nullable GlobalScope surrounding, GlobalTransactionDefinition definition) {
        return new IllegalPropagationException(
                surrounding == null ? null : surrounding.xid(),
                "'" + definition.name() + "' has not run: its propagation is " + definition.propagation()
                        + (surrounding == null
                                ? " and there is no global transaction. Call it inside one."
                                : " and there is a global transaction. Call it outside."));
    }

    private void endAfterFailure(GlobalScope scope, GlobalTransactionDefinition definition, Throwable failure) {
        if (!definition.rollbackRules().rollsBackOn(failure)) {
            commit(scope, failure);
            return;
        }
        scope.end();
        Outcome outcome = transactions.rollback(scope.xid());
        if (outcome.kind() == Outcome.Kind.ROLLED_BACK) {
            LOG.debug("[{}] rolled back after {}", scope.xid(), failure.toString());
        } else if (outcome.kind() == Outcome.Kind.ROLLING_BACK) {
            LOG.warn(
                    "[{}] is being rolled back; the TC repeats it until it is done. {}",
                    scope.xid(),
                    outcome.evidence());
        } else {
            failure.addSuppressed(rollbackTrouble(scope, outcome));
        }
    }

    /**
     * The order matters: the scope is closed for further local work before it is asked for unfinished work, so that no
     * local transaction can slip in between the question and the global commit.
     */
    private void commit(GlobalScope scope, @Nullable Throwable failure) {
        scope.end();
        var unfinished = scope.unfinishedLocalWork();
        if (!unfinished.isEmpty()) {
            String rollback = rollBackInstead(scope, "a local transaction was still open", failure);
            throw new UnfinishedLocalWorkException(scope.xid(), unfinished, rollback, failure);
        }
        String rollbackOnly = scope.rollbackOnlyReason();
        if (rollbackOnly != null) {
            throw new GlobalTransactionFailedException(
                    scope.xid(),
                    "Not committed: " + rollbackOnly + ". " + rollBackInstead(scope, rollbackOnly, failure),
                    failure);
        }
        if (scope.deadline().hasPassed(System.nanoTime())) {
            throw new GlobalTransactionTimedOutException(
                    scope.xid(),
                    "Not committed: its timeout was over before its work was. Raise the timeout or shorten the work. "
                            + rollBackInstead(scope, "its timeout was over", failure),
                    failure);
        }
        judge(scope, transactions.commit(scope.xid()), failure);
    }

    private static void judge(GlobalScope scope, Outcome outcome, @Nullable Throwable failure) {
        switch (outcome.kind()) {
            case COMMITTED -> LOG.debug("[{}] committed", scope.xid());
            case ROLLED_BACK, ROLLING_BACK -> throw notCommitted(scope, outcome, failure);
            case NEVER_ASKED ->
                throw new GlobalTransactionFailedException(
                        scope.xid(),
                        "Not committed: no commit request reached the TC, which rolls it back when its timeout is over. "
                                + outcome.evidence(),
                        causes(outcome, failure));
            case HALF_DONE ->
                throw new OutcomeUnknownException(
                        scope.xid(),
                        "The TC gave up in the middle: some branches may be committed and others not. Repair them by hand. "
                                + outcome.evidence(),
                        causes(outcome, failure));
            case UNKNOWN ->
                throw new OutcomeUnknownException(
                        scope.xid(),
                        "It is unknown whether it was committed. Look at the data before repeating the work. "
                                + outcome.evidence(),
                        causes(outcome, failure));
        }
    }

    private static GlobalTransactionException notCommitted(
            GlobalScope scope, Outcome outcome, @Nullable Throwable failure) {
        if (outcome.timedOut()) {
            return new GlobalTransactionTimedOutException(
                    scope.xid(),
                    "Not committed: its timeout was over when the commit reached the TC. Raise the timeout or shorten the"
                            + " work. " + outcome.evidence(),
                    causes(outcome, failure));
        }
        return new GlobalTransactionFailedException(
                scope.xid(),
                "Not committed: it had been rolled back before the commit reached the TC. " + outcome.evidence(),
                causes(outcome, failure));
    }

    /**
     * Rolls back a global transaction that must not be committed.
     *
     * @param reason why not, for the error that has to stand in place of the caller's own
     * @return in words how that went; what was written is undone then, or will be
     * @throws OutcomeUnknownException if something that was written stands and will stay
     */
    private String rollBackInstead(GlobalScope scope, String reason, @Nullable Throwable failure) {
        Outcome outcome = transactions.rollback(scope.xid());
        return switch (outcome.kind()) {
            case ROLLED_BACK -> "It was rolled back.";
            case ROLLING_BACK -> "The TC is rolling it back and repeats that until it is done.";
            case NEVER_ASKED, UNKNOWN -> rollbackTrouble(outcome);
            case HALF_DONE, COMMITTED ->
                throw new OutcomeUnknownException(
                        scope.xid(),
                        "It was to be rolled back: " + reason + ". " + rollbackTrouble(outcome),
                        causes(outcome, failure));
        };
    }

    /** The trouble with a rollback, as an addition to the failure that made it necessary. */
    private static GlobalTransactionException rollbackTrouble(GlobalScope scope, Outcome outcome) {
        return outcome.kind() == Outcome.Kind.NEVER_ASKED
                ? new GlobalTransactionFailedException(scope.xid(), rollbackTrouble(outcome), outcome.trouble())
                : new OutcomeUnknownException(scope.xid(), rollbackTrouble(outcome), outcome.trouble());
    }

    private static String rollbackTrouble(Outcome outcome) {
        String meaning = switch (outcome.kind()) {
            case NEVER_ASKED ->
                "The rollback request did not reach the TC, which rolls back when the timeout is over. ";
            case HALF_DONE ->
                "The rollback stopped in the middle: rows of some branches stand as they were written. Repair them"
                        + " by hand. ";
            case COMMITTED -> "The rollback came too late: somebody else had it committed. ";
            default ->
                "It is unknown whether it is rolled back already; the TC does so at the latest when its timeout is"
                        + " over. ";
        };
        return meaning + outcome.evidence();
    }

    private static @Nullable Throwable causes(Outcome outcome, @Nullable Throwable failure) {
        Exception trouble = outcome.trouble();
        if (failure != null && trouble != null) {
            failure.addSuppressed(trouble);
        }
        return failure != null ? failure : trouble;
    }
}
