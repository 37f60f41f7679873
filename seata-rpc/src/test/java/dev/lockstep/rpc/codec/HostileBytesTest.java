package dev.lockstep.rpc.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Bytes that no TC would send: each stream is read or refused, and nothing of it is kept. */
class HostileBytesTest {

    /** A million with the factor of the leg. */
    private static final int STREAMS = 40_000 * Integer.getInteger("lockstep.random.factor", 1);

    private static final int STREAMS_BETWEEN_LOOKS = 1_000;

    /** Counts what is allocated and not released; the JVM's own figures would prove nothing. */
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);

    @Test
    @Tag("fuzz")
    void random_and_mutated_frames_are_read_or_refused_and_no_buffer_leaks() throws IOException {
        var seed = Long.getLong("lockstep.seed", System.nanoTime());
        System.out.println("HostileBytesTest: " + STREAMS + " streams, seed " + seed);
        assertThat(ResourceLeakDetector.getLevel()).isEqualTo(ResourceLeakDetector.Level.PARANOID);
        var random = new SplittableRandom(seed);
        var golden = goldenStreams();
        var refused = 0;
        for (var i = 0; i < STREAMS; i++) {
            var bytes = random.nextInt(10) == 0 ? noise(random) : mutated(random, golden);
            if (!isRead(bytes, random, seed)) {
                refused++;
            }
            if (i % STREAMS_BETWEEN_LOOKS == 0) {
                assertNothingIsKept(seed, bytes);
            }
        }
        assertNothingIsKept(seed, new byte[0]);
        // Or the streams would be too good, or too bad, to prove anything.
        assertThat(refused).isBetween(STREAMS / 10, STREAMS * 9 / 10);
    }

    @Test
    void frame_that_claims_more_than_has_come_costs_only_what_has_come() {
        var channel = channel();
        // 8 MiB announced, 16 bytes there.
        channel.writeInbound(
                allocator.buffer().writeBytes(ByteBufUtil.decodeHexDump("dada010080000000100101000000" + "0007")));

        assertThat(kept()).isLessThan(4_096);
        channel.finishAndReleaseAll();
        assertThat(kept()).isZero();
    }

    @Test
    void stream_that_was_refused_is_not_gathered_while_more_of_it_comes() {
        var channel = channel();
        assertThat(isRefused(channel, "HTTP/1.1 400 Bad Request".getBytes(StandardCharsets.US_ASCII)))
                .isTrue();

        for (var i = 0; i < 1_000; i++) {
            channel.writeInbound(allocator.buffer().writeZero(1_024));
        }

        assertThat(kept()).isLessThan(4_096);
        channel.finishAndReleaseAll();
    }

    @Test
    void body_that_unpacks_to_more_than_a_frame_is_refused_and_released() throws IOException {
        for (var compressor : new int[] {1, 2, 5, 6, 7}) {
            var channel = channel();
            var bomb = FrameDecoderTest.compress(compressor, new byte[Wire.MAX_FRAME_BYTES + 1]);

            assertThat(isRefused(
                            channel,
                            ByteBufUtil.getBytes(FrameDecoderTest.frame(compressor, Unpooled.wrappedBuffer(bomb)))))
                    .as("compressor %d", compressor)
                    .isTrue();

            channel.finishAndReleaseAll();
            assertThat(kept()).as("compressor %d", compressor).isZero();
        }
    }

    /** Whether the stream was read to its end, in up to three pieces as it may come from a socket. */
    private boolean isRead(byte[] bytes, SplittableRandom random, long seed) {
        var channel = channel();
        try {
            var from = 0;
            for (var pieces = random.nextInt(3); pieces > 0 && from < bytes.length; pieces--) {
                var to = random.nextInt(from, bytes.length + 1);
                channel.writeInbound(allocator.buffer().writeBytes(bytes, from, to - from));
                from = to;
            }
            channel.writeInbound(allocator.buffer().writeBytes(bytes, from, bytes.length - from));
            return true;
        } catch (BadFrameException refused) {
            assertThat(refused).hasMessageNotContaining("null");
            return false;
        } catch (Throwable escaped) {
            throw new AssertionError("seed " + seed + ", bytes " + ByteBufUtil.hexDump(bytes), escaped);
        } finally {
            channel.finishAndReleaseAll();
        }
    }

    private boolean isRefused(EmbeddedChannel channel, byte[] bytes) {
        try {
            channel.writeInbound(allocator.buffer().writeBytes(bytes));
            return false;
        } catch (BadFrameException refused) {
            return true;
        }
    }

    private EmbeddedChannel channel() {
        var channel = new EmbeddedChannel();
        channel.config().setAllocator(allocator);
        channel.pipeline().addLast(new FrameDecoder());
        return channel;
    }

    private long kept() {
        return allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory();
    }

    private void assertNothingIsKept(long seed, byte[] last) {
        assertThat(kept())
                .as("bytes kept after seed %d, last stream %s", seed, ByteBufUtil.hexDump(last))
                .isZero();
    }

    private static byte[] noise(SplittableRandom random) {
        var bytes = new byte[random.nextInt(64)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] mutated(SplittableRandom random, List<byte[]> golden) {
        var bytes = golden.get(random.nextInt(golden.size())).clone();
        for (var changes = 1 + random.nextInt(4); changes > 0; changes--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    /** Every golden frame, and every golden body in a frame of its own, plain and packed. */
    private static List<byte[]> goldenStreams() throws IOException {
        var streams = new ArrayList<byte[]>();
        FrameDecoderTest.goldenFrames().map(ByteBufUtil::decodeHexDump).forEach(streams::add);
        for (var vector : GoldenMessages.vectors().get("vectors")) {
            var body = ByteBufUtil.decodeHexDump(vector.get("bodyHex").asText());
            streams.add(ByteBufUtil.getBytes(FrameDecoderTest.frame(0, Unpooled.wrappedBuffer(body))));
            for (var compressor : new int[] {1, 2, 5, 6, 7}) {
                var packed = FrameDecoderTest.compress(compressor, body);
                streams.add(ByteBufUtil.getBytes(FrameDecoderTest.frame(compressor, Unpooled.wrappedBuffer(packed))));
            }
        }
        return streams;
    }
}
