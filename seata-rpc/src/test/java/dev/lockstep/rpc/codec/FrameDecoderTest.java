package dev.lockstep.rpc.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.seata.core.protocol.MergeResultMessage;
import io.seata.core.protocol.transaction.BranchCommitRequest;
import io.seata.core.protocol.transaction.BranchRegisterResponse;
import io.seata.core.protocol.transaction.GlobalBeginRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import net.jpountz.lz4.LZ4BlockOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The stream is cut and read, or refused; never resynchronised, never left with a leaked buffer. */
class FrameDecoderTest {

    private static final String BEGIN = "dada010000001f00100001000000000200010000ea60000764656d6f2d7478";

    private final EmbeddedChannel channel = new EmbeddedChannel(new FrameDecoder());

    @AfterEach
    void release_what_is_left() {
        channel.finishAndReleaseAll();
    }

    @TestFactory
    Stream<DynamicTest> frame_split_at_any_byte_is_read_whole() {
        return goldenFrames().flatMap(hex -> {
            var bytes = ByteBufUtil.decodeHexDump(hex);
            return IntStream.range(1, bytes.length)
                    .mapToObj(at -> DynamicTest.dynamicTest(hex.substring(0, 20) + " at " + at, () -> {
                        var split = new EmbeddedChannel(new FrameDecoder());
                        assertThat(split.writeInbound(Unpooled.copiedBuffer(bytes, 0, at)))
                                .isFalse();
                        assertThat(split.writeInbound(Unpooled.copiedBuffer(bytes, at, bytes.length - at)))
                                .isTrue();
                        assertThat(split.<Frame>readInbound()).isInstanceOf(Frame.class);
                        assertThat(split.finish()).isFalse();
                    }));
        });
    }

    @Test
    void several_frames_in_one_read_come_out_in_order() {
        channel.writeInbound(hex(BEGIN + "dada0100000010001004010000000003" + BEGIN));

        assertThat(channel.<Frame>readInbound().type()).isEqualTo(FrameType.REQUEST);
        assertThat(channel.<Frame>readInbound().type()).isEqualTo(FrameType.PONG);
        assertThat(channel.<Frame>readInbound().body()).isInstanceOf(GlobalBeginRequest.class);
    }

    @Test
    void bytes_after_the_last_known_field_are_ignored() {
        channel.writeInbound(hex("dada010000002100100001000000000200010000ea60000764656d6f2d7478ffff" + BEGIN));

        assertThat(channel.<Frame>readInbound().body()).isInstanceOf(GlobalBeginRequest.class);
        assertThat(channel.<Frame>readInbound().body()).isInstanceOf(GlobalBeginRequest.class);
    }

    @ParameterizedTest
    @CsvSource({
        "wrong magic,                  dadb,                                          begins with dadb",
        "HTTP,                         485454502f312e31,                              begins with 4854",
        "length below the head,        dada010000000f0010,                            full length 15",
        "negative length,              dada01800000000010,                            full length -2147483648",
        "length above 8 MiB,           dada01008000010010,                            full length 8388609",
        "head length below 16,         dada010000001000000301000000 0003,             head length 0",
        "head length above the frame,  dada010000001000110301000000 0003,             head length 17",
        "head length 65535,            dada0100000010ffff0301000000 0003,             head length 65535",
        "another protocol version,     dada000000001000100301000000 0003,             protocol version 0",
        "unknown frame type,           dada010000001000100501000000 0003,             unknown frame type 5",
        "unknown message type,         dada010000001200100001000000 00030063,         unknown message type code 99",
        "negative message type,        dada010000001200100001000000 0003ffff,         unknown message type code -1",
        "no body,                      dada010000001000100001000000 0003,             ends too early",
        "half a message,               dada010000001400100001000000 000300010000,     ends too early",
        "text longer than the body,    dada010000001b00100001000000 000300010000ea60 7000 616263, claims a length of 28672",
        "text of negative length,      dada010000001b00100001000000 000300010000ea60 ffff 616263, claims a length of -1",
        "head map that ends early,     dada010000001200120301000000 0003 0005,        claims a length of 5",
    })
    void wrong_stream_is_refused_with_the_value_that_is_wrong(String what, String bytes, String message) {
        assertThatThrownBy(() -> channel.writeInbound(hex(bytes.replace(" ", ""))))
                .isInstanceOf(BadFrameException.class)
                .hasMessageContaining(message);

        channel.writeInbound(hex(BEGIN));
        assertThat(channel.<Frame>readInbound()).as("nothing is read after it").isNull();
    }

    @Test
    void head_of_an_answer_without_its_body_does_not_swallow_the_next_frame_as_success() {
        // What a TC 2.0 sends when it cannot encode its answer: a head that claims 26 bytes, and then the next frame.
        assertThatThrownBy(
                        () -> channel.writeInbound(hex("dada010000001a00100101000000 0001".replace(" ", "") + BEGIN)))
                .isInstanceOf(BadFrameException.class);
    }

    @Test
    void merged_message_inside_a_merged_message_is_refused_before_it_is_read() {
        var body = Unpooled.buffer();
        for (var depth = 0; depth < 100_000; depth++) {
            body.writeShort(60).writeInt(2_000_000).writeShort(1);
        }
        var size = body.readableBytes();
        for (var at = 2; at < size; at += 8) {
            body.setInt(at, size - at - Integer.BYTES);
        }

        assertThatThrownBy(() -> channel.writeInbound(frame(0, body))).isInstanceOf(BadFrameException.class);
    }

