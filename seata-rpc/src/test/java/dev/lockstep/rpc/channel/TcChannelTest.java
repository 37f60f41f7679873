package dev.lockstep.rpc.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.port.AnswerLostException;
import dev.lockstep.port.TcUnreachableException;
import dev.lockstep.rpc.codec.Frame;
import dev.lockstep.rpc.codec.FrameType;
import dev.lockstep.rpc.codec.WireLimitException;
import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledHeapByteBuf;
import io.seata.core.model.BranchType;
import io.seata.core.protocol.transaction.BranchCommitRequest;
import io.seata.core.protocol.transaction.BranchCommitResponse;
import io.seata.core.protocol.transaction.GlobalBeginResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** One connection, driven task by task: what is written when, and how each request ends. */
class TcChannelTest extends OneChannel {

    @Test
    void requests_that_gathered_leave_in_one_write_in_their_order() {
        channel.send(begin("a"), TIMEOUT);
        channel.send(begin("b"), TIMEOUT);
        channel.send(begin("c"), TIMEOUT);
        assertThat(wire.outboundMessages()).isEmpty();

        wire.runPendingTasks();

        assertThat(wire.outboundMessages()).hasSize(1);
        assertThat(written()).extracting(TcChannelTest::nameOf).containsExactly("a", "b", "c");
        assertThat(events.seen).containsExactly("flushed 3");
    }

    @Test
    void answer_completes_its_request_and_no_other() {
        var first = channel.send(begin("a"), TIMEOUT);
        var second = channel.send(begin("b"), TIMEOUT);
        wire.runPendingTasks();

        answer(FIRST_ID + 1, begun("x"));

        assertThat(first).isNotDone();
        assertThat(second.join())
                .isInstanceOfSatisfying(
                        GlobalBeginResponse.class,
                        answer -> assertThat(answer.getXid()).isEqualTo("x"));
    }

    @Test
    void request_fails_as_lost_when_its_time_is_over_and_its_late_answer_goes_upward() {
        var request = channel.send(begin("a"), TIMEOUT);
        wire.runPendingTasks();

        pass(TIMEOUT.minusMillis(200));
        assertThat(request).isNotDone();
        pass(Duration.ofMillis(200));

        assertThatThrownBy(request::join).hasCauseInstanceOf(AnswerLostException.class);
        answer(FIRST_ID, begun("x"));
        assertThat(upward).containsExactly("timed out", "stray " + FIRST_ID);
    }

    @Test
    void idle_channel_schedules_nothing() {
        channel.send(begin("a"), TIMEOUT);
        wire.runPendingTasks();
        answer(FIRST_ID, begun("x"));
        pass(Duration.ofMillis(100));

        assertThat(wire.runScheduledPendingTasks()).isEqualTo(-1);
    }

    @Test
    void requests_fail_and_the_connection_ends_when_memory_is_short_for_writing() {
        wire.config().setAllocator(new ExhaustedAllocator());

        var first = channel.send(begin("a"), TIMEOUT);
        var second = channel.send(begin("b"), TIMEOUT);
        wire.runPendingTasks();

        assertThatThrownBy(first::join).hasCauseInstanceOf(TcUnreachableException.class);
        assertThatThrownBy(second::join).hasCauseInstanceOf(TcUnreachableException.class);
        assertThat(wire.isActive()).isFalse();
    }

    @Test
    void request_that_memory_is_short_for_fails_as_not_sent_and_those_behind_it_too() {
        wire.config().setAllocator(new ShortAllocator());

        var broken = channel.send(begin("a".repeat(20_000)), TIMEOUT);
        var behind = channel.send(begin("b"), TIMEOUT);
        wire.runPendingTasks();

        assertThatThrownBy(broken::join).hasCauseInstanceOf(TcUnreachableException.class);
        assertThatThrownBy(behind::join).hasCauseInstanceOf(TcUnreachableException.class);
        assertThat(wire.isActive()).isFalse();
        assertThat(wire.outboundMessages()).isEmpty();
    }

    @Test
    void requests_fail_and_the_connection_ends_when_there_is_no_memory_for_a_timer() {
        timersFail = true;

        var sent = channel.send(begin("a"), TIMEOUT);
        wire.runPendingTasks();

        assertThat(sent).isCompletedExceptionally();
        assertThatThrownBy(sent::join).hasCauseInstanceOf(AnswerLostException.class);
        assertThat(wire.isActive()).isFalse();
    }

