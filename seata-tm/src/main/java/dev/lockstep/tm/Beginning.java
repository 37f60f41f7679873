package dev.lockstep.tm;

import dev.lockstep.port.TcUnreachableException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * How one launched global transaction gets its xid: the TC is asked when somebody needs it, or ahead of that, while nobody
 * waits (ADR 6). What goes wrong ahead is told to whoever needs the xid, as if it had gone wrong then; where nobody does,
 * nobody is told.
 *
 * <p>Called by {@link GlobalScope} and guarded by its lock.
 */
final class Beginning {

    private final GlobalTransactionDefinition definition;
    private final GlobalTransactions transactions;
    private final Listeners listeners;

    /** The xid to come, where it was asked for ahead. */
    private @Nullable CompletableFuture<String> sent;

    private @Nullable Throwable failedAhead;
    private boolean handedOut;

    /** While listeners are told that there is no xid: one of them that asks for it would have it begun a second time. */
    private boolean telling;

    Beginning(GlobalTransactionDefinition definition, GlobalTransactions transactions, Listeners listeners) {
        this.definition = definition;
        this.transactions = transactions;
        this.listeners = listeners;
    }

    /** Asks the TC without waiting, if that can be done and has not been. */
    void sendAhead(GlobalScope scope) {
        if (sent != null || failedAhead != null || !transactions.beginsAhead()) {
            return;
        }
        try {
            tellBefore(scope);
            sent = transactions.beginAhead(scope);
        } catch (Throwable e) {
            failedAhead = e;
        }
    }

    /** The xid to come, for one more request that needs nothing but that; null if it was not asked for or is there. */
    @Nullable
    CompletableFuture<String> handOut(GlobalScope scope) {
        CompletableFuture<String> onItsWay = sent;
        if (onItsWay == null || onItsWay.isDone() || transactions.isTooLateToBegin(scope)) {
            return null;
        }
        handedOut = true;
        return onItsWay;
    }

    /** Begins, or takes the answer to what was sent ahead; waits for the TC. */
    String complete(GlobalScope scope) {
        Throwable failed = failedAhead;
        if (failed == null && sent == null) {
            tellBefore(scope);
        }
        String xid;
        try {
            if (failed != null) {
                throw Beginning.<RuntimeException>asItIs(failed);
            }
            xid = ask(scope);
        } catch (GlobalTransactionException notBegun) {
            tellFailure(scope, notBegun);
            throw notBegun;
        }
        try {
            listeners.ask(scope, listener -> listener.afterBegin(scope));
        } catch (Throwable e) {
            scope.setRollbackOnly("a listener that was told of its begin failed with " + e);
            throw e;
        }
        return xid;
    }

    /** Throws it though it may be checked, as a listener in Kotlin may have done. */
    @SuppressWarnings("unchecked")
    private static <X extends Throwable> RuntimeException asItIs(Throwable thrown) throws X {
        throw (X) thrown;
    }

    /** Whether listeners are told that there is no xid, by this very thread: nothing may ask for it now. */
    boolean isTelling() {
        return telling;
    }

    private void tellBefore(GlobalScope scope) {
        if (!listeners.areNone(scope)) {
            tell(() -> listeners.ask(scope, listener -> listener.beforeBegin(definition)));
            scope.refuseIfEnded();
        }
    }

    private void tellFailure(GlobalScope scope, GlobalTransactionException notBegun) {
        tell(() -> listeners.tellFailure(scope, GlobalOutcome.NOT_BEGUN, notBegun));
    }

    /** What a listener does here works for no global transaction: this one has no xid, and may never have one. */
    private void tell(Runnable listening) {
        var surrounding = ScopeContextCore.enterAlone(null);
        telling = true;
        try {
            listening.run();
        } finally {
            telling = false;
            ScopeContextCore.leave(surrounding);
        }
    }

    private String ask(GlobalScope scope) {
        CompletableFuture<String> onItsWay = sent;
        if (onItsWay == null) {
            return transactions.begin(scope, transactions.timeoutOf(definition));
        }
        if (!handedOut && transactions.isTooLateToBegin(scope)) {
            transactions.giveUp(onItsWay);
            throw GlobalTransactions.tooLate(scope);
        }
        if (!handedOut && wasNotSent(onItsWay)) {
            // No TC was there at the first write. What counts is whether one is there now.
            transactions.giveUp(onItsWay);
            return transactions.begin(scope, transactions.timeoutOf(definition));
        }
        return transactions.take(scope, onItsWay);
    }

    private static boolean wasNotSent(CompletableFuture<String> begin) {
        if (!begin.isCompletedExceptionally()) {
            return false;
        }
        try {
            begin.join();
            return false;
        } catch (CompletionException | CancellationException e) {
            return e.getCause() instanceof TcUnreachableException;
        }
    }

    /**
     * Nobody will need the xid any more.
     *
     * @return false if a request may be on its way that needs nothing but the xid: then it is to be completed
     */
    boolean giveUp() {
        CompletableFuture<String> onItsWay = sent;
        if (onItsWay != null && !handedOut) {
            transactions.giveUp(onItsWay);
        }
        return !handedOut;
    }
}
