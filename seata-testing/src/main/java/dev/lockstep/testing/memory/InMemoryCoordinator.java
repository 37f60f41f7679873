package dev.lockstep.testing.memory;

import dev.lockstep.port.TcRefusedException;
import dev.lockstep.port.UndoLogSweep;
import io.seata.core.exception.TransactionException;
import io.seata.core.exception.TransactionExceptionCode;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import io.seata.core.model.GlobalStatus;
import io.seata.core.model.ResourceManagerInbound;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A TC in memory for AT transactions: begins, locks rows, tells branches to commit or roll back, retries, and rolls back
 * what takes too long. It behaves as TC 1.8.0 does, and passes the same {@code CoordinatorContract}; only its clock ticks
 * faster.
 *
 * <pre>{@code
 * try (InMemoryCoordinator coordinator = InMemoryCoordinator.open()) {
 *     InMemoryClient client = coordinator.connect("shop", rm, rm);
 *     coordinator.faults().loseAnswer(CoordinatorCall.COMMIT);
 *     ...
 *     assertThat(coordinator.locks()).isEmpty();
 * }
 * }</pre>
 *
 * <p>Serves AT branches only. Thread-safe. Closing is idempotent and ends its threads.
 */
public final class InMemoryCoordinator implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(InMemoryCoordinator.class);
    private static final int PHASE_TWO_THREADS = 4;
    private static final int PHASE_TWO_QUEUE = 10_000;
    private static final int DELIVERY_THREADS = 256;
    private static final long CLOSE_SECONDS = 5;
    /** Below this a number plus the count of any test run stays positive; above 0 so that ids look like ids. */
    private static final long HIGHEST_FIRST_ID = 1L << 52;

    private final TransactionBook book;
    private final BranchDelivery delivery;
    private final PhaseTwo phaseTwo;
    private final Faults faults = new Faults();
    private final ScheduledExecutorService ticker;
    private final ExecutorService phaseTwoThreads;
    private final ExecutorService deliveryThreads;

    private InMemoryCoordinator(Builder settings) {
        ticker = new ScheduledThreadPoolExecutor(1, threads("memory-tc-tick"));
        phaseTwoThreads = new ThreadPoolExecutor(
                PHASE_TWO_THREADS,
                PHASE_TWO_THREADS,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(PHASE_TWO_QUEUE),
                threads("memory-tc-phase-two"));
        deliveryThreads = new ThreadPoolExecutor(
                0, DELIVERY_THREADS, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), threads("memory-tc-branch"));
        // Random, so that the undo logs of two coordinators in one database do not meet.
        long firstId = RandomGenerator.getDefault().nextLong(1, HIGHEST_FIRST_ID);
        book = new TransactionBook(settings.clock, settings.address, firstId, settings.forgetsFailedRollbacks);
        delivery = new BranchDelivery(deliveryThreads, settings.branchAnswerLimit);
        phaseTwo = new PhaseTwo(book, delivery);
    }

    /** A coordinator with default settings, at work. */
    public static InMemoryCoordinator open() {
        return builder().open();
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * Connects an application. Branches of the resources that the client registers are told through {@code inbound}, on
     * threads of the coordinator.
     */
    public InMemoryClient connect(String applicationId, ResourceManagerInbound inbound, UndoLogSweep sweep) {
        return connect(applicationId).open(inbound, sweep);
    }

    /** Connects an application whose RM is told to the client later, by {@link InMemoryClient#open}. */
    public InMemoryClient connect(String applicationId) {
        InMemoryClient client = new InMemoryClient(this, Objects.requireNonNull(applicationId, "applicationId"));
        delivery.add(client);
        return client;
    }

    void disconnect(InMemoryClient client) {
        delivery.remove(client);
    }

    /** What is to go wrong. */
    public Faults faults() {
        return faults;
    }

    /**
     * Does at once what the next tick would do, and returns when it is done: one attempt at every transaction that waits for
     * its phase two, then a look for transactions whose time is over, which the tick after that rolls back.
     */
    public void tick() {
        if (faults.isReachable()) {
            book.claimDue().forEach(phaseTwo::runDue);
        }
    }

    /** Orders a client that has the resource to delete old undo logs; false when none has it. Does not wait for it. */
    public boolean orderUndoLogDelete(String resourceId, int saveDays) {
        return delivery.sweep(resourceId, saveDays);
    }

    /** The transactions that have not ended, oldest first. */
    public List<TransactionView> transactions() {
        return book.transactions();
    }

    /** The transaction, if it has not ended. */
    public Optional<TransactionView> transaction(String xid) {
        return book.transactions().stream()
                .filter(transaction -> transaction.xid().equals(xid))
                .findFirst();
    }

    /**
     * How a transaction ended: Committed, Rollbacked or TimeoutRollbacked, and where failed rollbacks are {@linkplain
     * Builder#forgetFailedRollbacks forgotten} RollbackFailed or TimeoutRollbackFailed; empty while it has not.
     * Keeps the last 10,000.
     */
    public Optional<GlobalStatus> outcome(String xid) {
        return book.outcome(xid);
    }

    /** All row locks that are held. */
    public List<HeldLock> locks() {
        return book.locks();
    }

    /** What happened, oldest first; the last 10,000 events. */
    public List<CoordinatorEvent> events() {
        return book.events();
    }

    @Override
    public void close() {
        List<ExecutorService> executors = List.of(ticker, phaseTwoThreads, deliveryThreads);
        executors.forEach(ExecutorService::shutdownNow);
        try {
            for (ExecutorService executor : executors) {
                if (!executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                    LOG.warn("[memory-tc] an RM still works on a branch command {} s after the close", CLOSE_SECONDS);
                }
            }
        } catch (InterruptedException stopWaiting) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- the calls of clients

    String begin(String applicationId, String transactionServiceGroup, String name, int timeoutMillis)
            throws TransactionException {
        return faults.apply(
                CoordinatorCall.BEGIN,
                () -> book.begin(applicationId, transactionServiceGroup, name, Duration.ofMillis(timeoutMillis)));
    }

    GlobalStatus commit(String xid) throws TransactionException {
        return faults.apply(CoordinatorCall.COMMIT, () -> book.commit(xid));
    }

    GlobalStatus rollback(String xid) throws TransactionException {
        return faults.apply(CoordinatorCall.ROLLBACK, () -> {
            Optional<GlobalSession> claimed = book.claimForRollback(xid);
            return claimed.isPresent() ? phaseTwo.rollBackNow(claimed.get()) : book.status(xid);
        });
    }

    GlobalStatus status(String xid) throws TransactionException {
        return faults.apply(CoordinatorCall.STATUS, () -> book.status(xid));
    }

    /** Without meaning for AT: an open transaction stays as it is, and of another one the caller gets its own word back. */
    GlobalStatus globalReport(String xid, GlobalStatus reported) throws TransactionException {
        return faults.apply(CoordinatorCall.GLOBAL_REPORT, () -> {
            GlobalStatus status = book.status(xid);
            return status == GlobalStatus.Finished ? reported : status;
        });
    }

    long branchRegister(
            InMemoryClient client,
            BranchType branchType,
            String resourceId,
            String xid,
            @Nullable String applicationData,
            @Nullable String lockKeys)
            throws TransactionException {
        if (branchType != BranchType.AT) {
            throw new IllegalArgumentException(
                    "The in-memory coordinator serves AT branches only; " + branchType + " needs a real TC.");
        }
        return faults.apply(
                CoordinatorCall.BRANCH_REGISTER,
                () -> book.register(client, resourceId, xid, applicationData, lockKeys));
    }

    void branchReport(String xid, long branchId, BranchStatus status, @Nullable String applicationData)
            throws TransactionException {
        faults.apply(CoordinatorCall.BRANCH_REPORT, () -> {
            book.report(xid, branchId, status, applicationData);
            return branchId;
        });
    }

    boolean lockQuery(String resourceId, String xid, @Nullable String lockKeys) throws TransactionException {
        return faults.apply(CoordinatorCall.LOCK_QUERY, () -> {
            if (!xid.isEmpty() && !xid.substring(xid.lastIndexOf(':') + 1).matches("\\d+")) {
                throw new TcRefusedException(
                        TransactionExceptionCode.Unknown, "\"" + xid + "\" does not end in a number.", null);
            }
            return book.isLockable(resourceId, xid, lockKeys);
        });
    }

    /** A call whose answer nobody waits for yet. It runs on another thread, as behind a wire; in the end on the caller's. */
    <T> CompletableFuture<T> later(Callable<T> call) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        Runnable making = () -> {
            try {
                answer.complete(call.call());
            } catch (Exception | Error e) {
                answer.completeExceptionally(e);
            }
        };
        try {
            deliveryThreads.execute(making);
        } catch (RejectedExecutionException closingOrFull) {
            making.run();
        }
        return answer;
    }

    // ---- its own work

    private void startTicking(Duration interval) {
        ticker.scheduleWithFixedDelay(
                this::handOutDueWork, interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void handOutDueWork() {
        if (!faults.isReachable()) {
            return;
        }
        for (GlobalSession session : book.claimDue()) {
            try {
                phaseTwoThreads.execute(() -> phaseTwo.runDue(session));
            } catch (RejectedExecutionException fullOrClosing) {
                // The next tick hands it out again.
                book.release(session);
            }
        }
    }

    private static ThreadFactory threads(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Settings of a coordinator. Not thread-safe. */
    public static final class Builder {

        /** A TC ticks once a second; tests want to see the next attempt sooner. */
        public static final Duration DEFAULT_TICK_INTERVAL = Duration.ofMillis(20);

        /** As long as TC 1.6.1 and later wait for an RM. */
        public static final Duration DEFAULT_BRANCH_ANSWER_LIMIT = Duration.ofSeconds(15);

        private Clock clock = Clock.systemUTC();
        private String address = "127.0.0.1:8091";
        private @Nullable Duration tickInterval = DEFAULT_TICK_INTERVAL;
        private Duration branchAnswerLimit = DEFAULT_BRANCH_ANSWER_LIMIT;
        private boolean forgetsFailedRollbacks;

        private Builder() {}

        /** What transaction timeouts are measured by. */
        public Builder clock(Clock clock) {
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /** What xids begin with, {@code host:port}. Nobody listens there. */
        public Builder address(String address) {
            this.address = Objects.requireNonNull(address, "address");
            return this;
        }

        /** How often it looks for work. */
        public Builder tickInterval(Duration tickInterval) {
            this.tickInterval = Objects.requireNonNull(tickInterval, "tickInterval");
            return this;
        }

        /** Nothing happens by itself: the test calls {@link InMemoryCoordinator#tick()}. */
        public Builder withoutTicks() {
            this.tickInterval = null;
            return this;
        }

        /** How long it waits for an RM's answer to a branch command. */
        public Builder branchAnswerLimit(Duration branchAnswerLimit) {
            this.branchAnswerLimit = Objects.requireNonNull(branchAnswerLimit, "branchAnswerLimit");
            return this;
        }

        /**
         * As TC 1.4 does: a transaction of which a branch can never be rolled back ends there. Its locks are free although rows
         * stand as they were written, and whoever asks for it later is told that it is finished. A later TC keeps both.
         */
        public Builder forgetFailedRollbacks() {
            this.forgetsFailedRollbacks = true;
            return this;
        }

        /** Builds the coordinator and sets it to work. */
        public InMemoryCoordinator open() {
            InMemoryCoordinator coordinator = new InMemoryCoordinator(this);
            if (tickInterval != null) {
                coordinator.startTicking(tickInterval);
            }
            return coordinator;
        }
    }
}
