package dev.lockstep.testing.fault;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands on 127.0.0.1 between clients and a TC as a long line would: what the TC sends arrives later by a fixed time, in its
 * order, and any number of answers can be on the way. A delay of {@link FaultProxy} holds up what comes after it instead.
 *
 * <p>Each connection has three daemon threads. Thread-safe.
 */
public final class LongWay implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LongWay.class);
    private static final int CONNECT_LIMIT_MILLIS = 10_000;
    private static final int PIECES_ON_THE_WAY = 100_000;
    private static final int PIECE = 64 * 1024;

    private final InetSocketAddress target;
    private final long delayNanos;
    private final ServerSocket server;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final LongAdder pieces = new LongAdder();

    /** Bytes, and when they arrive. */
    private record Piece(long arrivesNanos, byte[] bytes) {}

    private LongWay(InetSocketAddress target, Duration delay) {
        this.target = target;
        this.delayNanos = delay.toNanos();
        try {
            server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
        } catch (IOException notBound) {
            throw new UncheckedIOException("No port could be had.", notBound);
        }
        start("accept", this::accept);
    }

    /**
     * Opens the line.
     *
     * @param address {@code host:port} of the TC
     * @param delay how much later its answers arrive
     */
    public static LongWay to(String address, Duration delay) {
        int colon = address.lastIndexOf(':');
        return new LongWay(
                new InetSocketAddress(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))),
                delay);
    }

    /** Where clients connect instead. */
    public String address() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    /** In how many pieces the TC's bytes have come so far, on all connections. */
    long pieces() {
        return pieces.sum();
    }

    /** Ends all connections and the threads; returns at once. */
    @Override
    public void close() {
        FaultProxy.closeQuietly(server);
        sockets.forEach(FaultProxy::closeQuietly);
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, "long-way " + name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                connect(server.accept());
            } catch (IOException e) {
                if (!server.isClosed()) {
                    LOG.warn("[long-way {}] a connection could not be made", server.getLocalPort(), e);
                }
            }
        }
    }

    private void connect(Socket client) throws IOException {
        Socket tc = new Socket();
        sockets.add(client);
        sockets.add(tc);
        client.setTcpNoDelay(true);
        tc.setTcpNoDelay(true);
        tc.connect(target, CONNECT_LIMIT_MILLIS);
        BlockingQueue<Piece> onTheWay = new ArrayBlockingQueue<>(PIECES_ON_THE_WAY);
        start("to tc", () -> pass(client, tc));
        start("from tc", () -> send(tc, client, onTheWay));
        start("to client", () -> arrive(tc, client, onTheWay));
    }

    private void pass(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException ended) {
            LOG.debug("[long-way] {}", ended.getMessage());
        } finally {
            end(from, to);
        }
    }

    private void send(Socket from, Socket to, BlockingQueue<Piece> onTheWay) {
        byte[] buffer = new byte[PIECE];
        try {
            InputStream in = from.getInputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                onTheWay.put(new Piece(System.nanoTime() + delayNanos, Arrays.copyOf(buffer, count)));
                pieces.increment();
            }
        } catch (IOException ended) {
            LOG.debug("[long-way] {}", ended.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end(from, to);
        }
    }

    private void arrive(Socket from, Socket to, BlockingQueue<Piece> onTheWay) {
        try {
            OutputStream out = to.getOutputStream();
            while (!to.isClosed()) {
                Piece piece = onTheWay.poll(1, TimeUnit.SECONDS);
                if (piece != null) {
                    TimeUnit.NANOSECONDS.sleep(piece.arrivesNanos - System.nanoTime());
                    out.write(piece.bytes);
                }
            }
        } catch (IOException ended) {
            LOG.debug("[long-way] {}", ended.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end(from, to);
        }
    }

    private void end(Socket one, Socket other) {
        FaultProxy.closeQuietly(one);
        FaultProxy.closeQuietly(other);
        sockets.remove(one);
        sockets.remove(other);
    }
}
