package dev.lockstep.rpc.channel;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads for one kind of branch command, with a bounded queue. They exist only while there is work. That no more is taken
 * is logged once, and once more with the count when it is over.
 *
 * <p>Thread-safe.
 */
final class CommandExecutor {

    private static final int THREAD_IDLE_SECONDS = 30;

    private static final Logger log = LoggerFactory.getLogger(CommandExecutor.class);

    private final String kind;
    private final ThreadPoolExecutor executor;
    private final AtomicLong refused = new AtomicLong();

    /** @param kind such as "commit"; part of the threads' names */
    CommandExecutor(String kind, int threads, int maxQueued) {
        this(kind, threads, maxQueued, new DefaultThreadFactory("lockstep-branch-" + kind, true));
    }

    CommandExecutor(String kind, int threads, int maxQueued, ThreadFactory factory) {
        this.kind = kind;
        this.executor = new ThreadPoolExecutor(
                threads, threads, THREAD_IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(maxQueued), factory);
        executor.allowCoreThreadTimeOut(true);
    }

    /** Has it run soon; false, and nothing happens, if too many wait, no thread can be made or the executor is closed. */
    boolean offer(Runnable command) {
        try {
            executor.execute(command);
        } catch (RejectedExecutionException e) {
            if (refused.getAndIncrement() == 0 && !executor.isShutdown()) {
                log.warn(
                        "[rpc] No thread is free for a branch {}, and {} wait; the TC is told to ask again. If this stays, a"
                                + " database is too slow, or more branch command threads are needed. Further ones are counted.",
                        kind,
                        executor.getQueue().size());
            }
            return false;
        } catch (OutOfMemoryError e) {
            // So the JVM says that it gets no thread; the connection that brought the command must not pay for it.
            if (refused.getAndIncrement() == 0) {
                log.warn(
                        "[rpc] No thread can be made for a branch {}; the TC is told to ask again. Further ones are counted.",
                        kind,
                        e);
            }
            executor.remove(command); // it may have got into the queue
            return false;
        }
        if (refused.get() > 0) {
            log.info("[rpc] Branch {}s are taken again, after {} were put off.", kind, refused.getAndSet(0));
        }
        return true;
    }

    /** Takes no more. */
    void shutdown() {
        executor.shutdown();
    }

    /** Waits for what was taken, at most so long; true if it has ended. */
    boolean awaitEnd(long nanos) throws InterruptedException {
        return executor.awaitTermination(nanos, TimeUnit.NANOSECONDS);
    }

    int waiting() {
        return executor.getQueue().size();
    }

    int running() {
        return executor.getActiveCount();
    }

    /**
     * Gives back what waits and will not run any more. What runs is left to end by itself, on a thread that keeps no JVM alive: it is within
     * a driver, and one that is interrupted there may close more than its connection (H2's closes the database file for all).
     */
    List<Runnable> abandon() {
        executor.shutdown();
        List<Runnable> waiting = new ArrayList<>();
        executor.getQueue().drainTo(waiting);
        return waiting;
    }
}
