package dev.lockstep.tm;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Begins and ends the global transactions of this process, step by step, and tells the listeners of each step. Called by
 * {@link GlobalTransactionTemplate} and {@link GlobalTransaction}. Thread-safe.
 */
final class Launcher {

    private static final Logger LOG = LoggerFactory.getLogger(Launcher.class);

    private final GlobalTransactions transactions;
    private final Listeners listeners;

    Launcher(GlobalTransactions transactions, Listeners listeners) {
        this.transactions = transactions;
        this.listeners = listeners;
    }

    /** Where it begins and ends them. */
    GlobalTransactions transactions() {
        return transactions;
    }

    /** A scope that has not begun yet. */
    GlobalScope open(GlobalTransactionDefinition definition) {
        Deadline deadline = Deadline.after(transactions.timeoutOf(definition), System.nanoTime());
        return GlobalScope.launching(definition, deadline, new Beginning(definition, transactions, listeners));
    }

    /** Begins now, unless that may wait until somebody needs the xid. */
    void start(GlobalScope scope) {
        listeners.ask(scope, listener -> listener.launched(scope));
        if (!transactions.beginsLazily()) {
            scope.begin();
        }
    }

    /**
     * Commits, unless something stands against it: then rolls back.
     *
     * @param failure what the work threw, where the rules say that it commits all the same
     * @throws GlobalTransactionException if it is not committed, or nobody knows
     */
    void commit(GlobalScope scope, @Nullable Throwable failure) {
        scope.failedWith(failure);
        try {
            listeners.ask(scope, listener -> listener.beforeCommit(scope));
        } catch (Throwable refusal) {
            if (failure != null) {
                Listeners.joined(refusal, failure);
            }
            rollBack(scope, refusal);
            throw refusal;
        }
        GlobalTransactionException trouble = tellEnd(scope, commitOrRollBackInstead(scope, failure), null);
        if (trouble != null) {
            throw trouble;
        }
    }

    /**
     * The order matters: the scope is closed for further local work before it is asked for unfinished work, so that no
     * local transaction can slip in between the question and the global commit.
     */
    private Verdict commitOrRollBackInstead(GlobalScope scope, @Nullable Throwable failure) {
        scope.end();
        var messages = new OutcomeMessages(scope, failure);
        var unfinished = scope.unfinishedLocalWork();
        if (!unfinished.isEmpty()) {
            return rollBackInstead(
                    scope,
                    messages,
                    "a local transaction was still open",
                    false,
                    how -> messages.unfinished(unfinished, how));
        }
        Throwable beginFailure = scope.beginFailure();
        if (beginFailure != null) {
            return Verdict.trouble(GlobalOutcome.NOT_BEGUN, messages.neverBegun(beginFailure));
        }
        String rollbackOnly = scope.rollbackOnlyReason();
        if (rollbackOnly != null) {
            return rollBackInstead(
                    scope, messages, rollbackOnly, false, how -> messages.rollbackOnly(rollbackOnly, how));
        }
        if (scope.xidIfBegun() != null && scope.deadline().hasPassed(System.nanoTime())) {
            return rollBackInstead(scope, messages, "its timeout was over", true, messages::timeoutOver);
        }
        return messages.afterCommit(transactions.commit(scope));
    }

    private interface Refusal {
        GlobalTransactionException because(String howTheRollbackWent);
    }

    /**
     * Where something that was written may stand and stay, that is what the caller has to hear first.
     *
     * @param overdue whether its timeout is the reason
     */
    private Verdict rollBackInstead(
            GlobalScope scope, OutcomeMessages messages, String reason, boolean overdue, Refusal refusal) {
        Throwable error = listeners.tell(scope, listener -> listener.beforeRollback(scope));
        EndResult result = transactions.rollback(scope);
        GlobalTransactionException trouble = messages.mayStand(result, overdue)
                ? messages.notRolledBackInstead(reason, result)
                : refusal.because(messages.ofRollback(result));
        if (error != null) {
            Listeners.joined(trouble, error);
        }
        return Verdict.trouble(result.kind(), trouble);
    }

    /** Rolls back because of a failure, to which all trouble with that is added. */
    void rollBack(GlobalScope scope, Throwable failure) {
        scope.failedWith(failure);
        Throwable error = listeners.tell(scope, listener -> listener.beforeRollback(scope));
        if (error != null) {
            Listeners.joined(failure, error);
        }
        scope.end();
        Verdict verdict = new OutcomeMessages(scope, null).afterRollback(transactions.rollback(scope));
        GlobalTransactionException trouble = tellEnd(scope, verdict, null);
        if (trouble != null && verdict.outcome() != GlobalOutcome.ROLLING_BACK) {
            Listeners.joined(failure, trouble);
        }
    }

    /** Rolls back because the program says so. Returns when it is rolled back, or when the TC is certain to do it. */
    void rollBack(GlobalScope scope) {
        Throwable error = listeners.tell(scope, listener -> listener.beforeRollback(scope));
        scope.end();
        Verdict verdict = new OutcomeMessages(scope, null).afterRollback(transactions.rollback(scope));
        GlobalTransactionException trouble = tellEnd(scope, verdict, error);
        if (trouble != null && verdict.outcome() != GlobalOutcome.ROLLING_BACK) {
            throw trouble;
        }
    }

    /**
     * Tells all listeners how it ended; gives what the caller has to be told, or null. What they do works for no global
     * transaction: the one that has ended would refuse it.
     *
     * @param earlier the error of a listener that was told before the end, or null
     */
    private @Nullable GlobalTransactionException tellEnd(
            GlobalScope scope, Verdict verdict, @Nullable Throwable earlier) {
        LOG.debug("[{}] {}", scope.label(), verdict.outcome());
        if (scope.failure() == null) {
            scope.failedWith(verdict.trouble());
        }
        if (verdict.trouble() == null && earlier == null && listeners.areNone(scope)) {
            return null;
        }
        var surrounding = ScopeContextCore.enterAlone(null);
        try {
            return tellAfter(scope, verdict, earlier);
        } finally {
            ScopeContextCore.leave(surrounding);
        }
    }

    private @Nullable GlobalTransactionException tellAfter(
            GlobalScope scope, Verdict verdict, @Nullable Throwable earlier) {
        Throwable after = listeners.tell(scope, listener -> {
            switch (verdict.step()) {
                case COMMIT -> listener.afterCommit(scope);
                case ROLLBACK -> listener.afterRollback(scope);
                case NEITHER -> {}
            }
        });
        Throwable last = listeners.tell(scope, listener -> listener.afterCompletion(scope, verdict.outcome()));
        Throwable error = Listeners.joined(Listeners.joined(earlier, after), last);
        GlobalTransactionException trouble = verdict.trouble();
        if (error != null) {
            if (trouble == null) {
                trouble = new ListenerFailedException(scope, verdict, error);
            } else {
                Listeners.joined(trouble, error);
            }
        }
        if (trouble != null) {
            listeners.tellFailure(scope, verdict.outcome(), trouble);
        }
        return trouble;
    }
}
