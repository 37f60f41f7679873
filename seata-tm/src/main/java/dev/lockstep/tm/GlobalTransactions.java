package dev.lockstep.tm;

import io.seata.core.exception.TransactionException;
import io.seata.core.model.ResourceManagerInbound;
import io.seata.core.model.TransactionManager;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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

    private final TransactionManager coordinator;
    private final TmOptions options;
    private final Repetition repetition;
    private final Map<String, GlobalScope> running = new ConcurrentHashMap<>();

    /** Those that run or are about to, and one more until this is closed. */
    private final AtomicInteger open = new AtomicInteger(1);

    private final CountDownLatch allEnded = new CountDownLatch(1);
    private volatile boolean closed;

    /** @param coordinator the way to the TC; its timeouts bound every single request */
    public GlobalTransactions(TransactionManager coordinator, TmOptions options) {
        this(coordinator, options, new Repetition(options.firstPause(), options.repeatLimit()));
    }

    /** @param repetition in place of the one that the options describe, with a clock of its own */
    GlobalTransactions(TransactionManager coordinator, TmOptions options, Repetition repetition) {
        this.coordinator = coordinator;
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
        Duration left = options.lazyBegin() ? scope.deadline().remaining(System.nanoTime()) : timeout;
        if (left.isZero()) {
            throw new GlobalTransactionTimedOutException(
                    null,
                    "Global transaction '" + scope.name() + "' was not begun: its timeout was over before anything was"
                            + " written for it. Raise the timeout or shorten the work.",
                    null);
        }
        enter(scope);
        boolean begun = false;
        try {
            String xid =
                    coordinator.begin(options.applicationId(), options.transactionServiceGroup(), scope.name(), (int)
                            Math.min(Math.max(1, left.toMillis()), Integer.MAX_VALUE));
            scope.begun(xid);
            running.put(xid, scope);
            begun = true;
            LOG.debug("[{}] began '{}'", xid, scope.name());
            return xid;
        } catch (TransactionException refusedOrLost) {
            throw new TcUnavailableException(
                    "Global transaction '" + scope.name() + "' was not begun and "
                            + (options.lazyBegin()
                                    ? "nothing was written for it; its code has run up to here: "
                                    : "its code has not run: ")
                            + refusedOrLost.getMessage(),
                    refusedOrLost);
        } finally {
            if (!begun) {
                leave();
            }
        }
    }

    /** Counts first and looks second, while {@link #close} does the opposite: what it does not wait for is refused here. */
    private void enter(GlobalScope scope) {
        open.incrementAndGet();
        if (closed) {
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
    Outcome commit(GlobalScope scope) {
        return end(scope, Answer.Wish.COMMIT, options.commitTries());
    }

    /** Asks the TC to roll back, until its answer decides or the limits are reached. Repeating is safe. */
    Outcome rollback(GlobalScope scope) {
        return end(scope, Answer.Wish.ROLLBACK, options.rollbackTries());
    }

    /**
     * Asks the TC to roll back what this process only takes part in; see {@link GlobalScope#endParticipation}.
     *
     * @return whether the TC says that all of it is rolled back
     */
    boolean rollbackAsParticipant(GlobalScope scope, String reason) {
        Outcome outcome = end(scope, Answer.Wish.ROLLBACK, options.rollbackTries());
        if (outcome.kind() == GlobalOutcome.ROLLED_BACK || outcome.kind() == GlobalOutcome.ROLLING_BACK) {
            LOG.info("[{}] rolled back by this participant: {}", scope.label(), reason);
        } else {
            LOG.warn(
                    "[{}] is to be rolled back: {}. This participant asked the TC for it, with outcome {}. {}",
                    scope.label(),
                    reason,
                    outcome.kind(),
                    outcome.evidence());
        }
        return outcome.kind() == GlobalOutcome.ROLLED_BACK;
    }

    private Outcome end(GlobalScope scope, Answer.Wish wish, int tries) {
        String xid = scope.xidIfBegun();
        if (xid == null) {
            return Outcome.NOT_BEGUN;
        }
        try {
            return new Ending(coordinator, xid, scope, wish).askUntilDecided(repetition.start(), tries);
        } finally {
            scope.over();
            if (running.remove(xid) != null) {
                leave();
            }
        }
    }

    /**
     * Refuses new global transactions from now on, and lets those that run come to their end within the limit. What has not
     * then is named in the log: it may still end, for as long as the way to the TC is open. Closing again does nothing.
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        leave();
        try {
            if (!allEnded.await(options.closeLimit().toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn(
                        "[tm {}] Closed while global transactions run: {}. Where the TC cannot be asked any more to end them,"
                                + " it rolls them back at their timeout. Let the work of this application end before it is"
                                + " shut down, or give it longer.",
                        options.applicationId(),
                        running.values());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
