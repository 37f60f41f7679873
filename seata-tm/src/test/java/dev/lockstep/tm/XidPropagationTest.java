package dev.lockstep.tm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seata.core.context.RootContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class XidPropagationTest {

    private static final String XID = "10.0.0.1:8091:7";

    @Test
    void a_joined_call_sees_the_xid_and_leaves_nothing_behind() {
        try (var joined = XidPropagation.join(XID)) {
            assertThat(joined).isNotNull();
            assertThat(RootContext.getXID()).isEqualTo(XID);
            assertThat(XidPropagation.outgoing()).isEqualTo(XID);
        }
        assertThat(RootContext.getXID()).isNull();
        assertThat(XidPropagation.outgoing()).isNull();
    }

    @Test
    void a_call_without_xid_is_shielded_from_one_left_on_the_thread() {
        RootContext.bind("10.0.0.1:8091:99");
        try (var joined = XidPropagation.join(null)) {
            assertThat(joined).isNotNull();
            assertThat(RootContext.getXID()).isNull();
        }
        assertThat(RootContext.unbind()).isEqualTo("10.0.0.1:8091:99");
    }

    @Test
    void closing_a_call_again_leaves_alone_what_came_after_it() {
        var first = XidPropagation.join(XID);
        first.close();
        try (var second = XidPropagation.join("10.0.0.1:8091:8")) {
            assertThat(second).isNotNull();
            first.close();
            assertThat(RootContext.getXID()).isEqualTo("10.0.0.1:8091:8");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "host:8091", ":8091:1", "host::1", "host:8091:", "host:80x1:1", "host:8091:-1"})
    void a_malformed_xid_is_refused_and_nothing_is_bound(String malformed) {
        assertThatThrownBy(() -> XidPropagation.join(malformed))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("host:port:number");
        assertThat(GlobalScope.current()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {XID, "fe80::1:8091:7", "tc.example.org:8091:9854533904216065"})
    void addresses_of_all_kinds_are_well_formed(String xid) {
        assertThat(XidPropagation.isWellFormed(xid)).isTrue();
    }

    @Test
    void an_xid_longer_than_the_tc_can_store_is_malformed() {
        assertThat(XidPropagation.isWellFormed("h".repeat(120) + ":8091:1")).isTrue();
        assertThat(XidPropagation.isWellFormed("h".repeat(122) + ":8091:1")).isFalse();
    }
}
