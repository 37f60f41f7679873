package dev.lockstep.rm.at.phasetwo;

import dev.lockstep.rm.at.undo.UndoLogTable;
import dev.lockstep.rm.at.undo.UndoLogTable.BranchKey;
import dev.lockstep.rm.event.BranchListener;
import dev.lockstep.rm.event.RepeatedTrouble;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the undo logs of committed branches of one resource: one thread, which takes whatever has gathered, up to {@link
 * BatchSize}, and deletes it in one local transaction. While it works the next batch gathers by itself; when there is little
 * to do it lingers a moment, since nobody waits for it and each local transaction takes its toll.
 *
 * <p>The queue is bounded; when it is full the TC is told to come again, which is all the backpressure there is. While the
 * database fails, the batch is kept and tried again, in smaller parts, so that a row which somebody holds is soon found and put
 * aside. Thread-safe; the thread starts with the first branch.
 */
public final class UndoLogCleaner implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(UndoLogCleaner.class);

    private static final Duration LINGER = Duration.ofMillis(50);
    private static final Duration FIRST_BACKOFF = Duration.ofMillis(100);
    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(10);
    /** How long the idle thread sleeps before it looks whether it was closed; offers wake it at once. */
    private static final Duration LOOK_AROUND = Duration.ofSeconds(30);

    /** No branch: makes the waiting thread look around. */
    private static final BranchKey WAKE_UP = new BranchKey("", 0);

    private final String resourceId;
    private final Housekeeping housekeeping;
    private final UndoLogTable undoLogs;
    private final Duration closeLimit;
    private final BranchListener listener;
    private final BlockingQueue<BranchKey> queue;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ReentrantLock starting = new ReentrantLock();
    private volatile @Nullable Thread worker;
    private volatile boolean abandoned;
    /** What the thread has taken from the queue and not deleted; written by it alone. */
    private volatile int taken;

    private volatile @Nullable String lastFailure;

    // Of the thread alone; here, so that nothing of it is lost when the thread is.
    private final List<BranchKey> batch = new ArrayList<>();
    private final StuckUndoLogs stuck = new StuckUndoLogs();
    private final BatchSize size = new BatchSize();
    private Duration backoff = FIRST_BACKOFF;

    /**
     * Cleans one table.
     *
     * @param capacity how many branches may wait
     * @param closeLimit how long {@link #close} lets the thread work off what waits
     * @param listener is told of each deletion that fails; throws nothing
     */
    public UndoLogCleaner(
            String resourceId,
            Housekeeping housekeeping,
            UndoLogTable undoLogs,
            int capacity,
            Duration closeLimit,
            BranchListener listener) {
        this.resourceId = resourceId;
        this.housekeeping = housekeeping;
        this.undoLogs = undoLogs;
        this.closeLimit = closeLimit;
        this.listener = listener;
        this.queue = new ArrayBlockingQueue<>(capacity);
    }

    /**
     * Takes a branch on; does not block.
     *
     * @return false when the queue is full or the cleaner closed: the TC shall send the branch again
     */
    boolean offer(String xid, long branchId) {
        BranchKey branch = new BranchKey(xid, branchId);
        if (closing() || !queue.offer(branch)) {
            return false;
        }
        Thread thread = worker;
        if (thread == null || !thread.isAlive()) {
            start();
        }
        // Closed meanwhile: the thread may have looked for the last time, or never been started. If it has taken the
        // branch nevertheless, there is nothing to take back.
        return !closing() || !queue.remove(branch);
    }

    /** How many branches wait. */
    public int waiting() {
        return queue.size() + taken;
    }

    /** How many may wait. */
    public int capacity() {
        return queue.size() + queue.remainingCapacity();
    }

    /** Why the last try failed, or null if it did not. */
    public @Nullable String lastFailure() {
        return lastFailure;
    }

    private void start() {
        starting.lock();
        try {
            Thread before = worker;
            if ((before == null || !before.isAlive()) && !closing()) {
                Thread thread = new Thread(this::work, "lockstep-undo-log-cleaner " + resourceId);
                thread.setDaemon(true);
                thread.start();
                worker = thread;
            }
        } finally {
            starting.unlock();
        }
    }

    private void work() {
        while (!abandoned && (!closing() || !queue.isEmpty() || !batch.isEmpty())) {
            try {
                step();
            } catch (InterruptedException e) {
                // Nobody but drivers and pools knows this thread, and they do not decide when it ends. Closing does not
                // interrupt.
                log.debug("[rm {}] Interrupted while it waited; going on", resourceId, e);
                // In the place of the pause, should each failure leave an interrupt behind.
                LockSupport.parkNanos(FIRST_BACKOFF.toNanos());
            } catch (RuntimeException | Error e) {
                goOnAfter(e);
            }
        }
        if (!abandoned) {
            stuck.tryAgain(this::deleteStuck);
        }
        tellOfTheRest();
    }

    private void goOnAfter(Throwable unexpected) {
        lastFailure = String.valueOf(unexpected);
        log.error(
                "[rm {}] Deleting undo logs of committed branches failed in a way that nobody foresaw; going on",
                resourceId,
                unexpected);
        try {
            pauseLonger();
        } catch (InterruptedException e) {
            log.debug("[rm {}] Interrupted while it waited; going on", resourceId, e);
        }
    }

    private void step() throws InterruptedException {
        stuck.tryAgainWhenDue(this::deleteStuck);
        taken = batch.size() + stuck.size();
        if (batch.isEmpty() && !gather(batch, size.rows(), stuck.untilNextTry(LOOK_AROUND))) {
            return;
        }
        taken = batch.size() + stuck.size();
        List<BranchKey> some = batch.subList(0, Math.min(size.rows(), batch.size()));
        long began = System.nanoTime();
        Throwable failure = delete(some);
        if (failure == null) {
            size.worked(some.size(), Duration.ofNanos(System.nanoTime() - began));
            some.clear();
            backoff = FIRST_BACKOFF;
            return;
        }
        tell(failure, some, backoff);
        size.failed(some.size());
        if (some.size() == 1 && stuck.size() < BatchSize.MOST) {
            stuck.add(some.get(0));
            some.clear();
        } else {
            // Another part comes next, in case it is these rows that somebody holds.
            Collections.rotate(batch, -some.size());
        }
        pauseLonger();
    }

    private void pauseLonger() throws InterruptedException {
        Duration now = backoff;
        Duration next = now.multipliedBy(2);
        backoff = next.compareTo(LONGEST_BACKOFF) > 0 ? LONGEST_BACKOFF : next;
        pause(now);
    }

    private void tellOfTheRest() {
        int left = queue.size() + batch.size() + stuck.size();
        if (left > 0) {
            log.warn(
                    "[rm {}] Closed with {} undo logs of committed branches undeleted; the TC's daily order has them"
                            + " deleted when they are as old as its server.undo.logSaveDays",
                    resourceId,
                    left);
        }
    }

    private boolean closing() {
        return closed.getCount() == 0;
    }

    /** Waits until the database may be asked again. Closing cuts the first wait short. */
    private void pause(Duration time) throws InterruptedException {
        if (closing()) {
            Thread.sleep(FIRST_BACKOFF.toMillis());
        } else {
            closed.await(time.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private boolean gather(List<BranchKey> batch, int most, Duration patience) throws InterruptedException {
        // Once closed nothing is added any more, so there is nothing to wait for.
        BranchKey first = closing() ? queue.poll() : queue.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
        if (first == null) {
            return false;
        }
        if (first != WAKE_UP) {
            batch.add(first);
        }
        if (queue.size() < most) {
            closed.await(LINGER.toMillis(), TimeUnit.MILLISECONDS);
        }
        queue.drainTo(batch, most - 1);
        batch.removeIf(branch -> branch == WAKE_UP);
        return !batch.isEmpty();
    }

    /** Why it failed; null if it did not. */
    private @Nullable Throwable delete(List<BranchKey> batch) {
        try {
            housekeeping.run(connection -> {
                undoLogs.upkeep().deleteWithParts(connection, batch);
                return batch.size();
            });
            log.trace("[rm {}] Deleted the undo logs of {} branches", resourceId, batch.size());
            lastFailure = null;
            return null;
        } catch (SQLException | RuntimeException | Error e) {
            // There is one thread only, and it goes on whatever happens.
            lastFailure = String.valueOf(e.getMessage());
            listener.troubled(RepeatedTrouble.UNDO_LOGS_NOT_DELETED, resourceId);
            return e;
        }
    }

    private boolean deleteStuck(BranchKey branch) {
        return delete(List.of(branch)) == null;
    }

    private void tell(Throwable failure, List<BranchKey> batch, Duration backoff) {
        if (backoff.equals(FIRST_BACKOFF)) {
            log.warn(
                    "[rm {}] {} undo logs of committed branches could not be deleted; trying again until it works",
                    resourceId,
                    batch.size(),
                    failure);
        }
    }

    /** Takes no more branches, and has the thread work off what waits; does not block. */
    void beginClose() {
        closed.countDown();
        // Wakes the thread; when the queue is full it is awake anyway.
        queue.offer(WAKE_UP);
    }

    /**
     * Lets the thread work off what waits, within the limit. What is left then is given up, after the statement that may be
     * under way: it is not interrupted, as an interrupted driver may close more than that. Repeatable.
     */
    @Override
    public void close() {
        beginClose();
        awaitEnd(closeLimit);
    }

    /** Waits for the thread after {@link #beginClose}; what it has not done by then is given up. */
    void awaitEnd(Duration limit) {
        starting.lock();
        try {
            Thread thread = worker;
            if (thread != null) {
                thread.join(Math.max(1, limit.toMillis()));
                abandoned = true;
            }
        } catch (InterruptedException e) {
            abandoned = true;
            Thread.currentThread().interrupt();
        } finally {
            starting.unlock();
        }
    }
}
