package dev.lockstep.testing.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LongWayTest {

    private static final Duration DELAY = Duration.ofMillis(300);
    private static final int ANSWERS = 200;

    /** One after the other they would take a minute. */
    @Test
    @Timeout(55)
    void answers_come_later_and_in_order_and_do_not_wait_for_each_other() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
                LongWay way = LongWay.to("127.0.0.1:" + server.getLocalPort(), DELAY);
                Socket client = new Socket("127.0.0.1", portOf(way.address()))) {
            Thread echo = new Thread(() -> echo(server));
            echo.setDaemon(true);
            echo.start();
            DataOutputStream out = new DataOutputStream(client.getOutputStream());
            DataInputStream in = new DataInputStream(client.getInputStream());
            for (int i = 0; i < ANSWERS; i++) {
                long asked = System.nanoTime();
                out.writeInt(i);
                if (i == 0) {
                    assertThat(in.readInt()).isZero();
                    assertThat(Duration.ofNanos(System.nanoTime() - asked)).isGreaterThanOrEqualTo(DELAY);
                }
                long sent = i + 1;
                // So that they are pieces of their own.
                await().pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> way.pieces() == sent);
            }
            for (int i = 1; i < ANSWERS; i++) {
                assertThat(in.readInt()).isEqualTo(i);
            }
        }
    }

    private static int portOf(String address) {
        return Integer.parseInt(address.substring(address.indexOf(':') + 1));
    }

    private static void echo(ServerSocket server) {
        try (Socket socket = server.accept()) {
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException ended) {
            // The test has closed it.
        }
    }
}
