package dev.lockstep.testing.memory;

import dev.lockstep.port.TcRefusedException;
import dev.lockstep.testing.BranchCommand;
import dev.lockstep.testing.memory.CoordinatorEvent.Kind;
import io.seata.core.exception.TransactionExceptionCode;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.GlobalStatus;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * All that the coordinator knows: open transactions, branches, row locks, and what happened. Every change of a status is
 * here.
 *
 * <p>Thread-safe: one lock around every method, never held while a client is told something.
 */
final class TransactionBook {

    private static final int REMEMBERED = 10_000;
    /** The only thing a TC reads from an AT branch's application data; elsewhere the data is the RM's own affair. */
    private static final Pattern HOLDS_LOCAL_LOCKS = Pattern.compile("\"autoCommit\"\\s*:\\s*false");

    private final ReentrantLock lock = new ReentrantLock();
    private final Clock clock;
    private final String xidPrefix;
    private final boolean forgetsFailedRollbacks;
    private final Map<String, GlobalSession> sessions = new LinkedHashMap<>();
    private final RowLocks rowLocks = new RowLocks();
    private final Deque<CoordinatorEvent> events = new ArrayDeque<>();
    private final Map<String, GlobalStatus> outcomes = new LinkedHashMap<>();
    private long lastId;

    /**
     * @param firstId ids of transactions and branches are counted up from here
     * @param forgetsFailedRollbacks whether a transaction that cannot be rolled back to the end ends all the same
     */
    TransactionBook(Clock clock, String address, long firstId, boolean forgetsFailedRollbacks) {
        this.clock = clock;
        this.xidPrefix = address + ":";
        this.lastId = firstId;
        this.forgetsFailedRollbacks = forgetsFailedRollbacks;
    }

    // ---- what clients ask for

    String begin(String applicationId, String transactionServiceGroup, String name, Duration timeout) {
        return guarded(() -> {
            GlobalSession session = new GlobalSession(
                    xidPrefix + ++lastId, applicationId, transactionServiceGroup, name, timeout, clock.instant());
            sessions.put(session.xid, session);
            note(Kind.BEGUN, session.xid, 0, name);
            return session.xid;
        });
    }

    GlobalStatus status(String xid) {
        return guarded(() -> {
            GlobalSession session = sessions.get(xid);
            return session == null ? GlobalStatus.Finished : session.status;
        });
    }

    /** Decides the commit of a transaction that is still open, and frees its locks; otherwise only says how it stands. */
    GlobalStatus commit(String xid) {
        return guarded(() -> {
            GlobalSession session = sessions.get(xid);
            if (session == null) {
                return GlobalStatus.Finished;
            }
            if (session.isExpired(clock.instant())) {
                // The next tick makes it so; a commit that comes in between must not win (TC 1.6 and later).
                return GlobalStatus.TimeoutRollbacking;
            }
            if (session.isActive()) {
                session.status = GlobalStatus.AsyncCommitting;
                rowLocks.releaseTransaction(xid);
                note(Kind.COMMIT_DECIDED, xid, 0, "");
            }
            return session.status == GlobalStatus.AsyncCommitting ? GlobalStatus.Committed : session.status;
        });
    }

    /**
     * Decides the rollback of a transaction that is still open. The caller owns its phase two then and has to {@link
     * #release} it.
     *
     * @return empty if there is nothing to decide; {@link #status} says how it stands
     */
    Optional<GlobalSession> claimForRollback(String xid) {
        return guarded(() -> {
            GlobalSession session = sessions.get(xid);
            if (session == null || !session.isActive()) {
                return Optional.empty();
            }
            session.status = GlobalStatus.Rollbacking;
            session.inPhaseTwo = true;
            note(Kind.ROLLBACK_DECIDED, xid, 0, "");
            return Optional.of(session);
        });
    }

