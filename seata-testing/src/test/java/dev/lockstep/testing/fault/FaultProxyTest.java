package dev.lockstep.testing.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The proxy between two plain sockets. */
class FaultProxyTest {

    private static final int BEGIN = 1;
    private static final int COMMIT = 7;

    private ServerSocket listener;
    private FaultProxy proxy;
    private Socket client;
    private Socket tc;

    @BeforeEach
    void connect_a_client_through_the_proxy() throws IOException {
        listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        listener.setSoTimeout(10_000);
        proxy = FaultProxy.before("127.0.0.1:" + listener.getLocalPort());
        client = connect();
        tc = listener.accept();
        tc.setSoTimeout(10_000);
    }

    @AfterEach
    void close_all() throws IOException {
        client.close();
        tc.close();
        proxy.close();
        listener.close();
    }

    @Test
    void frames_pass_unchanged_in_both_directions() throws IOException {
        send(client, frame(1, BEGIN));
        assertThat(receive(tc, frame(1, BEGIN).length)).isEqualTo(frame(1, BEGIN));
        send(tc, frame(2, BEGIN));
        assertThat(receive(client, frame(2, BEGIN).length)).isEqualTo(frame(2, BEGIN));
    }

    @Test
    void cut_before_a_frame_lets_the_ones_before_it_pass_and_resets_the_client() throws IOException {
        proxy.script(FaultScript.once(Direction.TO_TC, COMMIT, Fault.cutBefore(CutForm.RST)));

        send(client, frame(1, BEGIN));
        send(client, frame(2, COMMIT));

        assertThat(tc.getInputStream().readAllBytes()).isEqualTo(frame(1, BEGIN));
        assertThatThrownBy(() -> client.getInputStream().read())
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
        await().until(() -> proxy.connections() == 0);
    }

    @Test
    void cut_after_a_frame_lets_the_whole_of_it_pass() throws IOException {
        proxy.script(FaultScript.once(Direction.TO_TC, BEGIN, Fault.cutAfter(CutForm.RST)));

        send(client, frame(1, BEGIN));

        assertThat(tc.getInputStream().readAllBytes()).isEqualTo(frame(1, BEGIN));
    }

    @Test
    void cut_inside_a_frame_passes_so_many_bytes_or_all_but_so_many() throws IOException {
        proxy.script(FaultScript.nth(2, Direction.TO_CLIENT, BEGIN, Fault.cutInside(-1, CutForm.FIN)));

        send(tc, frame(1, BEGIN));
        send(tc, frame(2, BEGIN));

        assertThat(client.getInputStream().readAllBytes()).hasSize(frame(1, BEGIN).length * 2 - 1);
    }

    @Test
    void cut_after_bytes_counts_over_frames_and_cuts_once() throws IOException {
        proxy.cutAfterBytes(Direction.TO_TC, 20);

        send(client, frame(1, BEGIN));
        send(client, frame(2, BEGIN));
        assertThat(tc.getInputStream().readAllBytes()).hasSize(20);

        client.close();
        client = connect();
        tc.close();
        tc = listener.accept();
        send(client, frame(3, BEGIN));
        assertThat(receive(tc, frame(3, BEGIN).length)).isEqualTo(frame(3, BEGIN));
    }

    @Test
    void dropped_frame_is_missing_and_a_duplicated_one_comes_twice() throws IOException {
        proxy.script((direction, frame) ->
                frame.requestId() == 1 ? Fault.DROP : frame.requestId() == 2 ? Fault.DUPLICATE : Fault.NONE);

        send(tc, frame(1, BEGIN));
        send(tc, frame(2, BEGIN));
        send(tc, frame(3, BEGIN));

        assertThat(receive(client, frame(2, BEGIN).length)).isEqualTo(frame(2, BEGIN));
        assertThat(receive(client, frame(2, BEGIN).length)).isEqualTo(frame(2, BEGIN));
        assertThat(receive(client, frame(3, BEGIN).length)).isEqualTo(frame(3, BEGIN));
    }

    @Test
    void frame_after_the_next_changes_places_with_it() throws IOException {
        proxy.script(FaultScript.once(Direction.TO_CLIENT, BEGIN, Fault.AFTER_NEXT));

        send(tc, frame(1, BEGIN));
        send(tc, frame(2, COMMIT));

        assertThat(receive(client, frame(2, COMMIT).length)).isEqualTo(frame(2, COMMIT));
        assertThat(receive(client, frame(1, BEGIN).length)).isEqualTo(frame(1, BEGIN));
    }

