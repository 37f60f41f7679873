package dev.lockstep.rpc.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StaticDiscoveryTest {

    @Test
    void list_separated_by_commas_or_semicolons_is_read_in_order_without_duplicates() {
        assertThat(StaticDiscovery.of("b:8091, a:8092;b:8091,").addresses())
                .containsExactly(new TcAddress("b", 8091), new TcAddress("a", 8092));
    }

    @Test
    void ipv6_address_may_stand_in_brackets() {
        assertThat(TcAddress.parse("[::1]:8091")).isEqualTo(new TcAddress("::1", 8091));
        assertThat(TcAddress.parse("::1:8091")).isEqualTo(new TcAddress("::1", 8091));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " , ", "host", "host:", ":8091", "host:port", "host:0", "host:65536", "ho st:1:x"})
    void list_that_names_no_usable_address_is_refused(String list) {
        assertThatThrownBy(() -> StaticDiscovery.of(list)).isInstanceOf(IllegalArgumentException.class);
    }
}
