package dev.lockstep.rpc.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.rpc.codec.Frame;
import dev.lockstep.rpc.codec.FrameType;
import dev.lockstep.rpc.codec.TcVersion;
import io.seata.core.exception.TransactionExceptionCode;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import io.seata.core.model.GlobalStatus;
import io.seata.core.protocol.AbstractMessage;
import io.seata.core.protocol.AbstractResultMessage;
import io.seata.core.protocol.BatchResultMessage;
import io.seata.core.protocol.MergeResultMessage;
import io.seata.core.protocol.MergedWarpMessage;
import io.seata.core.protocol.ResultCode;
import io.seata.core.protocol.transaction.BranchCommitRequest;
import io.seata.core.protocol.transaction.BranchReportRequest;
import io.seata.core.protocol.transaction.BranchReportResponse;
import io.seata.core.protocol.transaction.GlobalCommitRequest;
import io.seata.core.protocol.transaction.GlobalCommitResponse;
import io.seata.core.protocol.transaction.GlobalRollbackRequest;
import io.seata.core.protocol.transaction.GlobalStatusRequest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reports of successful branches on one connection: batches of {@value OneChannel#REPORT_BATCH}, merged where the TC allows. */
class BranchReportsTest extends OneChannel {

    private static final String XID = "tc:8091:1";
    private static final String OTHER_XID = "tc:8091:2";

    @Test
    void full_batch_leaves_at_once_in_one_frame() {
        report(1, 2, 3);
        wire.runPendingTasks();

        assertThat(wire.outboundMessages()).hasSize(1);
        assertThat(written())
                .singleElement()
                .isInstanceOfSatisfying(
                        MergedWarpMessage.class,
                        merged -> assertThat(merged.msgs)
                                .extracting(part -> ((BranchReportRequest) part).getBranchId())
                                .containsExactly(1L, 2L, 3L));
        assertThat(events.seen).contains("reports 3 merged", "flushed 1");
    }

    @Test
    void single_frames_of_a_batch_share_one_write() {
        version("1.6.1");
        report(1, 2, 3);
        wire.runPendingTasks();

        assertThat(wire.outboundMessages()).hasSize(1);
        assertThat(reportsIn(written())).containsExactly(1L, 2L, 3L);
        assertThat(events.seen).contains("reports 3", "flushed 3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.5.2", "1.6.0", "1.6.1"})
    void nothing_is_merged_to_a_tc_that_loses_answers(String tc) {
        version(tc);
        report(1, 2, 3);
        wire.runPendingTasks();

        assertThat(written()).hasSize(3).noneMatch(MergedWarpMessage.class::isInstance);
    }

    @Test
    void what_does_not_fill_a_batch_leaves_when_the_linger_is_over_and_not_before() {
        report(1, 2);
        wire.runPendingTasks();
        pass(LINGER.minusMillis(1));
        assertThat(wire.outboundMessages()).isEmpty();

        pass(Duration.ofMillis(1));

        assertThat(written()).singleElement().isInstanceOf(MergedWarpMessage.class);
    }

    @Test
    void rest_of_a_batch_lingers_anew_and_a_lone_report_has_a_frame_of_its_own() {
        report(1, 2, 3, 4);
        wire.runPendingTasks();
        written();

        pass(LINGER);

        assertThat(reportsIn(written())).containsExactly(4L);
        assertThat(events.seen).contains("reports 3 merged", "reports 1");
    }

    @Test
    void report_lingers_its_full_time_although_a_timer_ran_already() {
        report(1, 2, 3);
        wire.runPendingTasks();
        written();
        pass(LINGER.minusMillis(1));

        report(4);
        pass(LINGER.minusMillis(1));
        assertThat(wire.outboundMessages()).isEmpty();
        pass(Duration.ofMillis(1));

        assertThat(reportsIn(written())).containsExactly(4L);
    }

    @Test
    void commit_spares_the_reports_of_its_transaction_and_leaves_those_of_others() {
        channel.report(request(OTHER_XID, 4), false);
        report(5);
        wire.runPendingTasks();

        channel.send(commit(XID), TIMEOUT);
        wire.runPendingTasks();
        pass(LINGER);

        assertThat(written())
                .satisfiesExactly(
                        first -> assertThat(first).isInstanceOf(GlobalCommitRequest.class),
                        second -> assertThat(second)
                                .isInstanceOfSatisfying(
                                        BranchReportRequest.class,
                                        report ->
                                                assertThat(report.getBranchId()).isEqualTo(4)));
        assertThat(events.seen).filteredOn("spared"::equals).hasSize(1);
        assertThat(events.seen).noneMatch(event -> event.startsWith("dropped"));
    }

    @Test
    void rollback_spares_the_reports_of_its_transaction() {
        report(1, 2);
        var rollback = new GlobalRollbackRequest();
        rollback.setXid(XID);

        channel.send(rollback, TIMEOUT);
        wire.runPendingTasks();
        pass(LINGER);

        assertThat(written()).singleElement().isInstanceOf(GlobalRollbackRequest.class);
        assertThat(events.seen).filteredOn("spared"::equals).hasSize(2);
    }

    @Test
    void report_with_application_data_is_sent_because_the_second_phase_may_need_it() {
        var report = request(1);
        report.setApplicationData("{}");
        channel.report(report, false);

        channel.send(commit(XID), TIMEOUT);
        wire.runPendingTasks();
        pass(LINGER);

        assertThat(written()).hasSize(2).last().isInstanceOf(BranchReportRequest.class);
        assertThat(events.seen).doesNotContain("spared");
    }

    @Test
    void second_phase_of_a_branch_spares_the_reports_of_its_transaction() {
        report(1, 2);
        wire.runPendingTasks();
        var command = new BranchCommitRequest();
        command.setXid(XID);
        command.setBranchId(1);
        command.setBranchType(BranchType.AT);
        command.setResourceId("jdbc:h2:mem:orders");

        receive(new Frame(FrameType.REQUEST, 1, command));
        pass(LINGER);

        assertThat(wire.outboundMessages()).isEmpty();
        assertThat(events.seen).filteredOn("spared"::equals).hasSize(2);
        assertThat(upward).contains("command 1");
    }

    @Test
    void questions_about_a_transaction_spare_no_report() {
        report(1, 2);
        var status = new GlobalStatusRequest();
        status.setXid(XID);

        channel.send(status, TIMEOUT);
        wire.runPendingTasks();
        written();
        pass(LINGER);

        assertThat(written()).singleElement().isInstanceOf(MergedWarpMessage.class);
    }

    @Test
    void spared_reports_make_room_for_others_and_start_no_batch() {
        for (var round = 0; round < 10; round++) {
            report(1, 2);
            channel.send(commit(XID), TIMEOUT);
            wire.runPendingTasks();
            receive(new Frame(FrameType.RESPONSE, FIRST_ID + round, committed()));
        }
        pass(Duration.ofMillis(200));

        assertThat(written()).hasSize(10).allMatch(GlobalCommitRequest.class::isInstance);
        assertThat(events.seen).filteredOn("spared"::equals).hasSize(20);
        assertThat(wire.runScheduledPendingTasks()).isEqualTo(-1);
    }

    @Test
    void nothing_is_scheduled_while_nothing_is_gathered() {
        report(1, 2, 3);
        wire.runPendingTasks();
        answerAllByOrder();
        pass(Duration.ofMillis(200));

        assertThat(wire.runScheduledPendingTasks()).isEqualTo(-1);
    }

    @Test
    void answers_by_order_end_the_reports_of_their_frame() {
        report(1, 2, 3);
        wire.runPendingTasks();

        answerAllByOrder();

        assertThat(channel.quiet()).satisfies(quiet -> {
            wire.runPendingTasks();
            assertThat(quiet).isDone();
        });
        assertThat(events.seen).filteredOn("answered"::equals).hasSize(3);
        assertThat(events.seen).doesNotContain("late");
    }

    @Test
    void answers_in_several_batches_and_alone_end_the_reports_they_name() {
        report(1, 2, 3);
        wire.runPendingTasks();
        var ids = ((MergedWarpMessage) written().get(0)).msgIds;

        var batch = new BatchResultMessage();
        batch.setResultMessages(List.of(taken(), taken()));
        batch.setMsgIds(List.of(ids.get(2), ids.get(0)));
        receive(new Frame(FrameType.RESPONSE, 4711, batch));
        answer(ids.get(1), taken());

        assertThat(events.seen).filteredOn("answered"::equals).hasSize(3);
        assertThat(channel.inFlight()).isZero();
        // The frame is forgotten: what still comes under its id is nobody's.
        answerAllByOrder();
        assertThat(events.seen).filteredOn("answered"::equals).hasSize(3);
    }

    @Test
    void reports_whose_answers_are_left_out_are_given_up_at_once() {
        report(1, 2, 3);
        wire.runPendingTasks();

        answerByOrder(taken());

        assertThat(events.seen).filteredOn("answered"::equals).hasSize(1);
        assertThat(events.seen).filteredOn("lost"::equals).hasSize(2);
        assertThat(events.seen).filteredOn("dropped 1"::equals).hasSize(2);
        assertThat(channel.inFlight()).isZero();
    }

    @Test
    void report_that_a_commit_has_overtaken_is_counted_and_no_failure() {
        report(1, 2, 3);
        wire.runPendingTasks();

        answerByOrder(
                taken(),
                refused(TransactionExceptionCode.GlobalTransactionNotExist),
                refused(TransactionExceptionCode.BranchTransactionNotExist));

        assertThat(events.seen).filteredOn("unneeded"::equals).hasSize(2);
        assertThat(events.seen).noneMatch(event -> event.startsWith("dropped"));
    }

    @Test
    void reports_lost_with_the_connection_are_given_back_once() {
        report(1, 2, 3);
        report(4);
        wire.runPendingTasks();
        channel.report(request(5), true);

        channel.close("the test ends it");
        wire.runPendingTasks();

        assertThat(upward)
                .contains("returned 1", "returned 2", "returned 3", "returned 4")
                .doesNotContain("returned 5");
        assertThat(events.seen).contains("dropped 1");
    }

    @Test
    void more_reports_than_half_the_room_are_dropped_and_requests_still_have_room() {
        for (var i = 0; i < MAX_WAITING; i++) {
            report(i);
        }
        wire.runPendingTasks();
        pass(LINGER);

        assertThat(events.seen).filteredOn("dropped 1"::equals).hasSize(MAX_WAITING - MAX_WAITING / 2);
        for (var i = 0; i < MAX_WAITING / 2; i++) {
            channel.send(begin("tx" + i), TIMEOUT);
        }
        wire.runPendingTasks();
        assertThat(channel.inFlight()).isEqualTo(MAX_WAITING);
    }

    @Test
    void reports_wait_while_the_tc_does_not_read() {
        writable(false);
        report(1, 2, 3);
        wire.runPendingTasks();
        assertThat(wire.outboundMessages()).isEmpty();

        writable(true);

        assertThat(written()).singleElement().isInstanceOf(MergedWarpMessage.class);
    }

    @Test
    void quiet_sends_what_lingers_and_waits_for_its_answer() {
        report(1);
        wire.runPendingTasks();

        var quiet = channel.quiet();
        wire.runPendingTasks();

        assertThat(reportsIn(written())).containsExactly(1L);
        assertThat(quiet).isNotDone();
        answer(FIRST_ID, taken());
        assertThat(quiet).isDone();
    }

    @Test
    void part_that_the_protocol_cannot_carry_does_not_cost_the_others() {
        channel.report(request(1), false);
        var tooLong = request(2);
        tooLong.setXid("x".repeat(40_000));
        channel.report(tooLong, false);
        channel.report(request(3), false);
        wire.runPendingTasks();

        assertThat(reportsIn(written())).containsExactly(1L, 3L);
        assertThat(events.seen).contains("dropped 1");
    }

    private void version(String text) {
        channel.registered(TcVersion.parse(text));
    }

    private void report(long... branchIds) {
        for (var branchId : branchIds) {
            channel.report(request(branchId), false);
        }
    }

    private static GlobalCommitRequest commit(String xid) {
        var request = new GlobalCommitRequest();
        request.setXid(xid);
        return request;
    }

    private static GlobalCommitResponse committed() {
        var response = new GlobalCommitResponse();
        response.setResultCode(ResultCode.Success);
        response.setGlobalStatus(GlobalStatus.Committed);
        return response;
    }

    private static BranchReportRequest request(long branchId) {
        return request(XID, branchId);
    }

    private static BranchReportRequest request(String xid, long branchId) {
        var request = new BranchReportRequest();
        request.setBranchType(BranchType.AT);
        request.setXid(xid);
        request.setBranchId(branchId);
        request.setStatus(BranchStatus.PhaseOne_Done);
        return request;
    }

    private static List<Long> reportsIn(List<AbstractMessage> messages) {
        return messages.stream()
                .map(message -> ((BranchReportRequest) message).getBranchId())
                .toList();
    }

    private void answerAllByOrder() {
        answerByOrder(taken(), taken(), taken());
    }

    /** The first three ids are those of the reports, the fourth is that of their frame. */
    private void answerByOrder(AbstractResultMessage... answers) {
        var merged = new MergeResultMessage();
        merged.setMsgs(answers);
        receive(new Frame(FrameType.RESPONSE, FIRST_ID + 3, merged));
    }

    private static BranchReportResponse taken() {
        var response = new BranchReportResponse();
        response.setResultCode(ResultCode.Success);
        return response;
    }

    private static BranchReportResponse refused(TransactionExceptionCode code) {
        var response = new BranchReportResponse();
        response.setResultCode(ResultCode.Failed);
        response.setTransactionExceptionCode(code);
        return response;
    }
}
