package dev.lockstep.tm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class IncomingCallTest {

    private static final String XID = "10.0.0.1:8091:7";

    private final ScriptedCoordinator coordinator = new ScriptedCoordinator();
    private final GlobalTransactions transactions =
            new GlobalTransactions(coordinator, TmOptions.of("shop", "default_tx_group"));

    @Test
    void every_thread_of_a_call_works_for_one_scope_with_what_is_left_of_the_time() {
        var call = new IncomingCall(XID, Duration.ofSeconds(5), transactions);

        GlobalScope here = take(call);
        GlobalScope there = CompletableFuture.supplyAsync(() -> take(call)).join();

        assertThat(here).isSameAs(there);
        assertThat(here.remaining()).isBetween(Duration.ZERO, Duration.ofSeconds(5));
        assertThat(GlobalScope.current()).isNull();
    }

    @Test
    void a_call_marked_rollback_only_on_any_thread_says_so_and_rolls_back_once_at_its_end() {
        var call = new IncomingCall(XID, null, transactions);
        assertThat(call.rollbackOnly()).isNull();

        CompletableFuture.runAsync(() -> take(call).setRollbackOnly("no credit\r\nX-Forged: 1"))
                .join();
        assertThat(call.rollbackOnly()).isEqualTo("no credit??X-Forged: 1");
        assertThat(coordinator.asked).isEmpty();
        call.close();
        call.close();

        assertThat(coordinator.asked).containsExactly("rollback 7");
    }

    @Test
    void a_call_that_may_commit_asks_the_tc_nothing_at_its_end() {
        new IncomingCall(XID, null, transactions).close();

        assertThat(coordinator.asked).isEmpty();
    }

    @Test
    void an_answer_counts_for_the_global_transaction_of_its_call_and_for_no_other() {
        var call = new IncomingCall(XID, null, transactions);
        OutgoingCall outgoing = call.handover().outgoingCall();

        try (var other = XidPropagation.join("10.0.0.1:8091:8")) {
            assertThat(other).isNotNull();
            outgoing.answered(name -> null);
            assertThat(call.rollbackOnly()).isNull();
            outgoing.answered(name -> name.equals(XidPropagation.ROLLBACK_ONLY_HEADER) ? "no credit" : null);
            assertThat(GlobalScope.current().rollbackOnlyReason()).isNull();
        }

        assertThat(call.rollbackOnly()).contains("no credit");
    }

    @Test
    void a_malformed_xid_is_refused() {
        assertThatThrownBy(() -> new IncomingCall("nonsense", null, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("host:port:number");
    }

    private static GlobalScope take(IncomingCall call) {
        call.handover().takeUp();
        try {
            return GlobalScope.current();
        } finally {
            ScopeHandover.clear();
        }
    }
}
