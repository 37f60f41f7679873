package dev.lockstep.rpc.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.seata.core.model.BranchType;
import io.seata.core.protocol.AbstractMessage;
import io.seata.core.protocol.ResultCode;
import io.seata.core.protocol.transaction.BranchRegisterRequest;
import io.seata.core.protocol.transaction.BranchRegisterResponse;
import io.seata.core.protocol.transaction.BranchReportRequest;
import io.seata.core.protocol.transaction.GlobalBeginRequest;
import io.seata.core.protocol.transaction.GlobalReportRequest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What the protocol cannot carry is refused before a byte of it is written. */
class WireLimitsTest {

    private static final int LIMIT = 32_767;

    private final ByteBuf out = Unpooled.buffer();

    @Test
    void short_text_of_32767_bytes_is_written_and_read_back() {
        var name = "x".repeat(LIMIT);

        encode(begin(name));

        assertThat(readBack())
                .isInstanceOfSatisfying(
                        GlobalBeginRequest.class,
                        request -> assertThat(request.getTransactionName()).isEqualTo(name));
    }

    @Test
    void short_text_of_32768_bytes_is_refused_with_field_and_size_and_nothing_is_written() {
        out.writeInt(42);

        assertThatThrownBy(() -> encode(begin("x".repeat(LIMIT + 1))))
                .isInstanceOf(WireLimitException.class)
                .hasMessageContaining("transactionName")
                .hasMessageContaining("32768")
                .hasMessageContaining("32767");

        assertThat(out.readableBytes()).isEqualTo(Integer.BYTES);
    }

    @Test
    void bytes_are_counted_and_not_characters() {
        var fits = "東".repeat(LIMIT / 3);
        encode(begin(fits));
        assertThat(readBack())
                .isInstanceOfSatisfying(
                        GlobalBeginRequest.class,
                        request -> assertThat(request.getTransactionName()).isEqualTo(fits));

        assertThatThrownBy(() -> encode(begin("東".repeat(LIMIT / 3 + 1)))).isInstanceOf(WireLimitException.class);
    }

    @Test
    void text_with_characters_beyond_the_basic_plane_is_read_back() {
        encode(begin("a𝄞ü東"));

        assertThat(readBack())
                .isInstanceOfSatisfying(
                        GlobalBeginRequest.class,
                        request -> assertThat(request.getTransactionName()).isEqualTo("a𝄞ü東"));
    }

    @Test
    void long_text_beyond_the_short_limit_is_written_and_read_back() {
        var request = register("stock:" + "1,".repeat(100_000));

        encode(request);

        assertThat(readBack())
                .isInstanceOfSatisfying(
                        BranchRegisterRequest.class,
                        read -> assertThat(read.getLockKey()).isEqualTo(request.getLockKey()));
    }

    @Test
    void frame_of_8_mib_is_written_and_one_byte_more_is_refused() {
        encode(register(""));
        var overhead = out.readableBytes();
        var rest = 8 * 1024 * 1024 - overhead;

        out.clear();
        encode(register("x".repeat(rest)));
        assertThat(out.readableBytes()).isEqualTo(8 * 1024 * 1024);

        out.clear();
        assertThatThrownBy(() -> encode(register("x".repeat(rest + 1))))
                .isInstanceOf(WireLimitException.class)
                .hasMessageContaining("8388609");
        assertThat(out.isReadable()).isFalse();
    }

    @Test
    void report_without_a_status_is_refused_because_the_answer_would_break_the_stream() {
        assertThatThrownBy(() -> encode(new GlobalReportRequest())).isInstanceOf(WireLimitException.class);
        assertThat(out.isReadable()).isFalse();
    }

    @Test
    void message_that_lacks_a_field_without_null_form_is_refused_and_nothing_is_written() {
        assertThatThrownBy(() -> encode(new BranchReportRequest()))
                .isInstanceOf(WireLimitException.class)
                .hasCauseInstanceOf(NullPointerException.class);
        assertThat(out.isReadable()).isFalse();
    }

    @Test
    void failure_message_longer_than_the_signed_limit_is_read() {
        var bytes = 40_000;
        out.writeShort(12).writeByte(ResultCode.Failed.ordinal()).writeShort(bytes);
        out.writeBytes("e".repeat(bytes).getBytes(StandardCharsets.US_ASCII));
        out.writeByte(2).writeLong(0);

        var answer = MessageTypes.read(out, TcVersion.UNKNOWN);

        assertThat(answer)
                .isInstanceOfSatisfying(
                        BranchRegisterResponse.class,
                        response -> assertThat(response.getMsg()).hasSize(bytes));
        assertThat(out.isReadable()).isFalse();
    }

    @Test
    void absent_and_empty_text_are_both_read_as_absent() {
        encode(begin(""));
        assertThat(readBack())
                .isInstanceOfSatisfying(
                        GlobalBeginRequest.class,
                        request -> assertThat(request.getTransactionName()).isNull());
    }

    private void encode(AbstractMessage message) {
        FrameEncoder.encode(out, new Frame(FrameType.REQUEST, 1, message), TcVersion.UNKNOWN);
    }

    private AbstractMessage readBack() {
        return MessageTypes.read(out.slice(16, out.readableBytes() - 16), TcVersion.UNKNOWN);
    }

    private static GlobalBeginRequest begin(String name) {
        var request = new GlobalBeginRequest();
        request.setTransactionName(name);
        return request;
    }

    private static BranchRegisterRequest register(String lockKey) {
        var request = new BranchRegisterRequest();
        request.setBranchType(BranchType.AT);
        request.setLockKey(lockKey);
        return request;
    }
}
