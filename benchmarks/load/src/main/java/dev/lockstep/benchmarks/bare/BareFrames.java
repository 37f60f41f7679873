package dev.lockstep.benchmarks.bare;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Writes the frames of a transaction: protocol version 1, native serializer, no compression, as {@code protocol.md} of the TC
 * 1.4.2 to 2.2.0 has them. Not thread-safe by itself; it holds only constants.
 */
final class BareFrames {

    static final int HEAD_BYTES = 16;
    /** More than any frame written here takes. */
    static final int MAX_BYTES = 512;

    static final int REQUEST = 0;
    static final int RESPONSE = 1;
    private static final int HEARTBEAT = 3;

    static final int BEGIN = 1;
    static final int BRANCH_COMMIT = 3;
    static final int COMMIT = 7;
    static final int REGISTER = 11;
    static final int REPORT = 13;
    private static final int REGISTER_TM = 101;
    private static final int REGISTER_RM = 103;

    static final int COMMITTED = 9;
    private static final int AT = 0;
    private static final int PHASE_ONE_DONE = 2;
    private static final int PHASE_TWO_COMMITTED = 5;

    private static final short MAGIC = (short) 0xdada;
    private static final int LENGTH_OFFSET = 3;
    private static final int TIMEOUT_MILLIS = 60_000;
    private static final byte[] VERSION = bytes("2.0.0");
    private static final byte[] GROUP = bytes("default_tx_group");
    private static final byte[] TRANSACTION_NAME = bytes("benchmark");
    private static final byte[] RESOURCE = bytes("jdbc:bench:bare");

    private BareFrames() {}

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static void heartbeat(ByteBuffer out) {
        end(out, begin(out, HEARTBEAT, 0));
    }

    static void registerTm(ByteBuffer out, int id, byte[] application) {
        var start = begin(out, REQUEST, id);
        registration(out, REGISTER_TM, application);
        end(out, start);
    }

    static void registerRm(ByteBuffer out, int id, byte[] application) {
        var start = begin(out, REQUEST, id);
        registration(out, REGISTER_RM, application);
        out.putInt(RESOURCE.length).put(RESOURCE);
        end(out, start);
    }

    private static void registration(ByteBuffer out, int code, byte[] application) {
        out.putShort((short) code);
        text(out, VERSION);
        text(out, application);
        text(out, GROUP);
        out.putShort((short) 0);
    }

    static void beginTransaction(ByteBuffer out, int id) {
        var start = begin(out, REQUEST, id);
        out.putShort((short) BEGIN).putInt(TIMEOUT_MILLIS);
        text(out, TRANSACTION_NAME);
        end(out, start);
    }

    static void register(ByteBuffer out, int id, byte[] xid, byte[] lockKey) {
        var start = begin(out, REQUEST, id);
        out.putShort((short) REGISTER);
        text(out, xid);
        out.put((byte) AT);
        text(out, RESOURCE);
        out.putInt(lockKey.length).put(lockKey).putInt(0);
        end(out, start);
    }

    static void report(ByteBuffer out, int id, byte[] xid, long branchId) {
        var start = begin(out, REQUEST, id);
        out.putShort((short) REPORT);
        text(out, xid);
        out.putLong(branchId).put((byte) PHASE_ONE_DONE);
        text(out, RESOURCE);
        out.putInt(0).put((byte) AT);
        end(out, start);
    }

    static void commit(ByteBuffer out, int id, byte[] xid) {
        var start = begin(out, REQUEST, id);
        out.putShort((short) COMMIT);
        text(out, xid);
        out.putShort((short) 0);
        end(out, start);
    }

    /** Answers a branch commit: done. The body of its request begins at the position of {@code request}. */
    static void branchCommitted(ByteBuffer out, int id, ByteBuffer request) {
        var start = begin(out, RESPONSE, id);
        out.putShort((short) (BRANCH_COMMIT + 1)).put((byte) 1).put((byte) 0);
        var xid = text(request);
        text(out, xid);
        out.putLong(request.getLong()).put((byte) PHASE_TWO_COMMITTED);
        end(out, start);
    }

    /** Reads a text with its length of two bytes. */
    static byte[] text(ByteBuffer in) {
        var bytes = new byte[in.getShort()];
        in.get(bytes);
        return bytes;
    }

    private static void text(ByteBuffer out, byte[] bytes) {
        out.putShort((short) bytes.length).put(bytes);
    }

    private static int begin(ByteBuffer out, int type, int id) {
        var start = out.position();
        out.putShort(MAGIC).put((byte) 1).putInt(0).putShort((short) HEAD_BYTES);
        out.put((byte) type).put((byte) 1).put((byte) 0).putInt(id);
        return start;
    }

    private static void end(ByteBuffer out, int start) {
        out.putInt(start + LENGTH_OFFSET, out.position() - start);
    }
}
