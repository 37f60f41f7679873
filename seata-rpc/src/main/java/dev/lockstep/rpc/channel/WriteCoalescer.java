package dev.lockstep.rpc.channel;

import dev.lockstep.rpc.codec.Frame;
import dev.lockstep.rpc.codec.FrameEncoder;
import dev.lockstep.rpc.codec.FrameType;
import dev.lockstep.rpc.codec.WireLimitException;
import dev.lockstep.rpc.policy.ReportForm;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.seata.core.protocol.MergedWarpMessage;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way out of one channel: callers enqueue, and one task on the event loop encodes whatever has gathered into one buffer
 * and flushes it once. Nobody waits for company: the first caller starts the task, and those who come while it is on its
 * way travel with it. So a light load pays no delay, a heavy one batches by itself, and no timer runs.
 *
 * <p>One per channel and not per event loop: a flush belongs to a channel, and what gathers for two channels could not share
 * one anyway.
 *
 * <p>When the channel is not writable (the TC does not read), requests wait in the queue, which is bounded, until it is
 * again. A request fails as <em>not sent</em> as long as it is in the queue.
 *
 * <p>{@link #offer} is thread-safe; everything else is confined to the channel's event loop.
 */
final class WriteCoalescer {

    /** What one flush takes at most; then other tasks of the event loop, reading above all, get their turn. */
    private static final int MAX_BATCH_BYTES = 64 * 1024;

    private static final int FIRST_BUFFER_BYTES = 1024;

    private static final String WRITING_FAILED = "an error of our own when it was written; the log has it";

    private static final Logger log = LoggerFactory.getLogger(WriteCoalescer.class);

    private final TcChannel owner;
    private final Channel channel;
    private final RequestIds ids;
    private final InFlightRequests inFlight;
    private final int maxWaitingRequests;

    private final Queue<Outgoing> queue = new ConcurrentLinkedQueue<>();

    /**
     * How many are in the queue. Whoever raises it from 0 starts the drain; the drain lowers it by what it has taken and goes
     * on if that leaves anything. So a drain is on its way whenever this is above 0, and never two.
     */
    private final AtomicInteger queued = new AtomicInteger();

    /** Whether the last drain could not be put on its way; whoever comes next tries again. A second one would find nothing. */
    private volatile boolean stalled;

    private boolean waitsForWritability;

    WriteCoalescer(
            TcChannel owner, Channel channel, RequestIds ids, InFlightRequests inFlight, int maxWaitingRequests) {
        this.owner = owner;
        this.channel = channel;
        this.ids = ids;
        this.inFlight = inFlight;
        this.maxWaitingRequests = maxWaitingRequests;
    }

    /** Takes over what is to be sent; false, and nothing happens, if too much waits already. */
    boolean offer(Outgoing outgoing) {
        if (outgoing instanceof Request && queued.get() >= maxWaitingRequests) {
            return false;
        }
        queue.add(outgoing);
        if (queued.getAndIncrement() == 0 || stalled) {
            schedule();
        }
        return true;
    }

    /**
     * Takes over reports that shall leave together, in one frame or in one of their own each.
     *
     * @return whether in one
     */
    boolean offerReports(List<Request> reports, ReportForm form) {
        var merge = reports.size() > 1 && ReportOptions.merges(form, owner.version());
        if (merge) {
            offer(new MergedRequests(reports));
        } else {
            reports.stream()
                    .filter(report -> !offer(report))
                    .forEach(report -> owner.notSent(report, "too many requests wait for being written already"));
        }
        return merge;
    }

    private void schedule() {
        if (stalled) {
            stalled = false;
        }
        try {
            channel.eventLoop().execute(this::drain);
        } catch (RejectedExecutionException e) {
            // The event loop has ended, and with it every other taker of the queue: this thread is the only one.
            failQueued("the client is closed");
        } catch (Throwable e) {
            stalled = true; // memory is short for the task
            throw e;
        }
    }

    void writabilityChanged() {
        if (waitsForWritability && channel.isWritable()) {
            waitsForWritability = false;
            drain();
        }
    }

    /** What waits to be written. Thread-safe. */
    int size() {
        return queued.get();
    }

    private void drain() {
        assert channel.eventLoop().inEventLoop();
        if (!channel.isActive()) {
            failQueued(owner.closeReason());
            return;
        }
        if (!channel.isWritable()) {
            waitsForWritability = true;
            owner.watchTimeouts();
            return;
        }
        var taken = 0;
        // What is counted was added before; so this many are there, whoever is between adding and counting just now.
        var available = queued.get();
        @Nullable ByteBuf batch = null;
        @Nullable Outgoing next = null;
        try {
            var frames = 0;
            batch = channel.alloc().ioBuffer(FIRST_BUFFER_BYTES);
            while (taken < available && batch.readableBytes() < MAX_BATCH_BYTES) {
                next = queue.remove();
                taken++;
                if (encode(batch, next)) {
                    frames++;
                }
            }
            next = null;
            var full = batch;
            batch = null; // from here on the channel's
            flush(full, frames);
        } catch (Throwable e) {
            // Counted before the close, which fails what the count says is still there.
            queued.addAndGet(-taken);
            taken = 0;
            giveUp(batch, next, e);
        } finally {
            try {
                if (queued.addAndGet(-taken) > 0) {
                    schedule();
                }
            } finally {
                owner.watchTimeouts();
            }
        }
    }

    /**
     * An error of our own, memory that is short above all: what has an id and did not leave can no longer be told from what
     * did. So the connection ends, which fails all that waits on it; otherwise they would wait for ever.
     */
    private void giveUp(@Nullable ByteBuf batch, @Nullable Outgoing unfinished, Throwable e) {
        if (batch != null) {
            batch.release();
        }
        try {
            if (unfinished != null) {
                notSent(unfinished, WRITING_FAILED);
            }
        } finally {
            owner.close(WRITING_FAILED);
            log.error("{} Writing failed; the connection is closed and opened anew.", owner, e);
        }
    }

    private void notSent(Outgoing outgoing, String reason) {
        if (outgoing instanceof Request request) {
            owner.notSent(request, reason);
        } else {
            outgoing.requests().forEach(request -> owner.notSent(request, reason));
        }
    }

    private boolean encode(ByteBuf batch, Outgoing next) {
        if (next instanceof Request request) {
            return encodeRequest(batch, request);
        }
        if (next instanceof MergedRequests merged) {
            return encodeMerged(batch, merged);
        }
        return encodeReply(batch, (Reply) next);
    }

    private boolean encodeReply(ByteBuf batch, Reply reply) {
        try {
            FrameEncoder.encode(
                    batch, new Frame(FrameType.RESPONSE, reply.requestId(), reply.message()), owner.version());
            return true;
        } catch (WireLimitException e) {
            log.error(
                    "{} The answer {} to the TC cannot be sent: {} The TC will ask again.",
                    owner,
                    reply.message(),
                    e.getMessage());
            return false;
        }
    }

    private boolean encodeRequest(ByteBuf batch, Request request) {
        var id = noteWaiting(request);
        if (id == null) {
            return false;
        }
        owner.leaves(request.message());
        try {
            FrameEncoder.encode(batch, new Frame(FrameType.REQUEST, id, request.message()), owner.version());
            return true;
        } catch (WireLimitException e) {
            inFlight.take(id);
            request.fail(e);
            return false;
        }
    }

    private boolean encodeMerged(ByteBuf batch, MergedRequests merged) {
        var message = new MergedWarpMessage();
        for (var request : merged.requests()) {
            var id = noteWaiting(request);
            if (id != null) {
                message.msgs.add(request.message());
                message.msgIds.add(id);
            }
        }
        if (message.msgs.isEmpty()) {
            return false;
        }
        var frame = new MergedFrame(ids.next(), message.msgIds);
        try {
            // As the official client sends it; the answer does not depend on it.
            FrameEncoder.encode(batch, new Frame(FrameType.ONE_WAY, frame.frameId(), message), owner.version());
            inFlight.merge(frame);
            return true;
        } catch (WireLimitException e) {
            // One that cannot be carried must not cost the others; or all are too long together.
            var apart = message.msgIds.stream().map(inFlight::take).toList();
            return apart.stream()
                            .filter(request -> encodeRequest(batch, request))
                            .count()
                    > 0;
        }
    }

    /** Gives the request an id and lets it wait for its answer; null if it cannot leave. */
    private @Nullable Integer noteWaiting(Request request) {
        if (request.answer().isDone()) {
            return null; // expired while it waited for the channel to become writable
        }
        if (inFlight.size() >= maxWaitingRequests) {
            owner.notSent(request, inFlight.size() + " requests wait for an answer already");
            return null;
        }
        var id = ids.next();
        if (!inFlight.add(id, request)) {
            owner.notSent(request, "its id " + id + " still belongs to an older request");
            return null;
        }
        return id;
    }

    private void flush(ByteBuf batch, int frames) {
        if (frames == 0) {
            batch.release();
            return;
        }
        var bytes = batch.readableBytes();
        channel.writeAndFlush(batch).addListener(written -> {
            if (!written.isSuccess()) {
                owner.close("a write failed: " + written.cause());
            }
        });
        owner.flushed(frames, bytes);
    }

    /** Fails what has waited too long; it was not sent. It leaves the queue with the next drain. True if there was any. */
    boolean failExpired(long now) {
        var any = false;
        for (var waiting : queue) {
            for (var request : waiting.requests()) {
                if (request.isExpired(now) && !request.answer().isDone()) {
                    any = true;
                    owner.notSent(request, "the TC did not read for " + request.ageNanos(now) / 1_000_000 + " ms");
                }
            }
        }
        return any;
    }

    boolean isEmpty() {
        return queued.get() == 0;
    }

    /** Fails everything in the queue as not sent. */
    void failQueued(String reason) {
        if (isEmpty()) {
            return;
        }
        // Counted down after each: who adds one while this goes on leaves it to us, and nobody else takes any.
        do {
            notSent(queue.remove(), reason);
        } while (queued.decrementAndGet() > 0);
    }
}
