package dev.lockstep.rpc.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipInputStream;

/**
 * Unpacks bodies that a TC has compressed: a TC configured with a compressor sends its branch commands so, whatever we
 * send. A result above the size of the largest frame is refused, however small the packed form.
 */
final class Decompression {

    static final int NONE = 0;

    private static final int GZIP = 1;
    private static final int ZIP = 2;
    private static final int DEFLATER = 6;

    private static final int CHUNK_BYTES = 8 * 1024;

    private Decompression() {}

    static boolean knows(int compressor) {
        return compressor == NONE || compressor == GZIP || compressor == ZIP || compressor == DEFLATER;
    }

    /** The unpacked body, to be released by the caller. */
    static ByteBuf inflate(ByteBuf packed, int compressor, ByteBufAllocator allocator) {
        var plain = allocator.buffer();
        try (var stream = open(new ByteBufInputStream(packed), compressor)) {
            var chunk = new byte[CHUNK_BYTES];
            for (var read = stream.read(chunk); read >= 0; read = stream.read(chunk)) {
                if (plain.readableBytes() + read > Wire.MAX_FRAME_BYTES) {
                    throw new BadFrameException("a compressed body of more than " + Wire.MAX_FRAME_BYTES + " bytes");
                }
                plain.writeBytes(chunk, 0, read);
            }
            return plain;
        } catch (IOException e) {
            plain.release();
            throw new BadFrameException("a body that cannot be decompressed (compressor " + compressor + ")", e);
        } catch (RuntimeException e) {
            plain.release();
            throw e;
        }
    }

    private static InputStream open(InputStream packed, int compressor) throws IOException {
        if (compressor == GZIP) {
            return new GZIPInputStream(packed);
        }
        if (compressor == DEFLATER) {
            return new InflaterInputStream(packed);
        }
        var zip = new ZipInputStream(packed);
        if (zip.getNextEntry() == null) {
            throw new BadFrameException("a zip body without an entry");
        }
        return zip;
    }
}
