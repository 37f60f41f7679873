package dev.lockstep.testing.tc;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;

/** Registers as a TM with the fewest bytes that a TC takes: proof that a server is one and that it serves. */
final class RawRegistration {

    private static final int MAGIC = 0xdada;
    private static final int HEAD_BYTES = 16;
    private static final int REQUEST = 0;
    private static final int RESPONSE = 1;
    private static final int REGISTER_TM = 101;
    private static final int REGISTER_TM_RESULT = 102;

    private RawRegistration() {}

    /** Returns the version that the TC says it has. */
    static String asTm(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request());
            DataInputStream in = new DataInputStream(socket.getInputStream());
            expect("magic", MAGIC, in.readUnsignedShort());
            expect("protocol version", 1, in.readByte());
            in.readInt();
            expect("head length", HEAD_BYTES, in.readShort());
            expect("message type", RESPONSE, in.readByte());
            in.readShort();
            expect("request id", 7, in.readInt());
            expect("type code", REGISTER_TM_RESULT, in.readShort());
            expect("identified", 1, in.readByte());
            return in.readUTF();
        }
    }

    private static byte[] request() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream fields = new DataOutputStream(body);
        fields.writeShort(REGISTER_TM);
        fields.writeUTF("2.0.0");
        fields.writeUTF("raw-registration");
        fields.writeUTF("default_tx_group");
        fields.writeShort(0);

        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        DataOutputStream head = new DataOutputStream(frame);
        head.writeShort(MAGIC);
        head.writeByte(1);
        head.writeInt(HEAD_BYTES + body.size());
        head.writeShort(HEAD_BYTES);
        head.writeByte(REQUEST);
        head.writeByte(1);
        head.writeByte(0);
        head.writeInt(7);
        body.writeTo(head);
        return frame.toByteArray();
    }

    private static void expect(String what, int expected, int found) throws IOException {
        if (expected != found) {
            throw new IOException(what + " is " + found + " instead of " + expected);
        }
    }
}