    @Test
    void requests_fail_and_the_connection_ends_when_there_is_no_memory_for_the_next_timer() {
        var sent = channel.send(begin("a"), TIMEOUT);
        wire.runPendingTasks();
        timersFail = true;

        pass(Duration.ofMillis(200));

        assertThat(sent).isCompletedExceptionally();
        assertThat(wire.isActive()).isFalse();
    }

    @Test
    void requests_wait_while_the_tc_does_not_read_and_leave_together_when_it_does() {
        writable(false);
        channel.send(begin("a"), TIMEOUT);
        wire.runPendingTasks();
        channel.send(begin("b"), TIMEOUT);
        wire.runPendingTasks();
        assertThat(wire.outboundMessages()).isEmpty();

        writable(true);
        wire.runPendingTasks();

        assertThat(written()).extracting(TcChannelTest::nameOf).containsExactly("a", "b");
    }

    @Test
    void request_that_the_event_loop_did_not_take_leaves_with_the_next_one() {
        loopFails = true;
        assertThatThrownBy(() -> channel.send(begin("a"), TIMEOUT)).isInstanceOf(LinkageError.class);
        loopFails = false;

        channel.send(begin("b"), TIMEOUT);
        wire.runPendingTasks();

        assertThat(written()).extracting(TcChannelTest::nameOf).containsExactly("a", "b");
        assertThat(events.seen).containsExactly("flushed 2");
    }

    @Test
    void request_that_waited_for_the_tc_to_read_fails_as_not_sent_and_is_never_written() {
        writable(false);
        var request = channel.send(begin("a"), TIMEOUT);
        wire.runPendingTasks();

        pass(TIMEOUT);
        assertThatThrownBy(request::join).hasCauseInstanceOf(TcUnreachableException.class);
        writable(true);
        wire.runPendingTasks();

        assertThat(written()).isEmpty();
    }

    @Test
    void queue_is_bounded_and_what_does_not_fit_fails_as_not_sent() {
        writable(false);
        for (var i = 0; i < MAX_WAITING; i++) {
            assertThat(channel.send(begin("a"), TIMEOUT)).isNotDone();
        }

        assertThatThrownBy(() -> channel.send(begin("b"), TIMEOUT).join())
                .hasCauseInstanceOf(TcUnreachableException.class)
                .hasMessageContaining("too many");
    }

    @Test
    void requests_in_flight_are_bounded_and_what_does_not_fit_fails_as_not_sent() {
        for (var i = 0; i < MAX_WAITING; i++) {
            channel.send(begin("a"), TIMEOUT);
            wire.runPendingTasks();
        }

        var oneMore = channel.send(begin("b"), TIMEOUT);
        wire.runPendingTasks();

        assertThatThrownBy(oneMore::join).hasCauseInstanceOf(TcUnreachableException.class);
    }

    @Test
    void message_that_cannot_be_written_does_not_harm_its_neighbours() {
        var first = channel.send(begin("a"), TIMEOUT);
        var tooLong = channel.send(begin("x".repeat(40_000)), TIMEOUT);
        var third = channel.send(begin("c"), TIMEOUT);
        wire.runPendingTasks();

        assertThatThrownBy(tooLong::join).hasCauseInstanceOf(WireLimitException.class);
        assertThat(written()).extracting(TcChannelTest::nameOf).containsExactly("a", "c");
        assertThat(List.of(first, third)).noneMatch(CompletableFuture::isDone);
    }

    @Test
    void close_fails_what_was_written_as_lost_and_what_was_not_as_not_sent() {
        var written = channel.send(begin("a"), TIMEOUT);
        wire.runPendingTasks();
        writable(false);
        var queued = channel.send(begin("b"), TIMEOUT);
        wire.runPendingTasks();

        channel.close("the test ends it");
        wire.runPendingTasks();

        assertThatThrownBy(written::join)
                .hasCauseInstanceOf(AnswerLostException.class)
                .hasMessageContaining("the test ends it");
        assertThatThrownBy(queued::join)
                .hasCauseInstanceOf(TcUnreachableException.class)
                .hasMessageContaining("the test ends it");
        assertThat(upward).containsExactly("closed: the test ends it");
        assertThat(events.seen).contains("disconnected 1");
    }

