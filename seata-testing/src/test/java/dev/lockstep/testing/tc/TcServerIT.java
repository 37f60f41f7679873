package dev.lockstep.testing.tc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TcServerIT {

    @ParameterizedTest
    @ValueSource(strings = {"1.8.0", "1.4.2"})
    void tc_is_killed_and_comes_back_on_the_same_port_with_its_store(String version) throws IOException {
        Path folder;
        try (TcServer tc = TcServer.version(version).start()) {
            folder = tc.log().getParent();
            String address = tc.address();
            String xid;
            try (RawTm tm = new RawTm(tc.port())) {
                assertThat(tm.tcVersion()).isEqualTo(version);
                xid = tm.begin();
                assertThat(xid).contains(":" + tc.port() + ":");
            }

            tc.kill();
            assertThat(tc.isRunning()).isFalse();
            assertThat(accepts(tc.port())).isFalse();

            tc.restart();
            assertThat(tc.isRunning()).isTrue();
            assertThat(tc.address()).isEqualTo(address);
            try (RawTm tm = new RawTm(tc.port())) {
                assertThat(tm.status(xid)).isEqualTo(RawTm.STATUS_BEGIN);
                assertThat(tm.status(xid + "0")).isEqualTo(RawTm.STATUS_FINISHED);
            }

            tc.stop();
            assertThat(tc.isRunning()).isFalse();
        }
        assertThat(folder).doesNotExist();
    }

    @Test
    void settings_reach_the_server() throws IOException {
        try (TcServer tc = TcServer.version("1.8.0")
                .systemProperty("server.servlet.context-path", "/given")
                .jvmArguments("-XX:ActiveProcessorCount=1", "-XX:+PrintCommandLineFlags")
                .start()) {
            assertThat(Files.readString(tc.log()))
                    .contains("with context path '/given'")
                    .contains("-XX:ActiveProcessorCount=1");
        }
    }

    @Test
    void shared_tc_is_the_same_for_every_parameter(@SharedTc TcServer first, @SharedTc("1.8.0") TcServer second) {
        assertThat(first).isSameAs(second);
        assertThat(accepts(first.port())).isTrue();
    }

    @Test
    void missing_class_path_file_is_told_with_the_way_to_make_it(@TempDir Path empty) {
        assertThatThrownBy(
                        () -> TcServer.version("1.8.0").classPathFolder(empty).start())
                .hasMessageContaining(empty.resolve("tc-1.8.0.classpath").toString())
                .hasMessageContaining("process-resources -f seata-testing/servers/pom.xml");
    }

    @Test
    void unknown_version_is_refused_with_the_known_ones() {
        assertThatThrownBy(() -> TcServer.version("3.0.0")).hasMessageContaining("1.4.2, 1.5.0, 1.6.1");
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException refused) {
            return false;
        }
    }
}
