package dev.lockstep.tm;

import org.jspecify.annotations.Nullable;

/**
 * The global transaction of one thread, in a form that another thread can take up: for libraries that carry context from
 * thread to thread. Both then work for the same scope, so the launcher knows of local work that is unfinished on either, and
 * what either forbids is forbidden. The launcher must not end before the other thread has; its commit is refused otherwise.
 *
 * <p>What else a thread is bound to, such as a {@link GlobalLockScope}, goes to no other one, but comes back to it by {@link
 * #restore}.
 *
 * <p>Immutable. May be taken up by several threads, also at once.
 */
public final class ScopeHandover {

    private final @Nullable GlobalScope scope;
    private final ScopeContextCore.@Nullable Surrounding origin;

    private ScopeHandover(@Nullable GlobalScope scope, ScopeContextCore.@Nullable Surrounding origin) {
        this.scope = scope;
        this.origin = origin;
    }

    /** What this thread is bound to, without a global transaction too; null when that is nothing. */
    public static @Nullable ScopeHandover ofThread() {
        ScopeContextCore.Surrounding all = ScopeContextCore.ofThread();
        return all == null ? null : new ScopeHandover(GlobalScope.current(), all);
    }

    /** For a scope that no thread is bound to yet. */
    static ScopeHandover of(GlobalScope scope) {
        return new ScopeHandover(scope, null);
    }

    /** Whether there is a global transaction in it. */
    public boolean isOfGlobalTransaction() {
        return scope != null;
    }

    /**
     * Whether its global transaction has ended in this process, or the call that brought the xid here; false when there is none.
     * For whoever keeps this without knowing whether the launcher waits for him.
     */
    public boolean isOver() {
        return scope != null && scope.isOver();
    }

    /**
     * A call made for the global transaction, by whatever thread; null when there is none. Begins a lazy one.
     *
     * @throws GlobalTransactionException if it cannot be begun: the call must not be made
     */
    public @Nullable OutgoingCall outgoingCall() {
        return scope == null ? null : OutgoingCall.of(scope);
    }

    /**
     * Lets this thread work for the scope alone, whatever it was bound to; to be undone by {@link #restore} or {@link #clear}.
     * Where there is no global transaction, the thread that it came from stays bound to what it is.
     */
    public void takeUp() {
        if (scope == null && origin != null && ScopeContextCore.isOfThread(origin)) {
            return;
        }
        ScopeContextCore.enterAlone(scope);
    }

    /** Gives this thread back all that it was bound to when {@link #ofThread} was asked on it. */
    public void restore() {
        if (origin == null) {
            takeUp();
        } else {
            ScopeContextCore.leave(origin);
        }
    }

    /** Lets this thread work for no global transaction. */
    public static void clear() {
        ScopeContextCore.enterAlone(null);
    }
}
