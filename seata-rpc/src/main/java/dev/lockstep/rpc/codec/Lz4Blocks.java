package dev.lockstep.rpc.codec;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;
import net.jpountz.xxhash.XXHash32;
import net.jpountz.xxhash.XXHashFactory;

/**
 * Reads what the {@code LZ4BlockOutputStream} of lz4-java writes, which is not the frame format of LZ4. The library's own
 * reader takes as much memory as the head of a block claims, up to 2 GB; this one checks the claims first.
 *
 * <pre>
 *   "LZ4Block"  8   magic
 *   token       1   high half: 1 stored, 2 compressed; low half: block size, not needed
 *   packed      4   bytes of the block that follow the head; little-endian, as all numbers here
 *   plain       4   bytes of it unpacked; 0 ends the stream
 *   checksum    4   of the plain bytes
 * </pre>
 *
 * <p>Not thread-safe.
 */
final class Lz4Blocks extends InputStream {

    private static final byte[] MAGIC = "LZ4Block".getBytes(StandardCharsets.US_ASCII);
    private static final int HEAD_BYTES = MAGIC.length + 13;
    private static final int STORED = 0x10;
    private static final int COMPRESSED = 0x20;
    private static final int METHOD_MASK = 0xF0;
    private static final int CHECKSUM_SEED = 0x9747b28c;
    private static final int CHECKSUM_MASK = 0x0FFFFFFF;

    private final InputStream packed;
    private final LZ4SafeDecompressor decompressor =
            LZ4Factory.fastestInstance().safeDecompressor();
    private final XXHash32 checksums = XXHashFactory.fastestInstance().hash32();

    private InputStream block = InputStream.nullInputStream();
    private boolean ended;

    /** @param packed one whose {@code available} tells all that is left */
    Lz4Blocks(InputStream packed) {
        this.packed = packed;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        while (true) {
            var read = block.read(to, offset, length);
            if (read >= 0 || ended) {
                return read;
            }
            block = next();
        }
    }

    private InputStream next() throws IOException {
        var head = ByteBuffer.wrap(packed.readNBytes(HEAD_BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        if (head.remaining() < HEAD_BYTES || !head.slice(0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))) {
            throw new IOException("no head of an LZ4 block");
        }
        head.position(MAGIC.length);
        return block(head.get() & METHOD_MASK, head.getInt(), head.getInt(), head.getInt());
    }

    private InputStream block(int method, int packedBytes, int plainBytes, int checksum) throws IOException {
        if (packedBytes < 0
                || packedBytes > packed.available()
                || plainBytes < 0
                || plainBytes > Wire.MAX_FRAME_BYTES) {
            throw new IOException("an LZ4 block that claims " + packedBytes + " bytes for " + plainBytes);
        }
        ended = plainBytes == 0;
        var plain = unpack(method, packed.readNBytes(packedBytes), plainBytes);
        if (!ended && (checksums.hash(plain, 0, plain.length, CHECKSUM_SEED) & CHECKSUM_MASK) != checksum) {
            throw new IOException("an LZ4 block with a wrong checksum");
        }
        return new ByteArrayInputStream(plain);
    }

    private byte[] unpack(int method, byte[] bytes, int plainBytes) throws IOException {
        if (method == STORED && bytes.length == plainBytes) {
            return bytes;
        }
        if (method != COMPRESSED) {
            throw new IOException("an LZ4 block packed by method " + method);
        }
        var plain = new byte[plainBytes];
        try {
            if (decompressor.decompress(bytes, 0, bytes.length, plain, 0) != plainBytes) {
                throw new IOException("an LZ4 block that holds less than it claims");
            }
        } catch (LZ4Exception broken) {
            throw new IOException("a broken LZ4 block", broken);
        }
        return plain;
    }
}