    /** Adds a branch, after the checks in the order of a TC: transaction known, active, rows free. */
    long register(
            InMemoryClient client,
            String resourceId,
            String xid,
            @Nullable String applicationData,
            @Nullable String lockKeys)
            throws TcRefusedException {
        lock.lock();
        try {
            GlobalSession session = knownSession(xid);
            if (!session.isActive()) {
                throw refusedBranch(
                        xid,
                        TransactionExceptionCode.GlobalTransactionNotActive,
                        "its status is " + session.status + ", and it takes no more branches");
            }
            List<RowKey> rows = RowKey.parse(resourceId, lockKeys);
            Optional<HeldLock> conflict = rowLocks.conflict(rows, xid);
            if (conflict.isPresent()) {
                throw refusedBranch(
                        xid,
                        conflictCode(conflict.get(), applicationData),
                        "row " + conflict.get().row() + " is held by "
                                + conflict.get().xid());
            }
            Branch branch = new Branch(xid, ++lastId, resourceId, lockKeys, applicationData, client);
            session.branches.add(branch);
            rowLocks.acquire(rows, xid, branch.id());
            note(Kind.BRANCH_REGISTERED, xid, branch.id(), resourceId);
            return branch.id();
        } finally {
            lock.unlock();
        }
    }

    /** A holder that rolls back needs the local row lock that a waiting local transaction keeps: waiting cannot help. */
    private TransactionExceptionCode conflictCode(HeldLock held, @Nullable String applicationData) {
        GlobalSession holder = sessions.get(held.xid());
        boolean waitingIsPointless = holder != null
                && holder.isRollingBack()
                && applicationData != null
                && HOLDS_LOCAL_LOCKS.matcher(applicationData).find();
        return waitingIsPointless
                ? TransactionExceptionCode.LockKeyConflictFailFast
                : TransactionExceptionCode.LockKeyConflict;
    }

    private TcRefusedException refusedBranch(String xid, TransactionExceptionCode code, String reason) {
        note(Kind.BRANCH_REFUSED, xid, 0, code.name());
        return new TcRefusedException(
                code, "Branch not registered in global transaction " + xid + ": " + reason + ".", null);
    }

    /** The report's application data takes the place of the registration's, null included (TC 1.5 and later). */
    void report(String xid, long branchId, BranchStatus status, @Nullable String applicationData)
            throws TcRefusedException {
        lock.lock();
        try {
            Branch reported = knownSession(xid).branches.stream()
                    .filter(branch -> branch.id() == branchId)
                    .findFirst()
                    .orElseThrow(() -> new TcRefusedException(
                            TransactionExceptionCode.BranchTransactionNotExist,
                            "Global transaction " + xid + " has no branch " + branchId + ".",
                            null));
            reported.report(status, applicationData);
            note(Kind.BRANCH_REPORTED, xid, branchId, status.name());
        } finally {
            lock.unlock();
        }
    }

    boolean isLockable(String resourceId, String xid, @Nullable String lockKeys) {
        return guarded(
                () -> rowLocks.conflict(RowKey.parse(resourceId, lockKeys), xid).isEmpty());
    }

    private GlobalSession knownSession(String xid) throws TcRefusedException {
        GlobalSession session = sessions.get(xid);
        if (session == null) {
            throw new TcRefusedException(
                    TransactionExceptionCode.GlobalTransactionNotExist,
                    "There is no global transaction " + xid + "; it may have ended.",
                    null);
        }
        return session;
    }

    // ---- what phase two does

    /**
     * Hands out the transactions that wait for a next attempt, and marks those whose time is over; they are handed out by
     * the next call, as a TC's two timers do. The caller has to {@link #release} each.
     */
    List<GlobalSession> claimDue() {
        return guarded(() -> {
            List<GlobalSession> due =
                    sessions.values().stream().filter(GlobalSession::isDue).toList();
            due.forEach(session -> session.inPhaseTwo = true);
            for (GlobalSession session : sessions.values()) {
                if (session.isExpired(clock.instant())) {
                    session.status = GlobalStatus.TimeoutRollbacking;
                    note(Kind.TIMED_OUT, session.xid, 0, "");
                }
            }
            return due;
        });
    }

    void release(GlobalSession session) {
        guarded(() -> session.inPhaseTwo = false);
    }

