package dev.lockstep.tm;

import dev.lockstep.port.BeginAhead;
import io.seata.core.exception.TransactionException;
import io.seata.core.model.ResourceManagerInbound;
import io.seata.core.model.TransactionManager;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Begins and ends global transactions at the TC: knows which request may be repeated and what each answer means.
 *
 * <p>Called by {@link Launcher}. Blocks while the TC works, within the timeouts of the transport and the limits of {@link
 * TmOptions}. Thread-safe.
 *
 * <p>To be closed before the way to the TC is: closing refuses new global transactions and waits, within a limit, for those
 * that run.
 */
public final class GlobalTransactions implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(GlobalTransactions.class);

    /**
     * Begins that nobody needed in the end and that are not yet rolled back. Beyond that none is sent ahead: where many
     * writes find no row they would go to the TC at a pace that nobody's waiting limits.
     */
    private static final int MOST_UNUSED = 64;

    private final TransactionManager coordinator;
    private final @Nullable BeginAhead ahead;
    private final TmOptions options;
    private final Repetition repetition;
    private final Map<String, GlobalScope> running = new ConcurrentHashMap<>();

    /** Those that run or are about to, and one more until this is closed. */
    private final AtomicInteger open = new AtomicInteger(1);

    private final CountDownLatch allEnded = new CountDownLatch(1);
    private final CountDownLatch closeReturned = new CountDownLatch(1);
    private final AtomicInteger unused = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * @param coordinator the way to the TC; its timeouts bound every single request. If it is a {@link BeginAhead} too, a
     *     lazy begin is on its way while the statement runs that will need it.
     */
    public GlobalTransactions(TransactionManager coordinator, TmOptions options) {
        this(coordinator, options, new Repetition(options.firstPause(), options.repeatLimit()));
    }

    /** @param repetition in place of the one that the options describe, with a clock of its own */
    GlobalTransactions(TransactionManager coordinator, TmOptions options, Repetition repetition) {
        this.coordinator = coordinator;
        this.ahead = coordinator instanceof BeginAhead unwaited ? unwaited : null;
        this.options = options;
        this.repetition = repetition;
    }

    /** The global transactions that this process has begun and not yet ended, in no order. */
    public List<GlobalScope> running() {
        return List.copyOf(running.values());
    }

    /**
     * Gives the RM to hand to the transport in place of this one: what the TC commands for branches in this process is the
     * proof of the outcome where the TC has forgotten it.
     */
    public ResourceManagerInbound witnessedBy(ResourceManagerInbound resourceManager) {
        return new PhaseTwoWitness(resourceManager, running);
    }

    boolean beginsLazily() {
        return options.lazyBegin();
    }

    Duration timeoutOf(GlobalTransactionDefinition definition) {
        return definition.timeout() == null ? options.defaultTimeout() : definition.timeout();
    }

    /**
     * Begins the global transaction of a scope. Never repeated: a begin whose answer is lost leaves an empty global
     * transaction at the TC, which times out and holds nothing.
     *
     * @param timeout of the whole; the TC counts from the begin, so a late one is given what is left
     * @throws TcUnavailableException if there is none now; nothing was done
     */
    String begin(GlobalScope scope, Duration timeout) {
        int millis = options.lazyBegin() ? millisLeft(scope) : millis(timeout);
        enter(scope);
        boolean begun = false;
        try {
            String xid =
                    coordinator.begin(options.applicationId(), options.transactionServiceGroup(), scope.name(), millis);
            running.put(xid, scope);
            scope.begun(xid);
            begun = true;
            LOG.debug("[{}] began '{}'", xid, scope.name());
            return xid;
        } catch (TransactionException refusedOrLost) {
            throw notBegun(scope, refusedOrLost);
        } finally {
            if (!begun) {
                leave();
            }
        }
    }

    /** Whether a begin may be sent before somebody waits for it. */
    boolean beginsAhead() {
        return ahead != null && options.lazyBegin() && options.beginAhead() && unused.get() < MOST_UNUSED;
    }

    /**
     * Sends the begin of a scope and does not wait. Exactly one of {@link #take} and {@link #giveUp} must follow.
     *
     * @return the xid to come; ends on any thread
     * @throws TcUnavailableException if this is closed; nothing was sent
     */
    CompletableFuture<String> beginAhead(GlobalScope scope) {
        int millis = millisLeft(scope);
        enter(scope);
        boolean sent = false;
        try {
            CompletableFuture<String> begin = Objects.requireNonNull(ahead, "ahead")
                    .beginAhead(options.applicationId(), options.transactionServiceGroup(), scope.name(), millis)
                    .thenApply(xid -> {
                        // Before anything can be registered under it: the witness of phase two must miss nothing.
                        running.put(xid, scope);
                        return xid;
                    });
            sent = true;
            return begin;
        } finally {
            if (!sent) {
                leave();
            }
        }
    }

    /** Waits for the answer to a begin that was sent ahead; then it is as after {@link #begin}. */
    String take(GlobalScope scope, CompletableFuture<String> begin) {
        boolean begun = false;
        try {
            String xid = begin.join();
            scope.begun(xid);
            begun = true;
            LOG.debug("[{}] began '{}' ahead", xid, scope.name());
            return xid;
        } catch (CompletionException e) {
            if (e.getCause() instanceof TransactionException refusedOrLost) {
                throw notBegun(scope, refusedOrLost);
            }
            throw e;
        } finally {
            if (!begun) {
                leave();
            }
        }
    }

    /**
     * Has a global transaction rolled back whose begin was sent ahead and whose xid nobody has seen. Waits for nothing, and
     * trouble with it troubles nobody: it is empty, locks nothing and ends by its timeout. {@link #close} waits for it.
     */
    void giveUp(CompletableFuture<String> begin) {
        unused.incrementAndGet();
        begin.whenComplete((xid, notBegun) -> {
            if (xid == null) {
                rolledBackUnused();
                return;
            }
            running.remove(xid);
            Objects.requireNonNull(ahead, "ahead").rollbackUnused(xid).whenComplete((status, trouble) -> {
                LOG.debug("[{}] was begun ahead and not needed; its rollback: {}", xid, status, trouble);
                rolledBackUnused();
            });
        });
    }

    private void rolledBackUnused() {
        unused.decrementAndGet();
        leave();
    }

    /** Whether the timeout of the whole is over, by which a late begin is bound. */
    boolean isTooLateToBegin(GlobalScope scope) {
        return scope.deadline().hasPassed(System.nanoTime());
    }

    static GlobalTransactionTimedOutException tooLate(GlobalScope scope) {
        return new GlobalTransactionTimedOutException(
                null,
                "Global transaction '" + scope.name() + "' was not begun: its timeout was over before anything was"
                        + " written for it. Raise the timeout or shorten the work.",
                null);
    }

    private static int millisLeft(GlobalScope scope) {
        Duration left = scope.deadline().remaining(System.nanoTime());
        if (left.isZero()) {
            throw tooLate(scope);
        }
        return millis(left);
    }

    private static int millis(Duration duration) {
        return (int) Math.min(Math.max(1, duration.toMillis()), Integer.MAX_VALUE);
    }

    private TcUnavailableException notBegun(GlobalScope scope, TransactionException refusedOrLost) {
        return new TcUnavailableException(
                "Global transaction '" + scope.name() + "' was not begun and "
                        + (options.lazyBegin()
                                ? "nothing was written for it; its code has run up to here: "
                                : "its code has not run: ")
                        + refusedOrLost.getMessage(),
                refusedOrLost);
    }

    /** Counts first and looks second, while {@link #close} does the opposite: what it does not wait for is refused here. */
    private void enter(GlobalScope scope) {
        open.incrementAndGet();
        if (closed.get()) {
            leave();
            throw new TcUnavailableException(
                    "Global transaction '" + scope.name()
                            + "' was not begun and nothing was written for it: this application is being shut down.",
                    null);
        }
    }

    private void leave() {
        if (open.decrementAndGet() == 0) {
            allEnded.countDown();
        }
    }

    /**
     * Asks the TC to commit, until its answer decides or the limits are reached. What may have been executed is not asked for
     * again but looked up first: a TC 1.4.x that is asked to commit a transaction which it is rolling back frees its locks.
     */
    EndResult commit(GlobalScope scope) {
        return end(scope, Answer.Wish.COMMIT, options.commitTries());
    }

    /** Asks the TC to roll back, until its answer decides or the limits are reached. Repeating is safe. */
    EndResult rollback(GlobalScope scope) {
        return end(scope, Answer.Wish.ROLLBACK, options.rollbackTries());
    }

    /**
     * Asks the TC to roll back what this process only takes part in; see {@link GlobalScope#endParticipation}.
     *
     * @return whether the TC says that all of it is rolled back
     */
    boolean rollbackAsParticipant(GlobalScope scope, String reason) {
        EndResult result = end(scope, Answer.Wish.ROLLBACK, options.rollbackTries());
        if (result.kind() == GlobalOutcome.ROLLED_BACK || result.kind() == GlobalOutcome.ROLLING_BACK) {
            LOG.info("[{}] rolled back by this participant: {}", scope.label(), reason);
        } else {
            LOG.warn(
                    "[{}] is to be rolled back: {}. This participant asked the TC for it, with outcome {}. {}{}",
                    scope.label(),
                    reason,
                    result.kind(),
                    result.evidence(),
                    whatMayStand(result));
        }
        return result.kind() == GlobalOutcome.ROLLED_BACK;
    }

    private static String whatMayStand(EndResult ofRollback) {
        if (ofRollback.kind() == GlobalOutcome.COMMITTED) {
            return " Its launcher committed it before: what was written for it stands. Correct it by hand.";
        }
        return ofRollback.kind() == GlobalOutcome.UNKNOWN && ofRollback.isForgotten()
                ? " It had ended before: if its launcher committed it, what was written for it stands."
                : "";
    }

    private EndResult end(GlobalScope scope, Answer.Wish wish, int tries) {
        String xid = scope.xidIfBegun();
        if (xid == null) {
            return EndResult.NOT_BEGUN;
        }
        try {
            return new Ending(coordinator, xid, scope, wish).askUntilDecided(repetition.start(), tries);
        } finally {
            scope.over();
            // A participant in the launcher's own process ends its part, and not what the launcher has begun.
            if (running.remove(xid, scope)) {
                leave();
            }
        }
    }

    /**
     * Refuses new global transactions from now on, and lets those that run come to their end within the limit. What has not
     * then is named in the log: it may still end, for as long as the way to the TC is open. Closing again does nothing; while
     * another thread closes it waits with that one, because what is closed next is what the running ones need.
     */
    @Override
    public void close() {
        try {
            if (closed.compareAndSet(false, true)) {
                closeFirst();
            } else {
                closeReturned.await(options.closeLimit().toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void closeFirst() throws InterruptedException {
        leave();
        try {
            if (!allEnded.await(options.closeLimit().toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn(
                        "[tm {}] Closed while global transactions run: {}. Where the TC cannot be asked any more to"
                                + " end them, it rolls them back at their timeout. Let the work of this application end"
                                + " before it is shut down, or give it longer.",
                        options.applicationId(),
                        running.values());
            }
        } finally {
            closeReturned.countDown();
        }
    }
}
