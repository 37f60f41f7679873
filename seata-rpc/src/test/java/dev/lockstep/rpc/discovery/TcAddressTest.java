package dev.lockstep.rpc.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which xids a TC of this address gives. */
class TcAddressTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.5:8091, 10.0.0.5:8091:123, true",
        "10.0.0.5:8091, 10.0.0.5:8091:, true",
        "10.0.0.5:8091, 10.0.0.5:8092:123, false",
        "10.0.0.5:8091, 10.0.0.5:809:123, false",
        "10.0.0.5:8091, 10.0.0.5:80910:123, false",
        "10.0.0.5:8091, 10.0.0.5:08091:123, false",
        "10.0.0.5:8091, 10.0.0.5:18091:123, false",
        "10.0.0.5:8091, 10.0.0.55:8091:123, false",
        "10.0.0.5:8091, 110.0.0.5:8091:123, false",
        "10.0.0.5:8091, 10.0.0.5:8091, false",
        "10.0.0.5:8091, 10.0.0.5::123, false",
        "10.0.0.5:8091, 10.0.0.5:123, false",
        "10.0.0.5:8091, 123, false",
        "10.0.0.5:8091, '', false",
        "tc.example:7, tc.example:7:1, true",
        "[fe80::1]:8091, fe80::1:8091:5, true",
        "[fe80::1]:8091, fe80::1:5, false",
    })
    void heads_the_xids_that_begin_with_host_and_port(String address, String xid, boolean heads) {
        assertThat(TcAddress.parse(address).heads(xid)).isEqualTo(heads);
        var colon = xid.lastIndexOf(':');
        assertThat(TcAddress.parse(address).toString().equals(colon < 0 ? "" : xid.substring(0, colon)))
                .as("as the texts compare")
                .isEqualTo(heads);
    }
}