    boolean isCommitting(GlobalSession session) {
        return guarded(() -> session.status == GlobalStatus.AsyncCommitting);
    }

    /** The branches still to be told, in the order in which this is done; those that failed in phase one end here. */
    List<Branch> branchesToTell(GlobalSession session, BranchCommand.Kind kind) {
        return guarded(() -> {
            List.copyOf(session.branches).stream()
                    .filter(Branch::failedInPhaseOne)
                    .forEach(branch -> removeBranch(session, branch, BranchStatus.PhaseOne_Failed.name()));
            List<Branch> order = new ArrayList<>(session.branches);
            if (kind == BranchCommand.Kind.ROLLBACK) {
                Collections.reverse(order);
            }
            return order;
        });
    }

    BranchCommand command(Branch branch, BranchCommand.Kind kind) {
        return guarded(() -> branch.command(kind));
    }

    /** The branch has done what it was told; its locks are free from now on. */
    void branchEnded(GlobalSession session, Branch branch, BranchStatus answer) {
        guarded(() -> removeBranch(session, branch, answer.name()));
    }

    private boolean removeBranch(GlobalSession session, Branch branch, String how) {
        rowLocks.releaseBranch(branch.id());
        note(Kind.BRANCH_ENDED, session.xid, branch.id(), how);
        return session.branches.remove(branch);
    }

    /** The branch could not do it, or could not be told. */
    void branchNotEnded(GlobalSession session, Branch branch, String why) {
        guarded(() -> note(Kind.BRANCH_NOT_ENDED, session.xid, branch.id(), why));
    }

    /** Everything is told again by a later tick. */
    GlobalStatus retryRollback(GlobalSession session) {
        return guarded(() -> {
            if (session.status == GlobalStatus.Rollbacking) {
                session.status = GlobalStatus.RollbackRetrying;
            }
            return session.status;
        });
    }

    /** Nothing is told any more; the transaction stays, with the locks it has, until somebody repairs it, or is forgotten. */
    GlobalStatus giveUp(GlobalSession session) {
        return guarded(() -> {
            if (session.status == GlobalStatus.AsyncCommitting) {
                session.status = GlobalStatus.CommitFailed;
            } else {
                session.status =
                        session.isTimedOut() ? GlobalStatus.TimeoutRollbackFailed : GlobalStatus.RollbackFailed;
                if (forgetsFailedRollbacks) {
                    forget(session, session.status);
                }
            }
            return session.status;
        });
    }

    /** All branches have ended. */
    GlobalStatus end(GlobalSession session) {
        return guarded(() -> {
            GlobalStatus outcome;
            if (session.status == GlobalStatus.AsyncCommitting) {
                outcome = GlobalStatus.Committed;
            } else {
                outcome = session.isTimedOut() ? GlobalStatus.TimeoutRollbacked : GlobalStatus.Rollbacked;
            }
            forget(session, outcome);
            return outcome;
        });
    }

    private void forget(GlobalSession session, GlobalStatus outcome) {
        rowLocks.releaseTransaction(session.xid);
        sessions.remove(session.xid);
        outcomes.put(session.xid, outcome);
        if (outcomes.size() > REMEMBERED) {
            outcomes.remove(outcomes.keySet().iterator().next());
        }
        note(Kind.ENDED, session.xid, 0, outcome.name());
    }

    // ---- what tests look at

    List<TransactionView> transactions() {
        return guarded(() -> sessions.values().stream().map(GlobalSession::view).toList());
    }

    List<HeldLock> locks() {
        return guarded(rowLocks::all);
    }

    List<CoordinatorEvent> events() {
        return guarded(() -> List.copyOf(events));
    }

    Optional<GlobalStatus> outcome(String xid) {
        return guarded(() -> Optional.ofNullable(outcomes.get(xid)));
    }

    private boolean note(Kind kind, String xid, long branchId, String detail) {
        if (events.size() == REMEMBERED) {
            events.removeFirst();
        }
        return events.add(new CoordinatorEvent(kind, xid, branchId, detail));
    }

    private <T> T guarded(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }
}
