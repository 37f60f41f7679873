package dev.lockstep.testing.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.util.random.RandomGenerator;

/**
 * Finds ports that nobody listens on.
 *
 * <p>They lie below 32768, where Linux starts to take the local ports of outgoing connections. Inside that range a client
 * that keeps reconnecting to a stopped server can get the server's own port as its local one and be connected to itself;
 * the server could then not come back.
 *
 * <p>Thread-safe. Another process may take the port before the caller does: whoever starts a server on it has to be ready to
 * try the next one.
 */
public final class FreePort {

    private static final int LOWEST = 20_000;
    private static final int HIGHEST = 32_767;
    private static final int TRIES = 1_000;

    private FreePort() {}

    /** A port that was free on all addresses of this machine a moment ago. */
    public static int find() {
        RandomGenerator random = RandomGenerator.getDefault();
        for (int attempt = 0; attempt < TRIES; attempt++) {
            int port = random.nextInt(LOWEST, HIGHEST + 1);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("No free port between " + LOWEST + " and " + HIGHEST + " in " + TRIES
                + " tries; end what listens there.");
    }

    /** Another one, for a server that needs two: nobody listens on the first of them yet. */
    public static int findOtherThan(int taken) {
        int port = find();
        while (port == taken) {
            port = find();
        }
        return port;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            return socket.isBound();
        } catch (BindException taken) {
            return false;
        } catch (IOException unexpected) {
            throw new UncheckedIOException("Port " + port + " could not be tried.", unexpected);
        }
    }
}
