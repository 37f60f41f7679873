package dev.lockstep.rpc.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufInputStream;
import java.io.IOException;

/**
 * Unpacks bodies that a TC has compressed: a TC configured with a compressor sends its branch commands so, whatever we
 * send. A result above the size of the largest frame is refused, however small the packed form.
 */
final class Decompression {

    private static final int CHUNK_BYTES = 8 * 1024;

    private Decompression() {}

    /** The unpacked body, to be released by the caller. */
    static ByteBuf inflate(ByteBuf packed, Compressor compressor, ByteBufAllocator allocator) {
        var plain = allocator.buffer();
        try (var stream = compressor.unpack(new ByteBufInputStream(packed))) {
            var chunk = new byte[CHUNK_BYTES];
            for (var read = stream.read(chunk); read >= 0; read = stream.read(chunk)) {
                if (plain.readableBytes() + read > Wire.MAX_FRAME_BYTES) {
                    throw new BadFrameException("a compressed body of more than " + Wire.MAX_FRAME_BYTES + " bytes");
                }
                plain.writeBytes(chunk, 0, read);
            }
            return plain;
        } catch (BadFrameException e) {
            plain.release();
            throw e;
        } catch (IOException | RuntimeException e) {
            plain.release();
            throw new BadFrameException("a body that cannot be decompressed (compressor " + compressor + ")", e);
        } catch (LinkageError e) {
            plain.release();
            // Such as a native part that this machine cannot load.
            throw new BadFrameException("a body that the library for " + compressor + " cannot unpack here: " + e, e);
        }
    }
}
