package dev.lockstep.testing.tc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The versions that {@code verify} does not download; their class paths are made with {@code -Dleg=tc-matrix}. */
@Tag("long")
@Tag("tc-matrix")
class TcServerMatrixIT {

    @ParameterizedTest
    @ValueSource(strings = {"1.5.0", "1.6.1", "1.7.1", "2.0.0"})
    void tc_is_killed_and_comes_back_on_the_same_port_with_its_store(String version) throws IOException {
        try (TcServer tc = TcServer.version(version).start()) {
            String xid;
            try (RawTm tm = new RawTm(tc.port())) {
                assertThat(tm.tcVersion()).isEqualTo(version);
                xid = tm.begin();
            }

            tc.kill();
            tc.restart();

            try (RawTm tm = new RawTm(tc.port())) {
                assertThat(tm.status(xid)).isEqualTo(RawTm.STATUS_BEGIN);
            }
        }
    }
}
