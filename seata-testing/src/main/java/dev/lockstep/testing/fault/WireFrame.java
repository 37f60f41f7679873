package dev.lockstep.testing.fault;

import java.nio.ByteBuffer;

/**
 * One frame as it passes: its bytes, and what of its head a fault is chosen by.
 *
 * <p>Not thread-safe; the bytes are not copied.
 */
public final class WireFrame {

    static final int MAGIC = 0xdada;
    static final int FIXED_HEAD_BYTES = 16;
    static final int MAX_BYTES = 8 * 1024 * 1024;

    /** As far as this the length of a frame is known. */
    static final int LENGTH_END = 7;

    private static final int LENGTH_OFFSET = 3;
    private static final int HEAD_LENGTH_OFFSET = 7;
    private static final int TYPE_OFFSET = 9;
    private static final int REQUEST_ID_OFFSET = 12;

    private final byte[] bytes;

    WireFrame(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The full length that these first seven bytes claim; -1 if no frame begins so. */
    static int lengthIn(byte[] start) {
        var head = ByteBuffer.wrap(start);
        if ((head.getShort(0) & 0xffff) != MAGIC) {
            return -1;
        }
        var length = head.getInt(LENGTH_OFFSET);
        return length < FIXED_HEAD_BYTES || length > MAX_BYTES ? -1 : length;
    }

    /** 0 request, 1 response, 2 one-way, 3 ping, 4 pong. */
    public int type() {
        return bytes[TYPE_OFFSET];
    }

    public int requestId() {
        return ByteBuffer.wrap(bytes).getInt(REQUEST_ID_OFFSET);
    }

    /** The type code of the message, such as 1 for a GlobalBeginRequest; -1 if there is no body, as in heartbeats. */
    public int messageCode() {
        var body = ByteBuffer.wrap(bytes).getShort(HEAD_LENGTH_OFFSET);
        return body < FIXED_HEAD_BYTES || body + Short.BYTES > bytes.length
                ? -1
                : ByteBuffer.wrap(bytes).getShort(body);
    }

    public int length() {
        return bytes.length;
    }

    byte[] bytes() {
        return bytes;
    }
}
