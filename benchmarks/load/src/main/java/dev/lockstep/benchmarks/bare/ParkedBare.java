package dev.lockstep.benchmarks.bare;

import dev.lockstep.benchmarks.load.Callers;
import dev.lockstep.benchmarks.load.ClientUnderLoad;
import dev.lockstep.benchmarks.load.Round;
import dev.lockstep.benchmarks.load.Tally;
import dev.lockstep.benchmarks.load.TcCalls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The reference for CPU: blocking callers on one raw connection. Each writes its own frame and parks until the reading thread
 * wakes it; less than this a client with blocking calls cannot do.
 */
public final class ParkedBare implements ClientUnderLoad, TcCalls {

    /** More than there are callers; a power of two. An id finds its place by its low bits. */
    private static final int PLACES = 4_096;

    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final BareConnection connection;
    private final Callers callers = new Callers();
    private final LongAdder registered = new LongAdder();
    private final AtomicInteger ids = new AtomicInteger();
    private final AtomicReferenceArray<@Nullable Waiting> places = new AtomicReferenceArray<>(PLACES);
    private final ThreadLocal<ByteBuffer> frames =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(BareFrames.MAX_BYTES));

    private ParkedBare(BareConnection connection) {
        this.connection = connection;
    }

    public static ParkedBare open(String tc, String application) throws IOException {
        var client = new ParkedBare(BareConnection.open(tc, application));
        client.connection.start(client::answered);
        return client;
    }

    /** A caller and its answer. All but {@code answered} is written before it, and read after it. */
    private static final class Waiting {
        private final Thread caller = Thread.currentThread();
        private final int id;
        private boolean success;
        private String text = "";
        private long branchId;
        private int status;
        private volatile boolean answered;

        Waiting(int id) {
            this.id = id;
        }
    }

    /** Writes a frame for this id. */
    private interface Writing {
        void write(ByteBuffer out, int id);
    }

    @Override
    public Tally run(Round round) throws Exception {
        return callers.run(round, this);
    }

    @Override
    public String begin() throws IOException, TimeoutException {
        return ask(BareFrames::beginTransaction).text;
    }

    @Override
    public long register(String xid, String lockKey) throws IOException, TimeoutException {
        var branch = ask((out, id) -> BareFrames.register(out, id, BareFrames.bytes(xid), BareFrames.bytes(lockKey)));
        registered.increment();
        return branch.branchId;
    }

    @Override
    public void report(String xid, long branchId) throws IOException, TimeoutException {
        ask((out, id) -> BareFrames.report(out, id, BareFrames.bytes(xid), branchId));
    }

    @Override
    public void commit(String xid) throws IOException, TimeoutException {
        var status = ask((out, id) -> BareFrames.commit(out, id, BareFrames.bytes(xid))).status;
        if (status != BareFrames.COMMITTED) {
            throw new IOException("The commit was answered with status " + status + ".");
        }
    }

    private Waiting ask(Writing frame) throws IOException, TimeoutException {
        var waiting = new Waiting(ids.incrementAndGet());
        var place = waiting.id & (PLACES - 1);
        if (!places.compareAndSet(place, null, waiting)) {
            throw new IOException("More than " + PLACES + " requests in flight.");
        }
        var out = frames.get().clear();
        frame.write(out, waiting.id);
        connection.write(out.flip());
        var end = System.nanoTime() + LIMIT_NANOS;
        while (!waiting.answered) {
            LockSupport.parkNanos(this, LIMIT_NANOS);
            if (!waiting.answered && System.nanoTime() > end) {
                throw new TimeoutException("No answer within 30 s.");
            }
        }
        if (!waiting.success) {
            throw new IOException("The TC answered: " + waiting.text);
        }
        return waiting;
    }

    private void answered(int id, int code, ByteBuffer body, ByteBuffer out) {
        var place = id & (PLACES - 1);
        var waiting = places.get(place);
        if (waiting == null || waiting.id != id) {
            return;
        }
        places.set(place, null);
        waiting.success = body.get() == 1;
        if (waiting.success) {
            body.get(); // the exception code, 0 in a success
            switch (code - 1) {
                case BareFrames.BEGIN -> waiting.text = new String(BareFrames.text(body));
                case BareFrames.REGISTER -> waiting.branchId = body.getLong();
                case BareFrames.COMMIT -> waiting.status = body.get();
                default -> {
                    // A report: that it succeeded is all there is.
                }
            }
        } else {
            waiting.text = new String(BareFrames.text(body));
        }
        waiting.answered = true;
        LockSupport.unpark(waiting.caller);
    }

    @Override
    public long branchesOpen() {
        return registered.sum() - connection.branchesCommitted();
    }

    @Override
    public void close() throws IOException {
        callers.close();
        connection.close();
    }
}
