package dev.lockstep.tm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.lockstep.tm.branch.LocalWork;
import io.seata.core.model.GlobalStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

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
    void work_that_fails_after_the_end_of_its_call_has_the_tc_roll_back_once_and_keeps_its_exception() {
        var told = new ArrayList<String>();
        var call = new IncomingCall(XID, null, transactions);
        call.onRollbackOnly(told::add);
        ScopeHandover handover = call.handover();
        call.close();

        handover.takeUp();
        try {
            assertThatThrownBy(() -> pay(() -> {
                        throw new IllegalStateException("no credit");
                    }))
                    .hasMessage("no credit")
                    .hasNoSuppressedExceptions();
            pay(() -> null);
        } finally {
            ScopeHandover.clear();
        }

        assertThat(told).isEmpty();
        assertThat(coordinator.asked).containsExactly("rollback 7");
    }

    @Test
    void work_that_ends_well_after_the_end_of_its_call_asks_the_tc_nothing() {
        var call = new IncomingCall(XID, null, transactions);
        ScopeHandover handover = call.handover();
        call.close();

        handover.takeUp();
        try {
            pay(() -> null);
        } finally {
            ScopeHandover.clear();
        }

        assertThat(coordinator.asked).isEmpty();
    }

    @Test
    void work_that_fails_while_its_call_lasts_is_rolled_back_at_the_end_of_the_call() {
        var call = new IncomingCall(XID, null, transactions);

        call.handover().takeUp();
        try {
            assertThatThrownBy(() -> pay(() -> {
                        throw new IllegalStateException("no credit");
                    }))
                    .hasMessage("no credit");
        } finally {
            ScopeHandover.clear();
        }

        assertThat(coordinator.asked).isEmpty();
        call.close();
        assertThat(coordinator.asked).containsExactly("rollback 7");
    }

    @Test
    void after_the_end_of_a_call_the_tc_is_asked_when_no_local_transaction_is_open() {
        LocalWork open = () -> "a local transaction on jdbc:h2:mem:stock";
        var call = new IncomingCall(XID, null, transactions);
        call.close();
        GlobalScope scope = call.scope();

        call.handover().takeUp();
        try {
            pay(() -> {
                assertThat(scope.forBranches().enlist(open)).isTrue();
                assertThatThrownBy(() -> pay(() -> {
                            throw new IllegalStateException("no credit");
                        }))
                        .hasMessage("no credit");
                assertThat(coordinator.asked).isEmpty();
                scope.forBranches().delist(open);
                return null;
            });
        } finally {
            ScopeHandover.clear();
        }

        assertThat(coordinator.asked).containsExactly("rollback 7");
        assertThat(scope.forBranches().enlist(open)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"AsyncCommitting, committed it before", "Finished, had ended before"})
    void where_the_launcher_was_faster_the_log_says_that_what_was_written_may_stand(GlobalStatus status, String why) {
        coordinator.rollbackAnswers(status);
        var call = new IncomingCall(XID, null, transactions);
        call.close();

        List<String> lines = logged(() -> {
            call.handover().takeUp();
            try {
                assertThatThrownBy(() -> pay(() -> {
                            throw new IllegalStateException("no credit");
                        }))
                        .hasMessage("no credit");
            } finally {
                ScopeHandover.clear();
            }
        });

        assertThat(lines)
                .anySatisfy(line -> assertThat(line)
                        .startsWith("WARN [" + XID + "] is to be rolled back")
                        .contains("no credit", status.name(), why, "stands"));
    }

    @Test
    void a_mark_that_comes_after_the_end_of_the_call_is_in_the_log() {
        var call = new IncomingCall(XID, null, transactions);
        call.close();

        assertThat(logged(() -> call.scope().setRollbackOnly("no credit")))
                .singleElement(STRING)
                .startsWith("WARN [" + XID + "] must not be committed: no credit");
    }

    @Test
    void a_listener_that_throws_takes_the_place_of_no_failure() {
        var call = new IncomingCall(XID, null, transactions);
        call.onRollbackOnly(reason -> {
            throw new IllegalStateException("this response was used before");
        });

        List<String> lines = logged(() -> {
            call.handover().takeUp();
            try {
                assertThatThrownBy(() -> pay(() -> {
                            throw new IllegalStateException("no credit");
                        }))
                        .hasMessage("no credit");
            } finally {
                ScopeHandover.clear();
            }
        });

        assertThat(lines).singleElement(STRING).startsWith("WARN [" + XID + "]").contains("no credit");
    }

    @Test
    void a_malformed_xid_is_refused() {
        assertThatThrownBy(() -> new IncomingCall("nonsense", null, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("host:port:number");
    }

    private void pay(GlobalWork<?, RuntimeException> work) {
        new GlobalTransactionTemplate(transactions).execute(GlobalTransactionDefinition.named("pay"), work);
    }

    private static List<String> logged(Runnable work) {
        var lines = new ListAppender<ILoggingEvent>();
        Logger logger = (Logger) LoggerFactory.getLogger("dev.lockstep.tm");
        lines.start();
        logger.addAppender(lines);
        try {
            work.run();
        } finally {
            logger.detachAppender(lines);
        }
        return lines.list.stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                .map(event -> event.getLevel() + " " + event.getFormattedMessage())
                .filter(line -> line.contains(XID))
                .toList();
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
