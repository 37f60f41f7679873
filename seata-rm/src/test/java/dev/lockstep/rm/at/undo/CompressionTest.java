package dev.lockstep.rm.at.undo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.rm.at.undo.UndoLogFormat.ClassNames;
import io.seata.compressor.deflater.DeflaterCompressor;
import io.seata.compressor.gzip.GzipCompressor;
import io.seata.compressor.zip.ZipCompressor;
import io.seata.core.compressor.Compressor;
import java.io.IOException;
import java.io.InputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Packed contents against the official client's compressors of 2.0.0. */
final class CompressionTest {

    private final Random random = new Random(20261122);

    private byte[] content(int length) {
        byte[] content = new byte[length];
        random.nextBytes(content);
        for (int i = 0; i < length; i++) {
            content[i] = (byte) ('a' + (content[i] & 7));
        }
        return content;
    }

    private static Compressor official(Compression compression) {
        return switch (compression) {
            case ZIP -> new ZipCompressor();
            case GZIP -> new GzipCompressor();
            case DEFLATER -> new DeflaterCompressor();
            case NONE -> throw new IllegalArgumentException();
        };
    }

    @ParameterizedTest
    @EnumSource(value = Compression.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void each_side_unpacks_what_the_other_has_packed(Compression compression) throws IOException {
        for (int length : new int[] {1, 1000, 300_000}) {
            byte[] content = content(length);
            assertThat(official(compression).decompress(compression.pack(content)))
                    .isEqualTo(content);
            try (InputStream unpacked = compression.open(official(compression).compress(content), length)) {
                assertThat(unpacked.readAllBytes()).isEqualTo(content);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"LZ4", "ZSTD", "BZIP2", "SEVENZ", "nonsense"})
    void packing_that_needs_a_library_is_refused_by_name(String name) {
        assertThatThrownBy(() -> Compression.of(name))
                .isInstanceOf(UndoLogFormatException.class)
                .hasMessageContaining(name)
                .hasMessageContaining("It stays as it is");
    }

    @Test
    void content_is_packed_from_the_threshold_on() throws IOException {
        UndoLogFormat format = new UndoLogFormat(ClassNames.IO_SEATA, Compression.ZIP, 1000, 1 << 20);
        for (int length : new int[] {0, 1000, 1001, 50_000}) {
            byte[] content = content(length);
            PackingStream stream = new PackingStream(format);
            for (int from = 0; from < length; from += 300) {
                stream.write(content, from, Math.min(300, length - from));
            }
            stream.close();
            assertThat(stream.compression()).isEqualTo(length > 1000 ? Compression.ZIP : Compression.NONE);
            try (InputStream unpacked = stream.compression().open(stream.toByteArray(), length + 1L)) {
                assertThat(unpacked.readAllBytes()).isEqualTo(content);
            }
        }
    }

    @Test
    void a_context_keeps_what_it_does_not_know() throws UndoLogFormatException {
        String text = "compressorType=ZIP&max_allowed_packet=67108864&serializer=jackson&subId=7,5,&=x&y";
        UndoLogContext context = UndoLogContext.parse(text);
        assertThat(context.parts()).containsExactly(7L, 5L);
        assertThat(context.isDirty()).isFalse();
        assertThat(context.dirty().isDirty()).isTrue();
        assertThat(context.dirty())
                .hasToString(
                        "compressorType=ZIP&max_allowed_packet=67108864&serializer=jackson&subId=7,5,&lockstep=dirty");
        assertThat(UndoLogContext.parse("branchId=17").partOf()).contains(17L);
        assertThat(context.partOf()).isEmpty();
        assertThat(UndoLogContext.parse(null).serializer()).isEqualTo("jackson");
    }
}
