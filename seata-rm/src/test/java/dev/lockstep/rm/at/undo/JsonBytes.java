package dev.lockstep.rm.at.undo;

import java.io.ByteArrayOutputStream;

/** The JSON of undo logs as plain bytes. */
final class JsonBytes {

    private final UndoLogJson json;

    JsonBytes(UndoLogFormat.ClassNames written) {
        json = new UndoLogJson(written);
    }

    byte[] encode(UndoLog log) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        json.encode(log, bytes);
        return bytes.toByteArray();
    }

    UndoLog decode(byte[] bytes) throws UndoLogFormatException {
        return json.decode(Compression.NONE, bytes, Integer.MAX_VALUE);
    }
}
