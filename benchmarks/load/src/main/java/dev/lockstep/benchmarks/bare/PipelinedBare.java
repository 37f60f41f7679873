package dev.lockstep.benchmarks.bare;

import dev.lockstep.benchmarks.load.ClientUnderLoad;
import dev.lockstep.benchmarks.load.Round;
import dev.lockstep.benchmarks.load.Tally;
import dev.lockstep.benchmarks.load.Window;
import dev.lockstep.benchmarks.load.Workload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The ceiling: one thread keeps as many transactions open as the round has callers. It answers each frame with the next one
 * of the same transaction, and what a read brought leaves with one write. No thread waits for another.
 *
 * <p>The slots of a turn are written by the runner before its first frame leaves, then by the reading thread only.
 */
public final class PipelinedBare implements ClientUnderLoad {

    private static final long GRACE_SECONDS = 60;

    private final BareConnection connection;
    private volatile @Nullable Turn turn;
    private final AtomicLong rows = new AtomicLong();

    private PipelinedBare(BareConnection connection) {
        this.connection = connection;
    }

    public static PipelinedBare open(String tc, String application) throws IOException {
        var client = new PipelinedBare(BareConnection.open(tc, application));
        client.connection.start(client::answered);
        return client;
    }

    /** One transaction after the other, in one place. */
    private static final class Slot {
        private byte[] xid = {};
        private int branches;
        private long begunNanos;
    }

    private static final class Turn {
        private final Workload workload;
        private final Window window;
        private final Slot[] slots;
        private final Tally tally;
        private final CountDownLatch done = new CountDownLatch(1);
        private int open;

        Turn(Round round) {
            workload = Workload.of(round.workload());
            window = Window.of(round, System.nanoTime());
            tally = new Tally(window);
            slots = new Slot[round.callers()];
            open = slots.length;
        }
    }

    @Override
    public Tally run(Round round) throws IOException, InterruptedException, TimeoutException {
        var now = new Turn(round);
        var out = ByteBuffer.allocateDirect(BareFrames.MAX_BYTES * round.callers());
        for (var id = 0; id < now.slots.length; id++) {
            now.slots[id] = new Slot();
            now.slots[id].begunNanos = System.nanoTime();
            BareFrames.beginTransaction(out, id);
        }
        turn = now;
        connection.write(out.flip());
        if (!now.done.await(round.length().toSeconds() + GRACE_SECONDS, TimeUnit.SECONDS)) {
            throw new TimeoutException(now.open + " transactions were never answered.");
        }
        return now.tally;
    }

    private void answered(int id, int code, ByteBuffer body, ByteBuffer out) {
        var now = turn;
        if (now == null) {
            return;
        }
        var slot = now.slots[id];
        if (body.get() != 1) {
            now.tally.failed("answer " + code + " says: " + new String(BareFrames.text(body)));
            again(now, slot, id, out);
            return;
        }
        body.get(); // the exception code, 0 in a success
        switch (code - 1) {
            case BareFrames.BEGIN -> {
                slot.xid = BareFrames.text(body);
                slot.branches = 0;
                registerOrCommit(now, slot, id, out);
            }
            case BareFrames.REGISTER -> {
                slot.branches++;
                if (now.workload.reports()) {
                    BareFrames.report(out, id, slot.xid, body.getLong());
                } else {
                    registerOrCommit(now, slot, id, out);
                }
            }
            case BareFrames.REPORT -> registerOrCommit(now, slot, id, out);
            case BareFrames.COMMIT -> {
                var status = body.get();
                if (status == BareFrames.COMMITTED) {
                    now.tally.committed(slot.begunNanos, System.nanoTime());
                } else {
                    now.tally.failed("the commit was answered with status " + status);
                }
                again(now, slot, id, out);
            }
            default -> throw new IllegalStateException("An answer that nobody asked for: " + code + ".");
        }
    }

    private void registerOrCommit(Turn now, Slot slot, int id, ByteBuffer out) {
        if (slot.branches < now.workload.branches()) {
            BareFrames.register(out, id, slot.xid, BareFrames.bytes("account:" + rows.incrementAndGet()));
        } else {
            BareFrames.commit(out, id, slot.xid);
        }
    }

    private static void again(Turn now, Slot slot, int id, ByteBuffer out) {
        slot.begunNanos = System.nanoTime();
        if (now.window.isOver(slot.begunNanos)) {
            now.open--;
            if (now.open == 0) {
                now.done.countDown();
            }
        } else {
            BareFrames.beginTransaction(out, id);
        }
    }

    @Override
    public long branchesOpen() {
        return rows.get() - connection.branchesCommitted();
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
