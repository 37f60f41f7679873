package dev.lockstep.benchmarks.bare;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One connection to a TC, registered as TM and RM, with one thread that reads it and answers branch commits.
 *
 * <p>{@link #write} is thread-safe. The reader's buffer of outgoing frames is confined to it.
 */
final class BareConnection implements AutoCloseable {

    private static final int BUFFER_BYTES = 512 * 1024;
    private static final long HEARTBEAT_MILLIS = 5_000;
    private static final int LENGTH_OFFSET = 3;
    private static final int TYPE_OFFSET = 9;
    private static final int ID_OFFSET = 12;

    /** What is done with answers, on the reading thread. */
    interface Answers {

        /**
         * @param body stands behind the type code; valid only during the call
         * @param out frames put here leave after the last answer that has arrived
         */
        void answered(int id, int code, ByteBuffer body, ByteBuffer out);
    }

    private final SocketChannel channel;
    private final ReentrantLock writing = new ReentrantLock();
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_BYTES).limit(0);
    private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final AtomicLong branchesCommitted = new AtomicLong();
    private volatile boolean closed;

    private BareConnection(SocketChannel channel) {
        this.channel = channel;
    }

    /** Connects and registers. */
    static BareConnection open(String tc, String application) throws IOException {
        var colon = tc.lastIndexOf(':');
        var channel = SocketChannel.open(
                new InetSocketAddress(tc.substring(0, colon), Integer.parseInt(tc.substring(colon + 1))));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        var connection = new BareConnection(channel);
        var name = BareFrames.bytes(application);
        BareFrames.registerTm(connection.out, 1, name);
        connection.flush();
        connection.awaitRegistration();
        BareFrames.registerRm(connection.out, 2, name);
        connection.flush();
        connection.awaitRegistration();
        return connection;
    }

    private void awaitRegistration() throws IOException {
        while (!hasFrame()) {
            fill();
        }
        var identified = in.get(in.position() + BareFrames.HEAD_BYTES + Short.BYTES);
        if (identified != 1) {
            throw new IOException("The TC refused the registration.");
        }
        in.position(in.position() + in.getInt(in.position() + LENGTH_OFFSET));
    }

    /** Starts to read. */
    void start(Answers answers) {
        daemon("bare-reader", () -> read(answers));
        daemon("bare-heartbeat", this::beat);
    }

    long branchesCommitted() {
        return branchesCommitted.get();
    }

    /** Writes all that is there, in one system call unless the socket's buffer is full. */
    void write(ByteBuffer frames) throws IOException {
        writing.lock();
        try {
            while (frames.hasRemaining()) {
                channel.write(frames);
            }
        } finally {
            writing.unlock();
        }
    }

    private void read(Answers answers) {
        try {
            while (true) {
                fill();
                while (hasFrame()) {
                    handle(answers);
                    if (out.remaining() < BareFrames.MAX_BYTES) {
                        flush();
                    }
                }
                flush();
            }
        } catch (IOException lost) {
            if (!closed) {
                throw new IllegalStateException(
                        "The connection to the TC is lost, and this client knows no other.", lost);
            }
        }
    }

    private void handle(Answers answers) {
        var start = in.position();
        var end = start + in.getInt(start + LENGTH_OFFSET);
        var limit = in.limit();
        var type = in.get(start + TYPE_OFFSET);
        var id = in.getInt(start + ID_OFFSET);
        if (type == BareFrames.REQUEST || type == BareFrames.RESPONSE) {
            in.limit(end).position(start + BareFrames.HEAD_BYTES);
            var code = in.getShort();
            if (type == BareFrames.RESPONSE) {
                answers.answered(id, code, in, out);
            } else if (code == BareFrames.BRANCH_COMMIT) {
                BareFrames.branchCommitted(out, id, in);
                branchesCommitted.incrementAndGet();
            }
        }
        in.limit(limit).position(end);
    }

    private boolean hasFrame() {
        return in.remaining() >= BareFrames.HEAD_BYTES && in.remaining() >= in.getInt(in.position() + LENGTH_OFFSET);
    }

    private void fill() throws IOException {
        in.compact();
        var count = channel.read(in);
        in.flip();
        if (count < 0) {
            throw new EOFException("The TC closed the connection.");
        }
    }

    private void flush() throws IOException {
        if (out.position() > 0) {
            out.flip();
            write(out);
            out.clear();
        }
    }

    private void beat() {
        var frame = ByteBuffer.allocate(BareFrames.HEAD_BYTES);
        try {
            while (!closed) {
                TimeUnit.MILLISECONDS.sleep(HEARTBEAT_MILLIS);
                BareFrames.heartbeat(frame.clear());
                write(frame.flip());
            }
        } catch (IOException | InterruptedException ended) {
            // The reader tells it, if it matters.
        }
    }

    private static void daemon(String name, Runnable work) {
        var thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        closed = true;
        channel.close();
    }
}
