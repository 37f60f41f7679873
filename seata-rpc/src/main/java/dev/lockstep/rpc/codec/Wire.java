package dev.lockstep.rpc.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The primitive forms of a body, all big-endian: texts with a 2-byte or a 4-byte length that counts bytes of UTF-8. Null
 * and "" are both length 0 and read as null. A limit is checked before anything is written, because the TC answers what
 * it cannot decode with silence.
 */
final class Wire {

    /** Length of the largest frame the TC accepts, in every version (constant of the server's frame decoder). */
    static final int MAX_FRAME_BYTES = 8 * 1024 * 1024;

    /** The TC reads the 2-byte length as a signed number; what is longer corrupts the message. */
    static final int MAX_SHORT_TEXT_BYTES = Short.MAX_VALUE;

    private Wire() {}

    static void writeShortText(ByteBuf out, String field, @Nullable String text) {
        var bytes = text == null ? 0 : ByteBufUtil.utf8Bytes(text);
        if (bytes > MAX_SHORT_TEXT_BYTES) {
            throw tooLong(field, bytes, MAX_SHORT_TEXT_BYTES);
        }
        out.writeShort(bytes);
        writeUtf8(out, text, bytes);
    }

    static void writeLongText(ByteBuf out, String field, @Nullable String text) {
        var bytes = text == null ? 0 : ByteBufUtil.utf8Bytes(text);
        // Below 0: the sum of the bytes has overflown an int.
        if (bytes < 0 || bytes > MAX_FRAME_BYTES) {
            throw tooLong(field, bytes, MAX_FRAME_BYTES);
        }
        out.writeInt(bytes);
        writeUtf8(out, text, bytes);
    }

    static @Nullable String readShortText(ByteBuf in, String field) {
        var bytes = in.readShort();
        if (bytes < 0) {
            throw new BadFrameException(field + " claims a length of " + bytes + " bytes");
        }
        return readUtf8(in, field, bytes);
    }

    /**
     * A text whose length is unsigned: the TC cuts failure messages at 32,767 characters, not bytes, so a message that is
     * not ASCII may come with up to 65,535 bytes.
     */
    static @Nullable String readFailureMessage(ByteBuf in) {
        return readUtf8(in, "msg", in.readUnsignedShort());
    }

    static @Nullable String readLongText(ByteBuf in, String field) {
        return readUtf8(in, field, in.readInt());
    }

    private static void writeUtf8(ByteBuf out, @Nullable String text, int bytes) {
        if (text != null && bytes > 0) {
            ByteBufUtil.reserveAndWriteUtf8(out, text, bytes);
        }
    }

    static @Nullable String readUtf8(ByteBuf in, String field, int bytes) {
        if (bytes < 0 || bytes > in.readableBytes()) {
            throw new BadFrameException(
                    field + " claims a length of " + bytes + " bytes, the body has " + in.readableBytes() + " left");
        }
        return bytes == 0
                ? null
                : in.readCharSequence(bytes, StandardCharsets.UTF_8).toString();
    }

    private static WireLimitException tooLong(String field, int bytes, int limit) {
        return new WireLimitException("The field " + field + " has " + (bytes < 0 ? "more than 2147483647" : bytes)
                + " bytes of UTF-8; the protocol carries at most " + limit + ".");
    }
}
