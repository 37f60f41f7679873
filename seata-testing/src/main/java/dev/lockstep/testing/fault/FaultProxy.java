package dev.lockstep.testing.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands on 127.0.0.1 between clients and a TC, and does to the traffic what a network can do.
 *
 * <pre>{@code
 * try (FaultProxy proxy = FaultProxy.before(tc.address())) {
 *     client = connectTo(proxy.address());
 *     proxy.script(FaultScript.once(Direction.TO_CLIENT, 2, Fault.cutBefore(CutForm.RST)));
 *     client.begin(...); // executed by the TC, and the answer is lost
 * }
 * }</pre>
 *
 * <p>Frames are told apart by their head; bytes that are no frame pass as they come, and so does all after them on that
 * connection. Each connection has two daemon threads that block on it.
 *
 * <p>Thread-safe.
 */
public final class FaultProxy implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FaultProxy.class);
    private static final int CONNECT_LIMIT_MILLIS = 10_000;
    private static final int BACKLOG = 64;
    private static final int STOP_LIMIT_MILLIS = 5_000;

    private final InetSocketAddress target;
    private final int port;
    private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
    private final Map<Direction, ByteLimit> limits = new EnumMap<>(Direction.class);

    private volatile FaultScript script = FaultScript.NONE;
    private volatile Set<Direction> swallowed = Set.of();
    private volatile ServerSocket server;
    /** While nothing is accepted. */
    private volatile @Nullable HeldPort held;

    private volatile Thread acceptor;
    private volatile boolean closed;

    private FaultProxy(InetSocketAddress target) {
        this.target = target;
        for (var direction : Direction.values()) {
            limits.put(direction, new ByteLimit());
        }
        server = listen(0);
        port = server.getLocalPort();
    }

    /**
     * Starts a proxy on a free port.
     *
     * @param address {@code host:port} of the TC, which need not run yet
     */
    public static FaultProxy before(String address) {
        var colon = address.lastIndexOf(':');
        return new FaultProxy(
                new InetSocketAddress(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))));
    }

    /** Where clients connect instead. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    /** Connections that are open now. */
    public int connections() {
        return connections.size();
    }

    /** Decides on every frame from now on, in place of the script before. */
    public void script(FaultScript next) {
        script = next;
    }

    /** Cuts the connection over which this byte of a direction goes, counted from now over all connections; once. */
    public void cutAfterBytes(Direction direction, long bytes) {
        limits.get(direction).set(bytes);
    }

    /** Ends all connections; new ones are accepted. */
    public void cutAll(CutForm form) {
        connections.forEach(connection -> connection.cut(form));
    }

    /**
     * Takes bytes of these directions, on old and new connections, and passes none of them on. Nothing ends: whoever waits
     * hears nothing.
     */
    public void blackhole(Direction first, Direction... more) {
        swallowed = Set.copyOf(EnumSet.of(first, more));
    }

    /** Passes bytes again. What was swallowed stays lost, so a frame may have lost its beginning. */
    public void heal() {
        swallowed = Set.of();
    }

    /**
     * Refuses new connections; old ones stay. From the return on every attempt to connect is refused, and nobody else is given
     * the port.
     */
    public void stopAccepting() {
        if (held == null) {
            endListener();
            held = HeldPort.of(port);
        }
    }

    /** Accepts again on the same port. */
    public void startAccepting() {
        if (held != null) {
            release();
            server = listen(port);
        }
    }

    /** The kernel lets go of a closed listener only when the thread that waits on it has woken up. */
    private void endListener() {
        closeQuietly(server);
        try {
            acceptor.join(STOP_LIMIT_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void release() {
        var toRelease = held;
        if (toRelease != null) {
            toRelease.close();
            held = null;
        }
    }

    /** Ends all connections and the threads; waits for none of those that pass bytes. */
    @Override
    public void close() {
        closed = true;
        endListener();
        release();
        cutAll(CutForm.FIN);
    }

    Fault faultFor(Direction direction, WireFrame frame) {
        return script.faultFor(direction, frame);
    }

    boolean swallows(Direction direction) {
        return swallowed.contains(direction);
    }

    OptionalInt cutWithin(Direction direction, int bytes) {
        return limits.get(direction).cutWithin(bytes);
    }

    void ended(ProxiedConnection connection) {
        connections.remove(connection);
    }

    private ServerSocket listen(int onPort) {
        try {
            var listening = new ServerSocket();
            listening.setReuseAddress(true);
            listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), onPort), BACKLOG);
            acceptor = start("fault-proxy " + listening.getLocalPort(), () -> accept(listening));
            return listening;
        } catch (IOException notBound) {
            throw new UncheckedIOException("The proxy cannot listen on port " + onPort + ".", notBound);
        }
    }

    private void accept(ServerSocket listening) {
        while (!listening.isClosed()) {
            try {
                var client = listening.accept();
                // The TC may take its time to answer; the listener does not wait for that.
                start("fault-proxy " + port + " to tc", () -> serve(client));
            } catch (IOException notAccepted) {
                if (!listening.isClosed()) {
                    LOG.warn("[fault-proxy {}] a connection could not be accepted", port, notAccepted);
                }
            }
        }
    }

    private void serve(Socket client) {
        var tc = new Socket();
        try {
            tc.connect(target, CONNECT_LIMIT_MILLIS);
            client.setTcpNoDelay(true);
            tc.setTcpNoDelay(true);
        } catch (IOException unreachable) {
            LOG.debug("[fault-proxy {}] {} does not accept: {}", port, target, unreachable.getMessage());
            closeQuietly(tc);
            reset(client);
            return;
        }
        var connection = new ProxiedConnection(client, tc, this);
        connections.add(connection);
        if (closed) {
            // The close may have seen the list before this one was in it.
            connection.cut(CutForm.FIN);
            return;
        }
        start("fault-proxy " + port + " to client", () -> connection.pump(Direction.TO_CLIENT));
        connection.pump(Direction.TO_TC);
    }

    private static void reset(Socket client) {
        try {
            client.setSoLinger(true, 0);
        } catch (IOException alreadyGone) {
            LOG.debug("[fault-proxy] {} was closed with an error", client, alreadyGone);
        }
        closeQuietly(client);
    }

    private static Thread start(String name, Runnable work) {
        var thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    static void closeQuietly(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception alreadyGone) {
            LOG.debug("[fault-proxy] {} was closed with an error", socket, alreadyGone);
        }
    }
}
