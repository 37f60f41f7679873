package dev.lockstep.testing.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;

class HeldPortTest {

    @Test
    void every_attempt_to_connect_is_refused() {
        try (var held = HeldPort.any()) {
            for (var i = 0; i < 100; i++) {
                assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), held.port()))
                        .isInstanceOf(ConnectException.class);
            }
        }
    }

    @Test
    void nobody_else_is_given_the_port_and_a_listener_can_be_started_there_afterwards() throws IOException {
        var held = HeldPort.any();
        try (var taker = new Socket()) {
            taker.setReuseAddress(false);
            assertThatThrownBy(() -> taker.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), held.port())))
                    .isInstanceOf(BindException.class);
        }
        var port = held.port();
        held.close();
        held.close();

        try (var listener = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
                var client = new Socket(InetAddress.getLoopbackAddress(), listener.getLocalPort())) {
            assertThat(client.isConnected()).isTrue();
        }
    }

    @Test
    void port_of_a_closed_listener_is_held_beside_the_connections_it_had_accepted() throws IOException {
        var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var port = listener.getLocalPort();
        try (var client = new Socket(InetAddress.getLoopbackAddress(), port);
                var accepted = listener.accept()) {
            listener.close();

            try (var held = HeldPort.of(port)) {
                assertThat(held.address()).isEqualTo("127.0.0.1:" + port);
                accepted.getOutputStream().write(7);
                assertThat(client.getInputStream().read()).isEqualTo(7);
            }
        }
    }

    @Test
    void port_that_somebody_listens_on_is_not_held() throws IOException {
        try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            // The wait ends at once for a thread that is interrupted.
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> HeldPort.of(listener.getLocalPort())).isInstanceOf(UncheckedIOException.class);
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
