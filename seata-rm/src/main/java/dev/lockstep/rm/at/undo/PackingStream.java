package dev.lockstep.rm.at.undo;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Gathers what is written, and packs it on the way from the moment it has grown beyond the threshold, so that a large log
 * never stands in memory unpacked. What is written at once, as most logs are, is copied once. Not thread-safe.
 */
final class PackingStream extends OutputStream {

    private final UndoLogFormat format;
    private Bytes bytes = new Bytes();
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
            Bytes soFar = bytes;
            bytes = new Bytes();
            to = compression.pack(bytes);
            soFar.writeTo(to);
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

    /** Memory that is as large as what is written first, and then grows by parts; these are put together once, at the end. */
    private static final class Bytes extends OutputStream {
        private static final int LEAST_PART = 8_192;

        private final List<byte[]> full = new ArrayList<>(0);
        private byte[] part = {};
        private int count;
        private int inPart;

        @Override
        public void write(int one) {
            if (inPart == part.length) {
                nextPart(1);
            }
            part[inPart++] = (byte) one;
            count++;
        }

        @Override
        public void write(byte[] from, int offset, int length) {
            int fits = Math.min(length, part.length - inPart);
            append(from, offset, fits);
            if (fits < length) {
                nextPart(length - fits);
                append(from, offset + fits, length - fits);
            }
        }

        private void append(byte[] from, int offset, int length) {
            System.arraycopy(from, offset, part, inPart, length);
            inPart += length;
            count = Math.addExact(count, length);
        }

        private void nextPart(int atLeast) {
            if (inPart > 0) {
                full.add(part);
            }
            part = new byte[count == 0 ? atLeast : Math.max(atLeast, LEAST_PART)];
            inPart = 0;
        }

        void writeTo(OutputStream to) throws IOException {
            for (byte[] one : full) {
                to.write(one);
            }
            to.write(part, 0, inPart);
        }

        byte[] toByteArray() {
            if (full.isEmpty() && count == part.length) {
                return part;
            }
            byte[] all = new byte[count];
            int at = 0;
            for (byte[] one : full) {
                System.arraycopy(one, 0, all, at, one.length);
                at += one.length;
            }
            System.arraycopy(part, 0, all, at, inPart);
            return all;
        }
    }
}
