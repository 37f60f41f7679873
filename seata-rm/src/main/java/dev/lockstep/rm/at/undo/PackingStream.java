package dev.lockstep.rm.at.undo;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * Gathers what is written, and packs it on the way from the moment it has grown beyond the threshold, so that a large log
 * never stands in memory unpacked. What is written at once, as most logs are, is copied once. Not thread-safe.
 */
final class PackingStream extends OutputStream {

    private final UndoLogFormat format;
    private final Bytes bytes = new Bytes();
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
                && (long) bytes.count + more > format.compressionThresholdBytes()) {
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

    /** Memory that is as large as what is written first, and then grows by half. */
    private static final class Bytes extends OutputStream {
        private byte[] held = {};
        private int count;

        @Override
        public void write(int one) {
            makeRoomFor(1);
            held[count++] = (byte) one;
        }

        @Override
        public void write(byte[] from, int offset, int length) {
            makeRoomFor(length);
            System.arraycopy(from, offset, held, count, length);
            count += length;
        }

        private void makeRoomFor(int more) {
            int needed = Math.addExact(count, more);
            if (needed > held.length) {
                held = Arrays.copyOf(held, Math.max(needed, held.length + (held.length >> 1)));
            }
        }

        void reset() {
            held = new byte[0];
            count = 0;
        }

        byte[] toByteArray() {
            return count == held.length ? held : Arrays.copyOf(held, count);
        }
    }
}
