package dev.lockstep.tm;

import dev.lockstep.tm.branch.LocalWork;
import dev.lockstep.tm.branch.ScopeForBranches;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The global transaction that a thread works for: its xid, its deadline, and whether it may still commit. For users: {@link
 * #current()} inside a guarded method, then {@link #setRollbackOnly} or {@link #addListener}.
 *
 * <p>The RM asks {@link #current()} at the first write of a local transaction and keeps the scope until that local
 * transaction ends; what it needs besides is behind {@link #forBranches()}. {@link io.seata.core.context.RootContext} shows
 * the same scope to other libraries, and an xid bound there by one of them appears here as a joined scope.
 *
 * <p>Where the begin is lazy the scope is there before the TC knows of it: {@link #xid()} begins, and nothing else does. What
 * is sent ahead of that only spares it the wait (ADR 6).
 *
 * <p>Bound to one thread at a time; its flags may be read and set from any thread.
 */
public final class GlobalScope {

    /** How this process came to work for the global transaction. */
    private enum Origin {
        LAUNCHED,
        CALLED,
        BOUND_ELSEWHERE
    }

    private final String name;

    /** Null in a scope that was joined, which has its xid. Guarded by {@link #lock}. */
    private final @Nullable Beginning beginning;

    private final Origin origin;
    private final Deadline deadline;
    private final long createdNanoTime = System.nanoTime();
    private final BranchesOfScope branches = new BranchesOfScope(this);
    private final List<TransactionListener> listeners = new CopyOnWriteArrayList<>();
    private final AtomicReference<@Nullable String> rollbackOnlyReason = new AtomicReference<>();

    private final AtomicReference<@Nullable GlobalTransactions> rollsBack = new AtomicReference<>();

    /** Held while the TC is asked for the xid: other threads that need it wait for the same answer. */
    private final ReentrantLock lock = new ReentrantLock();

    private volatile @Nullable String xid;
    private volatile @Nullable Throwable beginFailure;
    private volatile boolean ended;
    private volatile boolean rolledBackFromHere;
    private volatile @Nullable LockRetryLimits lockRetry;
    private volatile @Nullable Consumer<String> rollbackOnlyListener;
    private volatile boolean callEnded;

    private final Evidence evidence = new Evidence();

    private volatile @Nullable Throwable failure;

    private GlobalScope(
            String name,
            @Nullable String xid,
            @Nullable Beginning beginning,
            Origin origin,
            Deadline deadline,
            @Nullable LockRetryLimits lockRetry) {
        this.name = name;
        this.xid = xid;
        this.beginning = beginning;
        this.origin = origin;
        this.deadline = deadline;
        this.lockRetry = lockRetry;
        if (xid != null) {
            evidence.passedOn();
        }
    }

    /** The scope of a global transaction that this process will begin when its xid is needed, and will end. */
    static GlobalScope launching(GlobalTransactionDefinition definition, Deadline deadline, Beginning beginning) {
        return new GlobalScope(definition.name(), null, beginning, Origin.LAUNCHED, deadline, definition.lockRetry());
    }

    /** The scope of a global transaction that somebody else began, for as long as a call from there lasts. */
    static GlobalScope called(String xid, Deadline deadline) {
        return new GlobalScope("", Objects.requireNonNull(xid, "xid"), null, Origin.CALLED, deadline, null);
    }

    /** The scope of an xid that another library has bound: nobody will say when it is done with it. */
    static GlobalScope boundElsewhere(String xid) {
        return new GlobalScope(
                "", Objects.requireNonNull(xid, "xid"), null, Origin.BOUND_ELSEWHERE, Deadline.NONE, null);
    }

    /** The scope of this thread, or null when it works for no global transaction. One thread-local read. */
    public static @Nullable GlobalScope current() {
        return ScopeContextCore.currentScope();
    }

    // ---- the xid

    /**
     * The id that the TC gave to the global transaction. The first call of a lazy scope begins it: it waits for the TC,
     * within the timeout of a request. Whoever asks may register a branch or pass it on; ask {@link #xidIfBegun()} for a
     * message.
     *
     * @throws TcUnavailableException if the TC could not be asked now, or could not be earlier: the global transaction then
     *     cannot be begun any more
     * @throws GlobalTransactionTimedOutException if the timeout was over before
     * @throws IllegalStateException if it ended without having begun, or if a listener asks in {@code beforeBegin}
     */
    public String xid() {
        evidence.passedOn();
        String known = xid;
        return known == null ? begin() : known;
    }

    /**
     * The xid, or null as long as nobody has needed it. Never begins. For logs, messages and displays, not to be
     * passed on: what is known when the TC has forgotten the global transaction depends on who has asked for {@link #xid()}.
     */
    public @Nullable String xidIfBegun() {
        return xid;
    }

    /** See {@link ScopeForBranches#beginAhead}. */
    void beginAhead() {
        if (xid == null && lock.tryLock()) {
            try {
                Beginning toCome = stillToCome();
                if (toCome != null) {
                    toCome.sendAhead(this);
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /** See {@link ScopeForBranches#xidOnItsWay}. */
    @Nullable
    CompletableFuture<String> xidOnItsWay() {
        if (xid != null) {
            return null;
        }
        lock.lock();
        try {
            Beginning toCome = stillToCome();
            CompletableFuture<String> onItsWay = toCome == null ? null : toCome.handOut(this);
            if (onItsWay != null) {
                evidence.usedHere();
            }
            return onItsWay;
        } finally {
            lock.unlock();
        }
    }

    /** The begin, as long as there can be one; null for a listener that is told before it. Under the lock. */
    private @Nullable Beginning stillToCome() {
        return xid == null && beginFailure == null && !ended && !isToldOfNoXid() ? beginning : null;
    }

    private boolean isToldOfNoXid() {
        return beginning != null && beginning.isTelling();
    }

    /** Whether both stand for one global transaction. Never begins. */
    public boolean isSameTransactionAs(GlobalScope other) {
        String own = xid;
        return this == other || own != null && own.equals(other.xid);
    }

    /** Begins unless that is done, without counting as a look at the xid. */
    String begin() {
        lock.lock();
        try {
            String known = xid;
            if (known != null) {
                return known;
            }
            refuseIfItCannotBegin();
            try {
                known = Objects.requireNonNull(beginning, "beginning").complete(this);
            } catch (Throwable e) {
                if (xid == null) {
                    beginFailure = e;
                    setRollbackOnly("it could not be begun (" + e.getMessage() + ")");
                }
                throw e;
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    private void refuseIfItCannotBegin() {
        Throwable earlier = beginFailure;
        if (earlier != null) {
            throw new TcUnavailableException(
                    "Global transaction '" + name
                            + "' could not be begun when it was first needed, and is not begun now: "
                            + earlier.getMessage(),
                    earlier);
        }
        refuseIfEnded();
        if (isToldOfNoXid()) {
            throw new IllegalStateException("Global transaction '" + name
                    + "' has no xid, and a listener that is told so cannot have it begun. Do what needs the xid in"
                    + " afterBegin.");
        }
    }

    /** Nothing is begun that nobody will end. */
    void refuseIfEnded() {
        if (ended) {
            throw new IllegalStateException("Global transaction '" + name
                    + "' has ended without ever needing the TC. It has no xid, and nothing"
                    + " can take part in it any more.");
        }
    }

    /** The TC has given the xid. Called once, by {@link GlobalTransactions}. */
    void begun(String given) {
        xid = Objects.requireNonNull(given, "xid");
        ScopeContextCore.begun(this);
    }

    /** Why it could not be begun, or null. */
    @Nullable
    Throwable beginFailure() {
        return beginFailure;
    }

    // ---- what it is

    /** The name of its definition; empty for a participant in another process, who is not told it. */
    public String name() {
        return name;
    }

    /** Whether this process began the global transaction and will commit it or roll it back. */
    public boolean isLauncher() {
        return origin == Origin.LAUNCHED;
    }

    /** How long ago the scope was opened in this process. */
    public Duration age() {
        return Duration.ofNanos(System.nanoTime() - createdNanoTime);
    }

    /**
     * What is left until the TC rolls the global transaction back by itself, zero when that is over; null where this process
     * was not told. Work that cannot end in that time need not begin.
     */
    public @Nullable Duration remaining() {
        return deadline.bounded() ? deadline.remaining(System.nanoTime()) : null;
    }

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

    // ---- listeners

    /**
     * Tells this listener of the steps that are still to come.
     *
     * @throws IllegalStateException if this process did not launch the global transaction: it will not learn how it ends
     */
    public void addListener(TransactionListener listener) {
        if (!isLauncher()) {
            throw new IllegalStateException("[" + label()
                    + "] Only the process that launched a global transaction learns how it ends; this one takes part in it."
                    + " Add the listener there.");
        }
        listeners.add(Objects.requireNonNull(listener, "listener"));
    }

    List<TransactionListener> listeners() {
        return listeners;
    }

    /** What its caller gets thrown, as far as that is known by now; null while all is well. For listeners. */
    public @Nullable Throwable failure() {
        return failure;
    }

    void failedWith(@Nullable Throwable thrown) {
        failure = thrown;
    }

    // ---- rollback only

    /**
     * Forbids the commit. In the launcher's process the global transaction will be rolled back when its scope ends; in
     * another process when the call that carried the xid there ends, or where that has ended, when work that takes part by a
     * definition does. The first reason is kept. May be called from any thread, any number of times.
     *
     * @param reason what happened, for the error that the launcher gets
     */
    public void setRollbackOnly(String reason) {
        if (rollbackOnlyReason.compareAndSet(null, Objects.requireNonNull(reason, "reason"))) {
            Consumer<String> listener = rollbackOnlyListener;
            if (listener != null) {
                listener.accept(reason);
            }
        }
    }

    /** Why the global transaction must not commit, or null while it may. */
    public @Nullable String rollbackOnlyReason() {
        return rollbackOnlyReason.get();
    }

    /** Tells of the reason as soon as there is one; twice if that happens at this very moment. */
    void onRollbackOnly(Consumer<String> listener) {
        rollbackOnlyListener = listener;
        String reason = rollbackOnlyReason.get();
        if (reason != null) {
            listener.accept(reason);
        }
    }

    /**
     * The call that carried the xid here is about to end: who listened to that is not told any more, but this listener is.
     * Whoever sets a reason later asks the TC at the end of its own participation. No reason falls between the two: this is set
     * before the call looks for a reason, and whoever sets one looks for this afterwards.
     */
    void callEnds(Consumer<String> late) {
        rollbackOnlyListener = late;
        callEnded = true;
    }

    /** The library that bound the xid to its thread has unbound it there, and does not come back to this scope. */
    void unboundElsewhere() {
        callEnded = true;
    }

    /** Whether what this scope was made for is over in this process: the global transaction, or the call or the binding of its xid. */
    boolean isOver() {
        return ended || callEnded;
    }

    /** Names who can ask the TC to roll back in place of a launcher that may not learn of it; the first one stays. */
    void canBeRolledBackBy(GlobalTransactions transactions) {
        rollsBack.compareAndSet(null, transactions);
    }

    /**
     * A participant is done, at the end of its call or of a definition that took part; where another library has bound the
     * xid, or the call has ended before, nobody will tell of a later end. Where it must not be committed, the TC is asked to roll back now, after the local
     * work, since the launcher may never hear of it. Trouble with that is logged: the launcher or the timeout settles it.
     */
    void endParticipation(boolean endOfCall) {
        GlobalTransactions transactions = rollsBack.get();
        String reason = rollbackOnlyReason.get();
        boolean done = endOfCall
                ? origin == Origin.CALLED
                : (origin == Origin.BOUND_ELSEWHERE || callEnded)
                        && branches.unfinished().isEmpty();
        if (done && reason != null && transactions != null && end()) {
            rolledBackFromHere = transactions.rollbackAsParticipant(this, reason);
        }
    }

    /** Whether the end of this participation has had the TC roll all of it back. */
    boolean isRolledBackFromHere() {
        return rolledBackFromHere;
    }

    /** What proves how it ended, when the TC has forgotten it. */
    Evidence evidence() {
        return evidence;
    }

    // ---- local work

    /**
     * The RM's side of it. Not for users: a local transaction that is enlisted by hand is missed or waited for in vain. The
     * type may change at any time.
     */
    public ScopeForBranches forBranches() {
        return branches;
    }

    /** The local transactions that have joined and not ended. */
    List<LocalWork> unfinishedLocalWork() {
        return branches.unfinished();
    }

    /** Whether commit or rollback has been decided in this process; nothing can join any more. */
    public boolean isEnded() {
        return ended;
    }

    /**
     * Closes the scope for further local work and for a begin. A local transaction that enlists at the same moment is either
     * seen by the following {@link #unfinishedLocalWork()} or refused, because {@link BranchesOfScope#enlist} adds first and
     * looks second, while the TM sets first and looks second. A begin that another thread waits for is waited for here, too:
     * whoever got the xid by it may register a branch. One that was sent ahead, and whose xid nobody has asked for, is not.
     *
     * @return whether it was open until now
     */
    boolean end() {
        lock.lock();
        boolean first = !ended;
        try {
            Beginning toCome = stillToCome();
            if (toCome != null && !toCome.giveUp()) {
                begin();
            }
        } catch (Throwable kept) {
            // As the failure of the begin, or as the reason not to commit: the launcher looks for both.
        } finally {
            ended = true;
            lock.unlock();
        }
        return first;
    }

    /** The TC has answered, or is asked no more. */
    void over() {
        branches.over();
    }

    /** For messages: the xid, or that there is none yet. Never begins. */
    public String label() {
        String known = xid;
        return known == null ? "'" + name + "', not begun" : known;
    }

    @Override
    public String toString() {
        return "GlobalScope[" + label() + (isLauncher() ? ", launcher" : ", participant") + "]";
    }
}
