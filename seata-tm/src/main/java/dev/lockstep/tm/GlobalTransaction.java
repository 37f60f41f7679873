package dev.lockstep.tm;

import java.util.Objects;

/**
 * A global transaction that a program begins and ends by hand; made by {@link GlobalTransactionTemplate#begin}. It belongs to
 * the thread that began it and is ended there; not thread-safe.
 *
 * <p>What was begun last ends first: to end one goes back to what its thread was bound to before it, and work for another one
 * that is bound by now would be done outside any global transaction. {@link #commit} and {@link #rollback} are therefore
 * refused while the thread is bound to anything else than by this begin: inside a transaction begun later, on another thread,
 * after the method that launched around it, or as long as a library has its xid set aside. Nothing is sent then, and it can
 * still be ended when that is put right. {@link #close} never leaves it open.
 */
public final class GlobalTransaction implements AutoCloseable {

    private final Launcher launcher;
    private final GlobalScope scope;
    private final ScopeContextCore.Surrounding surrounding;

    /** What its begin bound to the thread. */
    private final ScopeContextCore.Surrounding own;

    private final Thread thread = Thread.currentThread();

    /** Volatile as the next one, since {@link #close} may come from another thread. */
    private volatile boolean ended;

    /** Ended while something else was bound, so that its thread may come back to it. */
    private volatile boolean closedAside;

    private GlobalTransaction(Launcher launcher, GlobalScope scope) {
        this.launcher = launcher;
        this.scope = scope;
        this.surrounding = ScopeContextCore.enter(scope);
        this.own = Objects.requireNonNull(ScopeContextCore.ofThread(), "own");
    }

    static GlobalTransaction launch(Launcher launcher, GlobalTransactionDefinition definition) {
        var launched = new GlobalTransaction(launcher, launcher.open(definition));
        try {
            launcher.start(launched.scope);
            return launched;
        } catch (Throwable failure) {
            launched.end(() -> launcher.rollBack(launched.scope, failure));
            throw failure;
        }
    }

    /** Its xid, deadline and flags. */
    public GlobalScope scope() {
        return scope;
    }

    /**
     * Commits and unbinds it from the thread, whatever comes of it.
     *
     * @throws GlobalTransactionException if it is not committed, or nobody knows; as with {@link
     *     GlobalTransactionTemplate#execute}
     * @throws IllegalStateException if it was ended before, or the thread is bound to anything else: it stays as it was
     */
    public void commit() {
        requireOpen();
        requireBound("committed");
        end(() -> launcher.commit(scope, null));
    }

    /**
     * Rolls back and unbinds it from the thread, whatever comes of it. Returns when it is rolled back, or when the TC is
     * certain to do it.
     *
     * @throws OutcomeUnknownException if nobody knows whether it is rolled back, or if that stopped in the middle
     * @throws GlobalTransactionFailedException if the TC could not be asked: it rolls back when the timeout is over
     * @throws IllegalStateException if it was ended before, or the thread is bound to anything else: it stays as it was
     */
    public void rollback() {
        requireOpen();
        requireBound("rolled back");
        end(() -> launcher.rollBack(scope));
    }

    /**
     * Rolls back what has not been ended, as {@link #rollback()} does, and takes away what other libraries have left bound in
     * its place.
     *
     * <p>Where the thread is bound to something else by now it is rolled back all the same, so that it is not left to its
     * timeout. The thread then stays bound to that, and does not come back to this one after it. If another thread closes it,
     * its own thread stays bound to it until it is closed there too; what is written there meanwhile is refused.
     *
     * @throws OutcomeUnknownException as {@link #rollback()}
     * @throws GlobalTransactionFailedException as {@link #rollback()}
     * @throws IllegalStateException if the thread is bound to something else; with trouble of the rollback as suppressed
     */
    @Override
    public void close() {
        if (ended) {
            if (closedAside) {
                unbindLate();
            }
        } else if (ScopeContextCore.isOfThread(own)) {
            end(() -> launcher.rollBack(scope));
        } else {
            rollBackAside();
        }
    }

    private void end(Runnable how) {
        ended = true;
        try {
            how.run();
        } finally {
            ScopeContextCore.leave(surrounding);
        }
    }

    /** Listeners work for this one meanwhile, as they always do before a rollback. */
    private void rollBackAside() {
        ended = true;
        closedAside = true;
        var outOfOrder = new IllegalStateException("[" + scope.label()
                + "] This global transaction was closed where it cannot be unbound: this thread " + bound()
                + ". It is rolled back, and the thread stays bound as it is. End transactions on the thread that began"
                + " them, the last one first.");
        unbindLate();
        var elsewhere = ScopeContextCore.enterAlone(scope);
        try {
            launcher.rollBack(scope, outOfOrder);
        } finally {
            ScopeContextCore.leave(elsewhere);
        }
        throw outOfOrder;
    }

    /**
     * Only its own thread is kept from coming back to it. If another one has closed it, that thread knows nothing of this and
     * must not work on outside.
     */
    private void unbindLate() {
        if (ScopeContextCore.isOfThread(own)) {
            ScopeContextCore.leave(surrounding);
        } else if (Thread.currentThread() == thread) {
            ScopeContextCore.skip(own, surrounding);
        }
    }

    private void requireOpen() {
        if (ended) {
            throw new IllegalStateException("[" + scope.label() + "] This global transaction was ended before.");
        }
    }

    private void requireBound(String what) {
        if (!ScopeContextCore.isOfThread(own) || GlobalScope.current() != scope) {
            throw new IllegalStateException("[" + scope.label() + "] This global transaction was not " + what
                    + ": this thread " + bound()
                    + ". To end it here would take later work out of its global transaction."
                    + " Nothing was sent, and it is still open. End first what was begun inside it, bind again what a"
                    + " library has unbound, and then end it on the thread that began it; or close() it.");
        }
    }

    /** What this thread is bound to in place of what the begin bound, as part of a message. */
    private String bound() {
        GlobalScope bound = GlobalScope.current();
        if (bound == null) {
            return "is bound to no global transaction";
        }
        return bound == scope ? "is bound to it by a handover only" : "is bound to [" + bound.label() + "] instead";
    }
}
