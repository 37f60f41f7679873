package dev.lockstep.tm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seata.core.context.RootContext;
import java.time.Duration;
import java.util.ArrayList;
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

    @Test
    void what_remains_of_the_timeout_travels_with_the_call() {
        var coordinator = new ScriptedCoordinator();
        var template = new GlobalTransactionTemplate(
                new GlobalTransactions(coordinator, TmOptions.of("shop", "default_tx_group")));

        String header = template.execute(
                GlobalTransactionDefinition.named("buy").withTimeout(Duration.ofSeconds(30)),
                XidPropagation::outgoingRemaining);

        assertThat(XidPropagation.remaining(header)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(30));
        try (var call = XidPropagation.join(XID, Duration.ofSeconds(5), null)) {
            assertThat(call).isNotNull();
            assertThat(GlobalScope.current().remaining()).isBetween(Duration.ZERO, Duration.ofSeconds(5));
        }
        assertThat(XidPropagation.outgoingRemaining()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1.5", "soon", "99999999999999"})
    void a_remaining_time_that_is_none_is_ignored(String header) {
        assertThat(XidPropagation.remaining(header)).isNull();
    }

    @Test
    void a_call_marked_rollback_only_says_so_at_once_and_rolls_back_at_its_end() {
        var coordinator = new ScriptedCoordinator();
        var transactions = new GlobalTransactions(coordinator, TmOptions.of("shop", "default_tx_group"));
        var header = new ArrayList<String>();

        try (var call = XidPropagation.join(XID, null, transactions)) {
            call.onRollbackOnly(header::add);
            GlobalScope.current().setRollbackOnly("no credit\r\nX-Forged: 1 \u00e9");
            assertThat(header).containsExactly("no credit??X-Forged: 1 ?");
            assertThat(coordinator.asked).isEmpty();
        }

        assertThat(coordinator.asked).containsExactly("rollback 7");
    }

    @Test
    void a_mark_made_before_anybody_listened_is_told_too() {
        var header = new ArrayList<String>();

        try (var call = XidPropagation.join(XID)) {
            GlobalScope.current().setRollbackOnly("no credit");
            call.onRollbackOnly(header::add);
        }

        assertThat(header).containsExactly("no credit");
    }

    @Test
    void a_call_that_may_commit_asks_the_tc_nothing_at_its_end() {
        var coordinator = new ScriptedCoordinator();

        XidPropagation.join(XID, null, new GlobalTransactions(coordinator, TmOptions.of("shop", "default_tx_group")))
                .close();

        assertThat(coordinator.asked).isEmpty();
    }

    @Test
    void a_participant_that_fails_under_a_foreign_xid_rolls_back_at_the_end_of_its_definition() {
        var coordinator = new ScriptedCoordinator();
        var template = new GlobalTransactionTemplate(
                new GlobalTransactions(coordinator, TmOptions.of("shop", "default_tx_group")));
        RootContext.bind(XID);

        assertThatThrownBy(() -> template.execute(GlobalTransactionDefinition.named("pay"), () -> {
                    throw new IllegalStateException("no credit");
                }))
                .hasMessage("no credit");

        assertThat(coordinator.asked).containsExactly("rollback 7");
        assertThat(RootContext.unbind()).isEqualTo(XID);
    }

    @Test
    void an_answer_that_forbids_the_commit_marks_the_scope_of_the_caller() {
        try (var call = XidPropagation.join(XID)) {
            assertThat(call).isNotNull();
            XidPropagation.answered(null);
            assertThat(GlobalScope.current().rollbackOnlyReason()).isNull();
            XidPropagation.answered("no credit");
            assertThat(GlobalScope.current().rollbackOnlyReason()).contains("no credit");
        }
    }
}
