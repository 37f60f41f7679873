package dev.lockstep.tm;

/**
 * A global transaction that a program begins and ends by hand; made by {@link GlobalTransactionTemplate#begin}. It belongs to
 * the thread that began it and is ended there; not thread-safe.
 */
public final class GlobalTransaction implements AutoCloseable {

    private final Launcher launcher;
    private final GlobalScope scope;
    private final ScopeContextCore.Surrounding surrounding;
    private boolean ended;

    private GlobalTransaction(Launcher launcher, GlobalScope scope) {
        this.launcher = launcher;
        this.scope = scope;
        this.surrounding = ScopeContextCore.enter(scope);
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
     * @throws IllegalStateException if it was ended before
     */
    public void commit() {
        requireOpen();
        end(() -> launcher.commit(scope, null));
    }

    /**
     * Rolls back and unbinds it from the thread, whatever comes of it. Returns when it is rolled back, or when the TC is
     * certain to do it.
     *
     * @throws OutcomeUnknownException if nobody knows whether it is rolled back, or if that stopped in the middle
     * @throws GlobalTransactionFailedException if the TC could not be asked: it rolls back when the timeout is over
     * @throws IllegalStateException if it was ended before
     */
    public void rollback() {
        requireOpen();
        end(() -> launcher.rollBack(scope));
    }

    /** Rolls back what has not been ended; then as {@link #rollback()}. */
    @Override
    public void close() {
        if (!ended) {
            rollback();
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

    private void requireOpen() {
        if (ended) {
            throw new IllegalStateException("[" + scope.label() + "] This global transaction was ended before.");
        }
    }
}
