package dev.lockstep.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lockstep.port.AnswerLostException;
import dev.lockstep.rpc.codec.Frame;
import dev.lockstep.rpc.codec.FrameType;
import dev.lockstep.rpc.discovery.StaticDiscovery;
import dev.lockstep.rpc.policy.ReportForm;
import io.seata.core.exception.TransactionException;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import io.seata.core.model.GlobalStatus;
import io.seata.core.protocol.AbstractResultMessage;
import io.seata.core.protocol.MergeResultMessage;
import io.seata.core.protocol.MergedWarpMessage;
import io.seata.core.protocol.transaction.BranchReportRequest;
import io.seata.core.protocol.transaction.BranchReportResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Branch reports from the port to the TC. */
class ReportsTest {

    private final ScriptedTc tc = new ScriptedTc();
    private final RecordingInbound inbound = new RecordingInbound();
    private final EventNotes events = new EventNotes();
    private final List<AutoCloseable> opened = new ArrayList<>(List.of(tc));

    @AfterEach
    void close_clients_then_tcs() throws Exception {
        for (var i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    @Test
    void nobody_waits_for_a_report_of_success_and_everybody_for_one_of_failure() throws TransactionException {
        tc.ignore(BranchReportRequest.class);
        var client = open(options().rmRequestTimeout(Duration.ofMillis(200)));

        succeeded(client, 1);
        assertThatThrownBy(() -> client.branchReport(BranchType.AT, xid(), 2, BranchStatus.PhaseOne_Failed, null))
                .isInstanceOf(AnswerLostException.class);

        await().until(() -> events.count("reportsDropped") == 1);
    }

    @Test
    void report_of_another_mode_is_told_at_once_because_its_data_may_be_needed() throws TransactionException {
        var client = open(options().reportLinger(Duration.ofMinutes(5)));

        client.branchReport(BranchType.TCC, xid(), 1, BranchStatus.PhaseOne_Done, "{\"needed\":true}");

        assertThat(tc.received(BranchReportRequest.class)).hasSize(1);
    }

    @Test
    void thousand_reports_leave_in_32_frames_where_they_are_merged() throws TransactionException {
        tc.react(MergedWarpMessage.class, (connection, request) -> {
            var parts = ((MergedWarpMessage) request.body()).msgs;
            var result = new MergeResultMessage();
            result.setMsgs(parts.stream()
                    .map(part -> ScriptedTc.success(new BranchReportResponse()))
                    .toArray(AbstractResultMessage[]::new));
            connection.write(new Frame(FrameType.RESPONSE, request.requestId(), result));
        });
        var client = open(options().reportForm(ReportForm.MERGED).reportLinger(Duration.ofMinutes(5)));

        for (var branchId = 1; branchId <= 1_024; branchId++) {
            succeeded(client, branchId);
        }

        await().until(() -> tc.frames(MergedWarpMessage.class).count() == 32);
        assertThat(tc.received(MergedWarpMessage.class).stream().flatMap(merged -> merged.msgs.stream()))
                .extracting(part -> ((BranchReportRequest) part).getBranchId())
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 1_024).boxed().toList());
        await().until(() -> client.state().inFlight() == 0);
        assertThat(events.count("reportsDropped")).isZero();
    }

    @Test
    void single_frames_are_the_form_that_suits_every_tc() throws TransactionException {
        var client = open(options().reportLinger(Duration.ofMinutes(5)));

        for (var branchId = 1; branchId <= 64; branchId++) {
            succeeded(client, branchId);
        }

        await().until(() -> tc.frames(BranchReportRequest.class).count() == 64);
        assertThat(events.count("reportsSent " + tc.address() + " 32")).isEqualTo(2);
        // Each batch in one write, or both together; told when it has been made, which the TC may see before.
        await().untilAsserted(() -> assertThat(events.seen)
                .filteredOn(event -> event.startsWith("flushed"))
                .filteredOn(event -> !event.endsWith(" 1"))
                .isSubsetOf("flushed " + tc.address() + " 32", "flushed " + tc.address() + " 64")
                .isNotEmpty());
    }

