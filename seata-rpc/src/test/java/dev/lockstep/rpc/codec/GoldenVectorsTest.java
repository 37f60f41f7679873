package dev.lockstep.rpc.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Our bytes are those of the official serializer of 2.0.0, and its bytes are read as it meant them. */
class GoldenVectorsTest {

    @Test
    void all_33_bodies_and_7_frames_are_there() {
        assertThat(GoldenMessages.vectors().get("vectors")).hasSize(33);
        assertThat(GoldenMessages.vectors().get("frames")).hasSize(7);
    }

    @TestFactory
    Stream<DynamicTest> body_is_encoded_to_the_golden_bytes() {
        return each("vectors", vector -> {
            var out = Unpooled.buffer();
            MessageTypes.write(out, GoldenMessages.message(vector.get("message")), TcVersion.parse("2.0.0"));
            assertThat(ByteBufUtil.hexDump(out)).isEqualTo(vector.get("bodyHex").asText());
        });
    }

    @TestFactory
    Stream<DynamicTest> golden_bytes_are_decoded_to_the_message() {
        return each("vectors", vector -> {
            var in = Unpooled.wrappedBuffer(
                    ByteBufUtil.decodeHexDump(vector.get("bodyHex").asText()));
            var json = vector.has("decodesTo") ? vector.get("decodesTo") : vector.get("message");

            var message = MessageTypes.read(in, TcVersion.parse("2.0.0"));

            assertThat(message.getClass().getSimpleName())
                    .isEqualTo(json.get("type").asText());
            assertThat(GoldenMessages.values(message, json)).isEqualTo(GoldenMessages.expected(json));
            assertThat(in.isReadable()).isFalse();
        });
    }

    @TestFactory
    Stream<DynamicTest> frame_is_encoded_to_the_golden_bytes() {
        return each("frames", vector -> {
            var out = Unpooled.buffer();
            FrameEncoder.encode(out, frame(vector), TcVersion.UNKNOWN);
            assertThat(ByteBufUtil.hexDump(out))
                    .isEqualTo(vector.get("frameHex").asText());
        });
    }

    @TestFactory
    Stream<DynamicTest> golden_bytes_are_decoded_to_the_frame() {
        return each("frames", vector -> {
            var channel = new EmbeddedChannel(new FrameDecoder());
            channel.writeInbound(Unpooled.wrappedBuffer(
                    ByteBufUtil.decodeHexDump(vector.get("frameHex").asText())));

            Frame frame = channel.readInbound();

            var expected = frame(vector);
            assertThat(frame.type()).isEqualTo(expected.type());
            assertThat(frame.requestId()).isEqualTo(expected.requestId());
            assertThat(frame.headMap()).isEqualTo(expected.headMap());
            var json = vector.get("message");
            if (json.isNull()) {
                assertThat(frame.body()).isNull();
            } else {
                assertThat(GoldenMessages.values(frame.body(), json)).isEqualTo(GoldenMessages.expected(json));
            }
            assertThat(channel.finish()).isFalse();
        });
    }

    private static Stream<DynamicTest> each(String list, Consumer<JsonNode> test) {
        return StreamSupport.stream(GoldenMessages.vectors().get(list).spliterator(), false)
                .map(vector -> DynamicTest.dynamicTest(vector.get("name").asText(), () -> test.accept(vector)));
    }

    private static Frame frame(JsonNode vector) {
        Map<String, @Nullable String> headMap = new LinkedHashMap<>();
        vector.get("headMap")
                .properties()
                .forEach(entry -> headMap.put(
                        entry.getKey(),
                        entry.getValue().isNull() ? null : entry.getValue().asText()));
        var message = vector.get("message");
        return new Frame(
                FrameType.of(vector.get("messageType").asInt()),
                vector.get("requestId").asInt(),
                headMap,
                message.isNull() ? null : GoldenMessages.message(message));
    }
}
