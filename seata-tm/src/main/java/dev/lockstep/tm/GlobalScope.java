package dev.lockstep.tm;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The global transaction that a thread works for: its xid, its deadline, whether it may still commit, and the local
 * transactions that have joined it and not ended.
 *
 * <p>The RM asks {@link #current()} at the first write of a local transaction and keeps the scope until that local
 * transaction ends. {@link io.seata.core.context.RootContext} shows the same scope to other libraries, and an xid bound
 * there by one of them appears here as a joined scope.
 *
 * <p>Bound to one thread at a time; its flags may be read and set from any thread.
 */
public final class GlobalScope {

    private final String xid;
    private final boolean launcher;
    private final Deadline deadline;
    private final Set<LocalWork> localWork = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable String> rollbackOnlyReason = new AtomicReference<>();
    private volatile boolean ended;

    private volatile @Nullable LockRetryLimits lockRetry;

    private GlobalScope(String xid, boolean launcher, Deadline deadline, @Nullable LockRetryLimits lockRetry) {
        this.xid = Objects.requireNonNull(xid, "xid");
        this.launcher = launcher;
        this.deadline = deadline;
        this.lockRetry = lockRetry;
    }

    /** The scope of a global transaction that this process began and will end. */
    static GlobalScope launched(String xid, Deadline deadline, @Nullable LockRetryLimits lockRetry) {
        return new GlobalScope(xid, true, deadline, lockRetry);
    }

    /** The scope of a global transaction that somebody else began: this process only takes part in it. */
    static GlobalScope joined(String xid) {
        return new GlobalScope(xid, false, Deadline.NONE, null);
    }

    /** The scope of this thread, or null when it works for no global transaction. One thread-local read. */
    public static @Nullable GlobalScope current() {
        return ScopeContextCore.currentScope();
    }

    /** The id that the TC gave to the global transaction. */
    public String xid() {
        return xid;
    }

    /** Whether this process began the global transaction and will commit it or roll it back. */
    public boolean isLauncher() {
        return launcher;
    }

    /** When the TC will roll the global transaction back by itself; never, as far as a participant knows. */
    Deadline deadline() {
        return deadline;
    }

    /** How long branches wait for global locks, where the definition says so; null for the RM's setting. */
    public @Nullable LockRetryLimits lockRetry() {
        return lockRetry;
    }

    /** Lets a participating definition set its own limits; returns those to be restored after it. */
    @Nullable
    LockRetryLimits useLockRetry(@Nullable LockRetryLimits limits) {
        LockRetryLimits outer = lockRetry;
        if (limits != null) {
            lockRetry = limits;
        }
        return outer;
    }

    void restoreLockRetry(@Nullable LockRetryLimits outer) {
        lockRetry = outer;
    }

    /**
     * Forbids the commit: in the launcher's process the global transaction will be rolled back when its scope ends. The
     * first reason is kept. May be called from any thread, any number of times.
     *
     * @param reason what happened, for the error that the launcher gets
     */
    public void setRollbackOnly(String reason) {
        rollbackOnlyReason.compareAndSet(null, Objects.requireNonNull(reason, "reason"));
    }

    /** Why the global transaction must not commit, or null while it may. */
    public @Nullable String rollbackOnlyReason() {
        return rollbackOnlyReason.get();
    }

    /**
     * Takes in a local transaction that is about to write.
     *
     * @return false when the outcome of the global transaction is already being decided: the write must be refused
     */
    public boolean enlist(LocalWork work) {
        localWork.add(work);
        if (ended) {
            localWork.remove(work);
            return false;
        }
        return true;
    }

    /** Takes out a local transaction that has ended, committed or not. Harmless when it was never taken in. */
    public void delist(LocalWork work) {
        localWork.remove(work);
    }

    /** The local transactions that have joined and not ended. */
    public List<LocalWork> unfinishedLocalWork() {
        return List.copyOf(localWork);
    }

    /** Whether commit or rollback has been decided in this process; nothing can join any more. */
    public boolean isEnded() {
        return ended;
    }

    /**
     * Closes the scope for further local work. A local transaction that enlists at the same moment is either seen by the
     * following {@link #unfinishedLocalWork()} or refused, because {@link #enlist} adds first and looks second, while the
     * TM sets first and looks second.
     */
    void end() {
        ended = true;
    }

    @Override
    public String toString() {
        return "GlobalScope[" + xid + (launcher ? ", launcher" : ", participant") + "]";
    }
}