    @Test
    void reports_of_many_callers_arrive_once_each_and_none_stays_behind() throws Exception {
        var client = open(options().reportBatchSize(7).reportLinger(Duration.ofMillis(1)));
        var callers = Executors.newFixedThreadPool(8);
        opened.add(callers::shutdownNow);
        var numbers = new AtomicLong();

        Callable<Void> caller = () -> {
            for (var i = 0; i < 500; i++) {
                succeeded(client, numbers.incrementAndGet());
            }
            return null;
        };
        for (var call : callers.invokeAll(Collections.nCopies(8, caller))) {
            call.get();
        }

        await().until(() -> tc.frames(BranchReportRequest.class).count() == 4_000);
        assertThat(tc.received(BranchReportRequest.class))
                .extracting(BranchReportRequest::getBranchId)
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.rangeClosed(1, 4_000).boxed().toList());
        await().until(() -> client.state().inFlight() == 0);
        assertThat(events.count("reportsDropped")).isZero();
    }

    @Test
    void report_lost_with_its_connection_is_repeated_once_over_the_next() throws TransactionException {
        tc.ignore(BranchReportRequest.class);
        var client = open(options());
        succeeded(client, 7);
        await().until(() -> tc.frames(BranchReportRequest.class).count() == 1);

        tc.cut();
        await().until(() -> tc.frames(BranchReportRequest.class).count() == 2);
        assertThat(events.count("reportsDropped")).isZero();
        tc.cut();

        await().until(() -> events.count("reportsDropped") == 1);
        assertThat(tc.received(BranchReportRequest.class))
                .extracting(BranchReportRequest::getBranchId)
                .containsExactly(7L, 7L);
    }

    @Test
    void report_made_while_the_tc_is_down_arrives_when_it_is_back() throws TransactionException {
        var client = open(options());
        tc.stop();
        await().until(() -> !client.state().nodes().get(0).isConnected());

        succeeded(client, 7);
        tc.restart();

        await().until(() -> tc.frames(BranchReportRequest.class).count() == 1);
    }

    @Test
    void commit_that_follows_its_reports_saves_the_tc_from_them() throws TransactionException {
        var client = open(options());

        for (var i = 1; i <= 100; i++) {
            var xid = tc.nextXid();
            client.branchReport(BranchType.AT, xid, i, BranchStatus.PhaseOne_Done, null);
            client.branchReport(BranchType.AT, xid, 1_000 + i, BranchStatus.PhaseOne_Done, null);
            assertThat(client.commit(xid)).isEqualTo(GlobalStatus.Committed);
        }

        // Each has one end; that one lingers for longer than its caller takes to commit is no fault on a busy machine.
        await().until(() -> events.count("reportSpared")
                        + tc.frames(BranchReportRequest.class).count()
                == 200);
        assertThat(events.count("reportSpared")).isGreaterThan(100);
        assertThat(events.count("reportsDropped")).isZero();
    }

    @Test
    void every_report_is_sent_where_none_shall_be_spared() throws TransactionException {
        var client = open(options().spareReports(false));

        for (var i = 1; i <= 100; i++) {
            var xid = tc.nextXid();
            client.branchReport(BranchType.AT, xid, i, BranchStatus.PhaseOne_Done, null);
            client.commit(xid);
        }

        await().until(() -> tc.frames(BranchReportRequest.class).count() == 100);
        assertThat(events.count("reportSpared")).isZero();
    }

    @Test
    void report_of_failure_is_never_spared() throws TransactionException {
        var client = open(options());

        client.branchReport(BranchType.AT, xid(), 1, BranchStatus.PhaseOne_Failed, null);
        client.rollback(xid());

        assertThat(tc.received(BranchReportRequest.class)).hasSize(1);
        assertThat(events.count("reportSpared")).isZero();
    }

    @Test
    void close_sends_what_lingers() throws TransactionException {
        var client = open(options().reportLinger(Duration.ofMinutes(5)).closeTimeout(Duration.ofSeconds(20)));
        succeeded(client, 7);

        client.close();

        assertThat(tc.received(BranchReportRequest.class))
                .extracting(BranchReportRequest::getBranchId)
                .containsExactly(7L);
    }

    @Test
    void reports_to_a_tc_that_never_comes_are_bounded_and_counted() throws TransactionException {
        tc.stop();
        var client = client(options().closeTimeout(Duration.ofSeconds(20)));
        client.open(inbound, inbound);
        await().until(() -> events.count("connectFailed") > 0);

        for (var branchId = 1; branchId <= 6_000; branchId++) {
            succeeded(client, branchId);
        }

        await().until(() -> events.count("reportsDropped") == 1_000);
        client.close();
        assertThat(events.seen).contains("reportsDropped " + tc.address() + " 5000");
    }

    private void succeeded(SeataRpcClient client, long branchId) throws TransactionException {
        client.branchReport(BranchType.AT, xid(), branchId, BranchStatus.PhaseOne_Done, null);
    }

    private String xid() {
        return tc.address() + ":1";
    }

    private static RpcOptions.Builder options() {
        return RpcOptions.builder("orders", "default_tx_group")
                .connectTimeout(Duration.ofSeconds(20))
                .startupWait(Duration.ofSeconds(20))
                .tmRequestTimeout(Duration.ofSeconds(20))
                .reconnectMin(Duration.ofMillis(10))
                .reconnectMax(Duration.ofMillis(100));
    }

    private SeataRpcClient open(RpcOptions.Builder options) {
        var client = client(options);
        client.open(inbound, inbound);
        await().until(() -> client.state().isUsable());
        return client;
    }

    private SeataRpcClient client(RpcOptions.Builder options) {
        var client = new SeataRpcClient(options.build(), StaticDiscovery.of(tc.address()), events);
        opened.add(client);
        return client;
    }
}
