package dev.lockstep.testing.tc;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;

/**
 * A TM of the fewest bytes that a TC takes: registers, begins, asks for a status. Proof that a server is a TC, that it
 * serves, and what it remembers. One request at a time, with successful answers only.
 */
final class RawTm implements AutoCloseable {

    static final int STATUS_BEGIN = 1;
    static final int STATUS_FINISHED = 15;

    private static final int MAGIC = 0xdada;
    private static final int HEAD_BYTES = 16;
    private static final int REQUEST = 0;
    private static final int RESPONSE = 1;
    private static final int BEGIN = 1;
    private static final int STATUS = 15;
    private static final int REGISTER_TM = 101;

    private final Socket socket;
    private final DataInputStream in;
    private final String tcVersion;
    private int requestId = 7;

    RawTm(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(20_000);
        in = new DataInputStream(socket.getInputStream());
        DataInputStream answer = ask(REGISTER_TM, fields -> {
            fields.writeUTF("2.0.0");
            fields.writeUTF("raw-tm");
            fields.writeUTF("default_tx_group");
            fields.writeUTF("");
        });
        expect("identified", 1, answer.readByte());
        tcVersion = answer.readUTF();
    }

    /** The version that the TC says it has. */
    String tcVersion() {
        return tcVersion;
    }

    /** Begins a global transaction that outlives any test. */
    String begin() throws IOException {
        DataInputStream answer = ask(BEGIN, fields -> {
            fields.writeInt(3_600_000);
            fields.writeUTF("raw");
        });
        expectSuccess(answer);
        return answer.readUTF();
    }

    /** The code of the transaction's status. */
    int status(String xid) throws IOException {
        DataInputStream answer = ask(STATUS, fields -> {
            fields.writeUTF(xid);
            fields.writeUTF("");
        });
        expectSuccess(answer);
        return answer.readByte();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private DataInputStream ask(int typeCode, Fields fields) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream bodyFields = new DataOutputStream(body);
        bodyFields.writeShort(typeCode);
        fields.write(bodyFields);

        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        DataOutputStream head = new DataOutputStream(frame);
        head.writeShort(MAGIC);
        head.writeByte(1);
        head.writeInt(HEAD_BYTES + body.size());
        head.writeShort(HEAD_BYTES);
        head.writeByte(REQUEST);
        head.writeByte(1);
        head.writeByte(0);
        head.writeInt(++requestId);
        body.writeTo(head);
        socket.getOutputStream().write(frame.toByteArray());

        expect("magic", MAGIC, in.readUnsignedShort());
        expect("protocol version", 1, in.readByte());
        int length = in.readInt();
        expect("head length", HEAD_BYTES, in.readShort());
        expect("message type", RESPONSE, in.readByte());
        in.readShort();
        expect("request id", requestId, in.readInt());
        DataInputStream answer = new DataInputStream(new ByteArrayInputStream(in.readNBytes(length - HEAD_BYTES)));
        expect("type code", typeCode + 1, answer.readShort());
        return answer;
    }

    private static void expectSuccess(DataInputStream answer) throws IOException {
        expect("result code", 1, answer.readByte());
        expect("exception code", 0, answer.readByte());
    }

    private static void expect(String what, int expected, int found) throws IOException {
        if (expected != found) {
            throw new IOException(what + " is " + found + " instead of " + expected);
        }
    }

    @FunctionalInterface
    private interface Fields {
        void write(DataOutputStream out) throws IOException;
    }
}
