package dev.lockstep.rpc.codec;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.seata.core.protocol.AbstractMessage;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cuts the stream into frames and reads their messages.
 *
 * <pre>
 *   0        2   3            7         9    10   11   12            16          head length    full length
 *   +--------+---+------------+---------+----+----+----+-------------+-----------+--------------+
 *   | DA  DA | 1 |full length |head len.|type|ser.|cmp.|  request id | head map  |     body     |
 *   +--------+---+------------+---------+----+----+----+-------------+-----------+--------------+
 *
 *   type  0 request, 1 response, 2 one-way, 3 ping, 4 pong      body  2-byte type code, then the fields
 *   ser.  1 native                                              cmp.  0 none, 1 gzip, 2 zip, 6 deflater
 * </pre>
 *
 * <p>Refuses what is wrong by a {@link BadFrameException} that names the value, and reads nothing more after it: the
 * owner of the channel closes it. A frame that is well cut but packed in a form we do not speak (another serializer or
 * compressor, which a TC may be configured to use for its own requests) is dropped with a log line.
 *
 * <p>Confined to the channel's event loop.
 */
public final class FrameDecoder extends ByteToMessageDecoder {

    static final int MAGIC = 0xDADA;
    static final int PROTOCOL_VERSION = 1;
    static final int NATIVE_SERIALIZER = 1;
    static final int LENGTH_OFFSET = 3;
    static final int HEAD_LENGTH_OFFSET = 7;

    private static final int FIXED_HEAD_BYTES = 16;

    private static final Logger log = LoggerFactory.getLogger(FrameDecoder.class);

    private TcVersion peer = TcVersion.UNKNOWN;
    private boolean broken;
    private boolean dropped;

    /** Sets the version by which numbers are read from the next frame on. */
    public void peer(TcVersion version) {
        peer = version;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (broken) {
            in.skipBytes(in.readableBytes());
            return;
        }
        try {
            while (isWhole(in)) {
                var frame = readFrame(in, context);
                if (frame != null) {
                    out.add(frame);
                }
            }
        } catch (BadFrameException e) {
            broken = true;
            in.skipBytes(in.readableBytes());
            throw e;
        }
    }

    /** Judges what is there of the head as soon as it is there; true once the frame is complete. */
    private static boolean isWhole(ByteBuf in) {
        var start = in.readerIndex();
        var available = in.readableBytes();
        if (available >= Short.BYTES && in.getUnsignedShort(start) != MAGIC) {
            throw new BadFrameException("not a frame: it begins with " + Integer.toHexString(in.getUnsignedShort(start))
                    + " instead of dada");
        }
        if (available < HEAD_LENGTH_OFFSET) {
            return false;
        }
        var length = in.getInt(start + LENGTH_OFFSET);
        if (length < FIXED_HEAD_BYTES || length > Wire.MAX_FRAME_BYTES) {
            throw new BadFrameException(
                    "full length " + length + " is outside " + FIXED_HEAD_BYTES + " to " + Wire.MAX_FRAME_BYTES);
        }
        return available >= length;
    }

    private @Nullable Frame readFrame(ByteBuf in, ChannelHandlerContext context) {
        var length = in.getInt(in.readerIndex() + LENGTH_OFFSET);
        var frame = in.readSlice(length);
        var version = frame.getByte(2);
        if (version != PROTOCOL_VERSION) {
            throw new BadFrameException("protocol version " + version + " instead of " + PROTOCOL_VERSION);
        }
        var headLength = frame.getUnsignedShort(HEAD_LENGTH_OFFSET);
        if (headLength < FIXED_HEAD_BYTES || headLength > length) {
            throw new BadFrameException(
                    "head length " + headLength + " is outside " + FIXED_HEAD_BYTES + " to " + length);
        }
        var type = FrameType.of(frame.getByte(9));
        if (type == null) {
            throw new BadFrameException("unknown frame type " + frame.getByte(9));
        }
        var serializer = frame.getByte(10);
        var compressor = frame.getByte(11);
        var requestId = frame.getInt(12);
        try {
            var headMap = readHeadMap(frame, headLength);
            if (!type.hasBody()) {
                return new Frame(type, requestId, headMap, null);
            }
            if (serializer == NATIVE_SERIALIZER && compressor == Compressor.NONE) {
                return new Frame(type, requestId, headMap, MessageTypes.read(frame, peer));
            }
            var unpacking = Compressor.of(compressor);
            if (serializer != NATIVE_SERIALIZER || unpacking == null) {
                drop(context, serializer, compressor);
                return null;
            }
            return new Frame(type, requestId, headMap, readPacked(frame, unpacking, context));
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new BadFrameException(
                    "the message of a " + type + " frame of " + length + " bytes ends too early", e);
        }
    }

    /** Leaves the body to be read. A frame has no entries but for the rare one, and costs no view of them then. */
    private static Map<String, @Nullable String> readHeadMap(ByteBuf frame, int headLength) {
        frame.readerIndex(FIXED_HEAD_BYTES);
        return headLength == FIXED_HEAD_BYTES ? Map.of() : HeadMap.read(frame.readSlice(headLength - FIXED_HEAD_BYTES));
    }

    private AbstractMessage readPacked(ByteBuf body, Compressor compressor, ChannelHandlerContext context) {
        var plain = Decompression.inflate(body, compressor, context.alloc());
        try {
            return MessageTypes.read(plain, peer);
        } finally {
            plain.release();
        }
    }

    private void drop(ChannelHandlerContext context, byte serializer, byte compressor) {
        if (dropped) {
            return;
        }
        dropped = true;
        log.error(
                "[channel {}] Dropped a frame of the TC with serializer {} and compressor {}; understood are serializer 1"
                        + " (seata) and compressors 0 (none), {}; lz4 with at.yawk.lz4:lz4-java and zstd with"
                        + " com.github.luben:zstd-jni on the class path. Branches will not be"
                        + " committed or rolled back until the TC's transport.serialization and transport.compressor are"
                        + " set to one of these. Further frames of this connection are dropped silently.",
                context.channel().id().asShortText(),
                serializer,
                compressor,
                Compressor.present());
    }
}