    @Test
    void answer_reaches_its_request_although_what_hears_of_it_fails() {
        var request = channel.send(begin("a"), TIMEOUT);
        wire.runPendingTasks();
        events.toThrow = new LinkageError("thrown by the test");

        answer(FIRST_ID, begun("x"));

        assertThat(request).isCompleted();
    }

    @Test
    void each_request_fails_with_its_connection_and_the_owner_hears_of_it_although_what_hears_of_each_fails() {
        var first = channel.send(begin("a"), TIMEOUT);
        var second = channel.send(begin("b"), TIMEOUT);
        wire.runPendingTasks();
        writable(false);
        var queued = channel.send(begin("c"), TIMEOUT);
        var behind = channel.send(begin("d"), TIMEOUT);
        wire.runPendingTasks();
        events.toThrow = new LinkageError("thrown by the test");

        channel.close("the test ends it");
        wire.runPendingTasks();

        assertThat(List.of(first, second, queued, behind)).allMatch(CompletableFuture::isCompletedExceptionally);
        assertThat(upward).containsExactly("closed: the test ends it");
    }

    @Test
    void each_request_fails_when_its_time_is_over_although_what_hears_of_each_fails() {
        var first = channel.send(begin("a"), TIMEOUT);
        var second = channel.send(begin("b"), TIMEOUT);
        wire.runPendingTasks();
        events.toThrow = new LinkageError("thrown by the test");

        pass(TIMEOUT);

        assertThat(List.of(first, second)).allMatch(CompletableFuture::isCompletedExceptionally);
    }

    @Test
    void request_to_a_closed_channel_fails_as_not_sent() {
        channel.close("the test ends it");
        var request = channel.send(begin("a"), TIMEOUT);
        wire.runPendingTasks();

        assertThatThrownBy(request::join).hasCauseInstanceOf(TcUnreachableException.class);
        assertThat(channel.reply(1, new BranchCommitResponse())).isFalse();
    }

    @Test
    void quiet_completes_when_the_last_answer_is_there() {
        channel.send(begin("a"), TIMEOUT);
        wire.runPendingTasks();
        var quiet = channel.quiet();
        wire.runPendingTasks();
        assertThat(quiet).isNotDone();

        answer(FIRST_ID, begun("x"));

        assertThat(quiet).isDone();
    }

    @Test
    void garbage_closes_the_channel_with_the_reason() {
        var request = channel.send(begin("a"), TIMEOUT);
        wire.runPendingTasks();

        wire.writeInbound(Unpooled.wrappedBuffer(new byte[] {1, 2, 3, 4}));

        assertThat(channel.isActive()).isFalse();
        assertThatThrownBy(request::join)
                .hasCauseInstanceOf(AnswerLostException.class)
                .hasMessageContaining("begins with 102");
    }

    @Test
    void command_of_the_tc_goes_upward_with_its_id() {
        var command = new BranchCommitRequest();
        command.setBranchType(BranchType.AT);
        receive(new Frame(FrameType.REQUEST, 7, command));

        assertThat(upward).containsExactly("command 7");
    }

    @Test
    void response_type_frame_with_a_request_in_it_is_ignored() {
        receive(new Frame(FrameType.RESPONSE, FIRST_ID, begin("a")));

        assertThat(upward).isEmpty();
        assertThat(channel.isActive()).isTrue();
    }

    private static final class ExhaustedAllocator extends ShortAllocator {

        @Override
        public ByteBuf ioBuffer(int initialCapacity) {
            throw new OutOfMemoryError("thrown by the test");
        }
    }

    /** Hands out buffers that cannot grow. */
    private static class ShortAllocator extends AbstractByteBufAllocator {

        @Override
        protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
            return new UnpooledHeapByteBuf(this, initialCapacity, maxCapacity);
        }

        @Override
        public int calculateNewCapacity(int minNewCapacity, int maxCapacity) {
            throw new OutOfMemoryError("thrown by the test");
        }

        @Override
        protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
            return newHeapBuffer(initialCapacity, maxCapacity);
        }

        @Override
        public boolean isDirectBufferPooled() {
            return false;
        }
    }
}
