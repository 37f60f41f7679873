package dev.lockstep.testing.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * A port of 127.0.0.1 that refuses every connection and that nobody else is given, until it is closed. A port that was found
 * free, or given back for a while, may belong to another process the next moment; and to a client that tries it again and
 * again the kernel may give it as its own, whereupon the client is connected to itself.
 *
 * <p>It is bound and not listened on, which to the kernel is a port in use and to a client a closed one (Linux, measured).
 *
 * <p>Thread-safe. Closing is idempotent.
 */
public final class HeldPort implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final long POLL_NANOS = Duration.ofMillis(1).toNanos();

    private final Socket holder;
    private final int port;

    private HeldPort(Socket holder) {
        this.holder = holder;
        this.port = holder.getLocalPort();
    }

    /** Any port that is free. */
    public static HeldPort any() {
        return of(0);
    }

    /**
     * The port of a listener that was closed. Waits until the kernel has let go of it, which may be later than the end of the
     * close: a thread that accepts, or a selector, holds it till it has woken up. From then on connections are refused.
     */
    public static HeldPort of(int port) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            try {
                return new HeldPort(bound(port));
            } catch (BindException stillListening) {
                if (System.nanoTime() - end > 0 || Thread.currentThread().isInterrupted()) {
                    throw new UncheckedIOException("Port " + port + " is still listened on.", stillListening);
                }
                LockSupport.parkNanos(POLL_NANOS);
            } catch (IOException notBound) {
                throw new UncheckedIOException("Port " + port + " cannot be held.", notBound);
            }
        }
    }

    private static Socket bound(int port) throws IOException {
        var socket = new Socket();
        try {
            // The closed connections of the listener that was here before count as nothing then; a listener counts.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return socket;
        } catch (IOException notBound) {
            socket.close();
            throw notBound;
        }
    }

    public int port() {
        return port;
    }

    /** {@code 127.0.0.1:port}. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    /** Gives the port back, for a listener to be started there. */
    @Override
    public void close() {
        FaultProxy.closeQuietly(holder);
    }
}
