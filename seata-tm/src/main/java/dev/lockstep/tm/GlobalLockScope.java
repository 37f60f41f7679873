package dev.lockstep.tm;

import org.jspecify.annotations.Nullable;

/**
 * Says that what this thread writes outside a global transaction must first be found free of every global transaction's
 * locks. What {@link GlobalLock} asks for, and what {@link io.seata.core.context.RootContext#requireGlobalLock} shows to
 * other libraries. Immutable.
 *
 * <p>The RM asks {@link #current()} where there is no {@link GlobalScope}: before a local transaction commits, the lock keys
 * of its rows are looked up at the TC, and nothing is registered. Inside a global transaction it has no meaning, and has it
 * again for work there that runs without one.
 *
 * @param lockRetry how long to wait for rows that are held; null, or null in part, for the RM's setting
 */
public record GlobalLockScope(@Nullable LockRetryLimits lockRetry) {

    /** Without limits of its own; what another library's flag means. */
    static final GlobalLockScope PLAIN = new GlobalLockScope(null);

    /** What this thread has to look for, or null when it need not look for global locks. One thread-local read. */
    public static @Nullable GlobalLockScope current() {
        return ScopeContextCore.currentLock();
    }

    /**
     * Runs work whose local transactions begin and end inside it.
     *
     * @param limits how long to wait for rows that are held; null for those of the surrounding scope, or else the RM's
     */
    public static <T, X extends Throwable> T execute(@Nullable LockRetryLimits limits, GlobalWork<T, X> work) throws X {
        GlobalLockScope surrounding = current();
        GlobalLockScope scope = limits == null && surrounding != null ? surrounding : new GlobalLockScope(limits);
        ScopeContextCore.bindLock(scope);
        try {
            return work.run();
        } finally {
            ScopeContextCore.bindLock(surrounding);
        }
    }
}
