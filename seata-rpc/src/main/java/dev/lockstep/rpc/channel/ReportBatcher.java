package dev.lockstep.rpc.channel;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Gathers reports of successful branches, for which nobody waits, until there are enough or the first has waited long
 * enough; then they leave together. One that has become pointless before it left can be taken out again. How many there may
 * be, and what becomes of them, is the business of {@link BranchReports}.
 *
 * <p>{@link #add} is thread-safe; everything else is confined to the channel's event loop.
 */
final class ReportBatcher {

    private final EventLoop loop;
    private final ReportOptions options;
    private final LongSupplier nanoClock;
    private final WayOut wayOut;

    private final Queue<GatheredReport> gathered = new ConcurrentLinkedQueue<>();

    /**
     * How many are gathered. Whoever raises it to a full batch has that sent, whoever raises it while no timer is on has one
     * started. Only the event loop lowers it, and never below what is in the queue.
     */
    private final AtomicInteger gatheredCount = new AtomicInteger();

    /**
     * Whether a timer runs, or a task is on its way that starts one. It is not stopped when the last report is gone: under load
     * the next one comes soon, and waking the event loop for each would cost more than a timer that finds nothing.
     */
    private final AtomicBoolean timerOn = new AtomicBoolean();

    private @Nullable ScheduledFuture<?> timer;

    /** Where they go from here. */
    interface WayOut {

        /** A batch leaves; on the event loop. */
        void leave(List<GatheredReport> batch);

        /** The event loop has ended with these here; on any thread. */
        void strand(List<GatheredReport> reports, Exception why);
    }

    ReportBatcher(EventLoop loop, ReportOptions options, LongSupplier nanoClock, WayOut wayOut) {
        this.loop = loop;
        this.options = options;
        this.nanoClock = nanoClock;
        this.wayOut = wayOut;
    }

    /** Takes over a report. Does not block. */
    void add(GatheredReport report) {
        gathered.add(report);
        if (gatheredCount.incrementAndGet() == options.batchSize()) {
            onLoop(this::sendFullBatches);
        }
        if (!timerOn.get() && timerOn.compareAndSet(false, true)) {
            onLoop(() -> startTimer(options.linger().toNanos()));
        }
    }

    boolean isEmpty() {
        return gatheredCount.get() == 0;
    }

    /** Sends what is gathered, however little it is. */
    void sendAll() {
        send(1);
    }

    /** Takes what is gathered, without sending it. */
    List<GatheredReport> takeAll() {
        stopTimer();
        return take(gatheredCount.get());
    }

    /**
     * Takes out those of the gathered that fit, and says how many. Looks at what is counted only, so one that is added at this
     * moment may be missed, and is then sent.
     */
    int removeIf(Predicate<GatheredReport> chosen) {
        var available = gatheredCount.get();
        var removed = 0;
        var candidates = gathered.iterator();
        for (var i = 0; i < available; i++) {
            if (chosen.test(candidates.next())) {
                candidates.remove();
                removed++;
            }
        }
        gatheredCount.addAndGet(-removed);
        return removed;
    }

    private void onLoop(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            // The event loop has ended; whoever adds now may come here.
            wayOut.strand(take(gatheredCount.get()), e);
        }
    }

    private void sendFullBatches() {
        send(options.batchSize());
    }

    private void send(int least) {
        while (gatheredCount.get() >= least) {
            wayOut.leave(take(Math.min(gatheredCount.get(), options.batchSize())));
        }
    }

    /** Lowers the count after taking, so that nobody sees 0 while something is left. */
    private List<GatheredReport> take(int count) {
        var taken = new ArrayList<GatheredReport>(count);
        // After the event loop has ended several may take at once, and each gets what the others have left.
        while (taken.size() < count) {
            var next = gathered.poll();
            if (next == null) {
                break;
            }
            taken.add(next);
        }
        gatheredCount.addAndGet(-taken.size());
        return taken;
    }

    private void startTimer(long nanos) {
        if (timer == null) {
            timer = loop.schedule(this::timeIsOver, nanos, TimeUnit.NANOSECONDS);
        }
    }

    private void timeIsOver() {
        timer = null;
        var oldest = gathered.peek();
        if (oldest == null) {
            stopTimer();
            // Who has added one before this and saw the timer on has started none.
            if (!isEmpty() && timerOn.compareAndSet(false, true)) {
                startTimer(options.linger().toNanos());
            }
            return;
        }
        var left = options.linger().toNanos() - oldest.ageNanos(nanoClock.getAsLong());
        if (left <= 0) {
            sendAll();
        }
        startTimer(left > 0 ? left : options.linger().toNanos());
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
        timerOn.set(false);
    }
}
