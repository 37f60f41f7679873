package dev.lockstep.rpc.codec;

import com.github.luben.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The forms in which a TC may pack what it sends, with their codes in the head of a frame. Two of them need a library that the
 * application may have or not; the others are the JDK's.
 */
enum Compressor {
    GZIP(1, null) {
        @Override
        InputStream unpack(InputStream packed) throws IOException {
            return new GZIPInputStream(packed);
        }
    },
    ZIP(2, null) {
        @Override
        InputStream unpack(InputStream packed) throws IOException {
            var zip = new ZipInputStream(packed);
            if (zip.getNextEntry() == null) {
                throw new BadFrameException("a zip body without an entry");
            }
            return zip;
        }
    },

    /**
     * By {@code at.yawk.lz4:lz4-java}. The abandoned {@code org.lz4} of the same packages has no such builder and counts as
     * absent: its decompressors can be made to read beyond their input.
     */
    LZ4(5, "net.jpountz.lz4.LZ4BlockInputStream$Builder") {
        @Override
        InputStream unpack(InputStream packed) {
            return new Lz4Blocks(packed);
        }
    },
    DEFLATER(6, null) {
        @Override
        InputStream unpack(InputStream packed) {
            return new InflaterInputStream(packed);
        }
    },

    /** By {@code com.github.luben:zstd-jni}. */
    ZSTD(7, "com.github.luben.zstd.ZstdInputStream") {
        @Override
        InputStream unpack(InputStream packed) throws IOException {
            // A window above the largest frame is of no use, and would be memory that the sender chooses.
            return new ZstdInputStream(packed).setLongMax(LARGEST_FRAME_LOG2);
        }
    };

    /** The code of what is not packed. */
    static final int NONE = 0;

    private static final int LARGEST_FRAME_LOG2 = 32 - Integer.numberOfLeadingZeros(Wire.MAX_FRAME_BYTES - 1);

    private final int code;
    private final boolean present;

    Compressor(int code, @Nullable String className) {
        this.code = code;
        this.present = className == null || isPresent(className);
    }

    private static boolean isPresent(String className) {
        try {
            Class.forName(className, false, Compressor.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError absent) {
            return false;
        }
    }

    /** The one with this code, or null if there is none here. */
    static @Nullable Compressor of(int code) {
        for (var compressor : values()) {
            if (compressor.code == code && compressor.present) {
                return compressor;
            }
        }
        return null;
    }

    /** Those that are here, with their codes, for a message. */
    static String present() {
        return Arrays.stream(values())
                .filter(compressor -> compressor.present)
                .map(compressor -> compressor.code + " (" + compressor + ")")
                .collect(Collectors.joining(", "));
    }

    /** What was packed; the stream of it may fail with any exception of the library where it was not packed so. */
    abstract InputStream unpack(InputStream packed) throws IOException;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
