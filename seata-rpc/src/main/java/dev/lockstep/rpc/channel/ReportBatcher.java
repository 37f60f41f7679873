package dev.lockstep.rpc.channel;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Gathers reports of successful branches, for which nobody waits, until there are enough or the first has waited long
 * enough; then they leave together, in one frame or in one write ({@link ReportForm}). It stands before {@link
 * WriteCoalescer}, which knows no difference between a report and any other request. A timer runs only while something is
 * gathered.
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
    private final Sent sent;

    private final Queue<Request> gathered = new ConcurrentLinkedQueue<>();

    /**
     * How many are gathered. Whoever raises it from 0 has the timer started, whoever raises it to a full batch has that sent.
     * The event loop alone lowers it, and starts the timer anew for what is left; so whenever it is above 0 a timer runs, or a
     * task is on its way that starts one or sends.
     */
    private final AtomicInteger gatheredCount = new AtomicInteger();

    private final AtomicInteger open = new AtomicInteger();
    private @Nullable ScheduledFuture<?> timer;

    /** Told of each batch that left. */
    interface Sent {
        void sent(int reports, boolean merged);
    }

    /** @param maxOpen reports that may be gathered or unanswered; a few more may slip in when many offer at once */
    ReportBatcher(EventLoop loop, WriteCoalescer writes, ReportOptions options, int maxOpen, Sent sent) {
        this.loop = loop;
        this.writes = writes;
        this.options = options;
        this.maxOpen = maxOpen;
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
        var count = gatheredCount.incrementAndGet();
        if (count == options.batchSize()) {
            onLoop(this::sendFullBatches);
        } else if (count == 1) {
            onLoop(this::startTimer);
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
        stopTimer();
        while (gatheredCount.get() >= least) {
            var batch = take(Math.min(gatheredCount.get(), options.batchSize()));
            var merged = writes.offerReports(batch, options.form());
            sent.sent(batch.size(), merged);
        }
        startTimer();
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

    private void startTimer() {
        if (timer == null && !isEmpty()) {
            timer = loop.schedule(this::timeIsOver, options.linger().toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void timeIsOver() {
        timer = null;
        sendAll();
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }
}
