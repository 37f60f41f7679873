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
 * enough; then they leave together, in one frame or in one write ({@link ReportForm}). It stands before {@link
 * WriteCoalescer}, which knows no difference between a report and any other request. One that has become pointless before it
 * left can be taken out again.
 *
 * <p>Bounded by what was taken over and is not answered yet: a TC that does not keep up gets no more than that, and what
 * exceeds it is refused. The TC does without reports of success.
 *
 * <p>{@link #offer} is thread-safe; everything else is confined to the channel's event loop.
 */
final class ReportBatcher {

    private final EventLoop loop;
    private final WriteCoalescer writes;
    private final ReportOptions options;
    private final int maxOpen;
    private final LongSupplier nanoClock;
    private final Sent sent;

    private final Queue<Request> gathered = new ConcurrentLinkedQueue<>();

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

    private final AtomicInteger open = new AtomicInteger();
    private @Nullable ScheduledFuture<?> timer;

    /** Told of each batch that left. */
    interface Sent {
        void sent(int reports, boolean merged);
    }

    /** @param maxOpen reports that may be gathered or unanswered; a few more may slip in when many offer at once */
    ReportBatcher(
            EventLoop loop,
            WriteCoalescer writes,
            ReportOptions options,
            int maxOpen,
            LongSupplier nanoClock,
            Sent sent) {
        this.loop = loop;
        this.writes = writes;
        this.options = options;
        this.maxOpen = maxOpen;
        this.nanoClock = nanoClock;
        this.sent = sent;
    }

    /** Takes over a report; false, and nothing happens, if too many are open. Does not block. */
    boolean offer(Request report) {
        if (open.get() >= maxOpen) {
            return false;
        }
        open.incrementAndGet();
        report.answer().whenComplete((answer, failure) -> open.decrementAndGet());
        gathered.add(report);
        if (gatheredCount.incrementAndGet() == options.batchSize()) {
            onLoop(this::sendFullBatches);
        }
        if (!timerOn.get() && timerOn.compareAndSet(false, true)) {
            onLoop(() -> startTimer(options.linger().toNanos()));
        }
        return true;
    }

    boolean isEmpty() {
        return gatheredCount.get() == 0;
    }

    /** Sends what is gathered, however little it is. */
    void sendAll() {
        send(1);
    }

    /** Takes what is gathered, without sending it. */
    List<Request> takeAll() {
        stopTimer();
        return take(gatheredCount.get());
    }

    /**
     * Takes out those of the gathered that fit. Looks at what is counted only, so one that is added at this moment may be
     * missed, and is then sent.
     */
    List<Request> takeIf(Predicate<Request> chosen) {
        var available = gatheredCount.get();
        if (available == 0) {
            return List.of();
        }
        var taken = new ArrayList<Request>(1);
        var candidates = gathered.iterator();
        for (var i = 0; i < available; i++) {
            var candidate = candidates.next();
            if (chosen.test(candidate)) {
                candidates.remove();
                taken.add(candidate);
            }
        }
        gatheredCount.addAndGet(-taken.size());
        return taken;
    }

    private void onLoop(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            // The event loop has ended, and with it every other taker: this thread is the only one.
            take(gatheredCount.get()).forEach(report -> report.fail(e));
        }
    }

    private void sendFullBatches() {
        send(options.batchSize());
    }

    private void send(int least) {
        while (gatheredCount.get() >= least) {
            var batch = take(Math.min(gatheredCount.get(), options.batchSize()));
            var merged = writes.offerReports(batch, options.form());
            sent.sent(batch.size(), merged);
        }
    }

    /** Lowers the count after taking, so that nobody sees 0 while something is left. */
    private List<Request> take(int count) {
        var taken = new ArrayList<Request>(count);
        for (var i = 0; i < count; i++) {
            taken.add(gathered.remove());
        }
        gatheredCount.addAndGet(-count);
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