    @Test
    void merge_result_with_fewer_parts_than_announced_gives_those_that_are_there() {
        var body = Unpooled.buffer();
        body.writeShort(60).writeInt(2 + 12).writeShort(8);
        body.writeShort(12).writeByte(1).writeByte(0).writeLong(77);

        channel.writeInbound(frame(0, body));

        assertThat(channel.<Frame>readInbound().body())
                .isInstanceOfSatisfying(
                        MergeResultMessage.class,
                        merged -> assertThat(merged.getMsgs())
                                .singleElement()
                                .isInstanceOfSatisfying(
                                        BranchRegisterResponse.class,
                                        part -> assertThat(part.getBranchId()).isEqualTo(77)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 6, 7})
    void body_compressed_in_any_known_form_is_read(int compressor) throws IOException {
        var vector = GoldenMessages.vectors().get("vectors");
        var commit = StreamSupport.stream(vector.spliterator(), false)
                .filter(v -> v.get("name").asText().equals("branch-commit-request"))
                .findFirst()
                .orElseThrow();
        var packed = compress(
                compressor, ByteBufUtil.decodeHexDump(commit.get("bodyHex").asText()));

        assertThatCommitIsRead(compressor, packed);
    }

    /** Packed by Lz4Util and ZstdUtil of the official 2.0.0, as its TC does. */
    @ParameterizedTest
    @CsvSource({
        "5, 4c5a34426c6f636b204f0000005700000022a95906700003002131302e0200d8373a383039313a3236313233340400f024352440e682fc"
                + "08137a0000236a6462633a6d7973716c3a2f2f64622e6578616d706c653a333330362f6f7264657273000000004c5a34426c6f636b"
                + "10000000000000000000000000",
        "7, 28b52ffd205785020074040003002131302e373a383039313a323631323334352440e682fc08137a0000236a6462633a6d7973716c3a2f"
                + "2f64622e6578616d706c653a333330362f6f72646572730000000002003bfe59ce08"
    })
    void body_compressed_by_the_server_s_own_code_is_read(int compressor, String packed) {
        assertThatCommitIsRead(compressor, ByteBufUtil.decodeHexDump(packed));
    }

    private void assertThatCommitIsRead(int compressor, byte[] packed) {
        channel.writeInbound(frame(compressor, Unpooled.wrappedBuffer(packed)));

        assertThat(channel.<Frame>readInbound().body())
                .isInstanceOfSatisfying(
                        BranchCommitRequest.class,
                        request -> assertThat(request.getBranchId()).isEqualTo(2612341234123412346L));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 6, 7})
    void body_that_unpacks_to_more_than_a_frame_is_refused(int compressor) throws IOException {
        var packed = compress(compressor, new byte[64 * 1024 * 1024]);
        assertThat(packed).hasSizeLessThan(4_000_000);

        assertThatThrownBy(() -> channel.writeInbound(frame(compressor, Unpooled.wrappedBuffer(packed))))
                .isInstanceOf(BadFrameException.class)
                .hasMessageContaining("8388608");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 6, 7})
    void body_that_is_not_compressed_as_it_says_is_refused(int compressor) {
        assertThatThrownBy(() ->
                        channel.writeInbound(frame(compressor, Unpooled.wrappedBuffer(new byte[] {1, 2, 3, 4}))))
                .isInstanceOf(BadFrameException.class);
    }

    @Test
    void memory_is_not_taken_on_the_word_of_an_lz4_block() {
        // A head that claims 1.7 GB to follow.
        var packed = ByteBufUtil.decodeHexDump("4c5a34426c6f636b26" + "4f000067" + "57000000" + "22a95906" + "00");

        assertThatThrownBy(() -> channel.writeInbound(frame(5, Unpooled.wrappedBuffer(packed))))
                .isInstanceOf(BadFrameException.class)
                .hasRootCauseMessage("an LZ4 block that claims 1728053327 bytes for 87");
    }

    @Test
    void frame_packed_in_a_form_we_do_not_speak_is_dropped_and_the_next_is_read() {
        channel.writeInbound(frame(4, Unpooled.wrappedBuffer(new byte[] {1, 2, 3, 4})));
        channel.writeInbound(hex("dada010000001400100016000000000201020304"));
        assertThat(channel.<Frame>readInbound()).isNull();

        channel.writeInbound(hex(BEGIN));

        assertThat(channel.<Frame>readInbound().body()).isInstanceOf(GlobalBeginRequest.class);
    }

    static Stream<String> goldenFrames() {
        return StreamSupport.stream(GoldenMessages.vectors().get("frames").spliterator(), false)
                .map(vector -> vector.get("frameHex").asText());
    }

    static byte[] compress(int compressor, byte[] plain) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var out = packer(compressor, packed)) {
            out.write(plain);
        }
        return packed.toByteArray();
    }

    private static OutputStream packer(int compressor, OutputStream to) throws IOException {
        if (compressor == 1) {
            return new GZIPOutputStream(to);
        }
        if (compressor == 5) {
            return new LZ4BlockOutputStream(to);
        }
        if (compressor == 6) {
            return new DeflaterOutputStream(to);
        }
        if (compressor == 7) {
            return new ZstdOutputStream(to);
        }
        var zip = new ZipOutputStream(to);
        zip.putNextEntry(new ZipEntry("zip"));
        return zip;
    }

    static ByteBuf frame(int compressor, ByteBuf body) {
        var length = 16 + body.readableBytes();
        return Unpooled.buffer()
                .writeShort(0xDADA)
                .writeByte(1)
                .writeInt(length)
                .writeShort(16)
                .writeByte(0)
                .writeByte(1)
                .writeByte(compressor)
                .writeInt(9)
                .writeBytes(body);
    }

    private static ByteBuf hex(String hex) {
        return Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex));
    }
}