    @Test
    void delayed_frame_holds_up_what_follows_it() throws IOException {
        proxy.script(FaultScript.once(Direction.TO_CLIENT, BEGIN, Fault.delay(Duration.ofMillis(300))));
        var started = System.nanoTime();

        send(tc, frame(1, BEGIN));
        send(tc, frame(2, COMMIT));

        assertThat(receive(client, frame(1, BEGIN).length)).isEqualTo(frame(1, BEGIN));
        assertThat(receive(client, frame(2, COMMIT).length)).isEqualTo(frame(2, COMMIT));
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
    }

    @Test
    void garbage_comes_instead_of_the_frame() throws IOException {
        var garbage = "HTTP/1.1 400".getBytes(StandardCharsets.US_ASCII);
        proxy.script(FaultScript.once(Direction.TO_CLIENT, BEGIN, Fault.garbage(garbage)));

        send(tc, frame(1, BEGIN));

        assertThat(receive(client, garbage.length)).isEqualTo(garbage);
    }

    @Test
    void bytes_that_are_no_frame_pass_as_they_are() throws IOException {
        var text = "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

        send(client, text);

        assertThat(receive(tc, text.length)).isEqualTo(text);
    }

    @Test
    void blackholed_direction_is_silent_and_the_other_passes() throws IOException {
        proxy.blackhole(Direction.TO_CLIENT);
        // Lost either way, so it may come as late as it likes; when it has, the frame before it has been swallowed.
        var seen = new AtomicBoolean();
        proxy.script((direction, frame) -> {
            if (frame.messageCode() != COMMIT) {
                return Fault.NONE;
            }
            seen.set(true);
            return Fault.DROP;
        });

        send(tc, frame(1, BEGIN));
        send(tc, frame(4, COMMIT));
        send(client, frame(2, BEGIN));

        assertThat(receive(tc, frame(2, BEGIN).length)).isEqualTo(frame(2, BEGIN));
        await().untilTrue(seen);
        client.setSoTimeout(200);
        assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);

        proxy.heal();
        send(tc, frame(3, BEGIN));
        client.setSoTimeout(10_000);
        assertThat(receive(client, frame(3, BEGIN).length)).isEqualTo(frame(3, BEGIN));
    }

    @Test
    void while_not_accepting_new_connections_are_refused_and_old_ones_live() throws IOException {
        proxy.stopAccepting();

        assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
        send(client, frame(1, BEGIN));
        assertThat(receive(tc, frame(1, BEGIN).length)).isEqualTo(frame(1, BEGIN));

        proxy.startAccepting();
        try (var another = connect();
                var itsTc = listener.accept()) {
            send(another, frame(2, BEGIN));
            assertThat(receive(itsTc, frame(2, BEGIN).length)).isEqualTo(frame(2, BEGIN));
        }
    }

    @Test
    void port_is_nobody_elses_while_nothing_is_accepted() throws IOException {
        proxy.stopAccepting();
        var port = Integer.parseInt(proxy.address().substring("127.0.0.1:".length()));

        try (var other = new Socket()) {
            other.setReuseAddress(false);
            assertThatThrownBy(() -> other.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)))
                    .isInstanceOf(BindException.class);
        }
        proxy.stopAccepting();
        proxy.startAccepting();
        proxy.startAccepting();

        try (var another = connect();
                var itsTc = listener.accept()) {
            assertThat(another.isConnected()).isTrue();
            assertThat(itsTc.isConnected()).isTrue();
        }
    }

    @Test
    void end_of_the_tc_side_ends_the_client_side() throws IOException {
        tc.close();

        assertThat(client.getInputStream().read()).isEqualTo(-1);
        await().until(() -> proxy.connections() == 0);
    }

    @Test
    void close_ends_all_connections_and_threads() throws IOException {
        var name = "fault-proxy " + proxy.address().substring("127.0.0.1:".length());
        await().until(() -> threads(name) == 3);

        proxy.close();

        assertThat(client.getInputStream().read()).isEqualTo(-1);
        await().until(() -> threads(name) == 0);
    }

    private Socket connect() throws IOException {
        var address = proxy.address();
        var socket = new Socket(
                InetAddress.getLoopbackAddress(), Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)));
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static long threads(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(found -> found.equals(name) || found.startsWith(name + " "))
                .count();
    }

    private static void send(Socket socket, byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    private static byte[] receive(Socket socket, int bytes) throws IOException {
        return socket.getInputStream().readNBytes(bytes);
    }

    /** A frame of 18 bytes. */
    private static byte[] frame(int requestId, int messageCode) {
        return ByteBuffer.allocate(18)
                .putShort((short) 0xdada)
                .put((byte) 1)
                .putInt(18)
                .putShort((short) 16)
                .put((byte) 0)
                .put((byte) 1)
                .put((byte) 0)
                .putInt(requestId)
                .putShort((short) messageCode)
                .array();
    }
}
