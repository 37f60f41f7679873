package dev.lockstep.rm.at.undo;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Gathers what is written, and packs it on the way from the moment it has grown beyond the threshold, so that a large log
 * never stands in memory unpacked. Not thread-safe.
 */
final class PackingStream extends OutputStream {

    private final UndoLogFormat format;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
    private OutputStream to = bytes;
    private Compression compression = Compression.NONE;

    PackingStream(UndoLogFormat format) {
        this.format = format;
    }

    @Override
    public void write(int one) throws IOException {
        makeRoomFor(1);
        to.write(one);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        makeRoomFor(length);
        to.write(from, offset, length);
    }

    private void makeRoomFor(int more) throws IOException {
        if (compression == Compression.NONE
                && format.compression() != Compression.NONE
                && (long) bytes.size() + more > format.compressionThresholdBytes()) {
            compression = format.compression();
            byte[] soFar = bytes.toByteArray();
            bytes.reset();
            to = compression.pack(bytes);
            to.write(soFar);
        }
    }

    @Override
    public void close() throws IOException {
        to.close();
    }

    /** How the bytes are packed; final once closed. */
    Compression compression() {
        return compression;
    }

    /** What was written, packed or not; complete once closed. */
    byte[] toByteArray() {
        return bytes.toByteArray();
    }
}
