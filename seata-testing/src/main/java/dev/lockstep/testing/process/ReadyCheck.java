package dev.lockstep.testing.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;

/** Says whether a child can be used now. Asked again and again, so it must be quick; it need not be thread-safe. */
@FunctionalInterface
public interface ReadyCheck {

    /**
     * @return false for "not yet"
     * @throws IOException also means "not yet"; it is shown if the time runs out
     */
    boolean isReady(ChildJvm child) throws IOException;

    /** Ready when a TCP connection to this port of the loopback address is accepted. */
    static ReadyCheck portAccepts(int port) {
        return child -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
                return true;
            }
        };
    }

    /** Ready when the child has written this text, for example its "started" line. */
    static ReadyCheck logContains(String text) {
        // The encoding of the child's output is unknown; Latin-1 reads any bytes, and the texts searched for are ASCII.
        return child ->
                Files.readString(child.log(), StandardCharsets.ISO_8859_1).contains(text);
    }

    /** Ready when both are; the second is asked only after the first said yes. */
    default ReadyCheck and(ReadyCheck second) {
        return child -> isReady(child) && second.isReady(child);
    }
}
