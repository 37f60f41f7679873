package dev.lockstep.rm.at.undo;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * The forms of packing that are read and written here, under the names that {@code compressorType} of the context has for
 * them (class CompressorType, 2.0.0). The official client knows more, which need libraries of their own.
 */
public enum Compression {
    NONE,
    ZIP,
    GZIP,
    DEFLATER;

    OutputStream pack(OutputStream to) throws IOException {
        return Streams.packing(this, to);
    }

    InputStream unpack(InputStream from) throws IOException {
        return Streams.unpacking(this, from);
    }

    /** Packed whole, for tests and small contents. */
    byte[] pack(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(content.length / 4 + 64);
        try (OutputStream to = pack(bytes)) {
            to.write(content);
        }
        return bytes.toByteArray();
    }

    /**
     * The content while it is unpacked; reading beyond the limit fails, so that a few bytes cannot fill the memory.
     *
     * @param mostBytes of the unpacked content
     */
    InputStream open(byte[] packed, long mostBytes) throws IOException {
        return new Bounded(unpack(new ByteArrayInputStream(packed)), mostBytes);
    }

    /**
     * The form of this name.
     *
     * @throws UndoLogFormatException if it is not read here
     */
    static Compression of(String name) throws UndoLogFormatException {
        for (Compression known : values()) {
            if (known.name().equalsIgnoreCase(name)) {
                return known;
            }
        }
        throw new UndoLogFormatException(
                "The undo log is packed with " + name + ", which is not read here (only "
                        + Arrays.toString(values())
                        + "). It stays as it is; an instance with the client that wrote it can roll it back",
                null);
    }

    /** Apart from the names, which every start looks at: whole families of streams are loaded with it. */
    private static final class Streams {

        /** Undo logs repeat themselves so much that more effort takes twice the time and makes them hardly smaller. */
        private static final int LEVEL = Deflater.BEST_SPEED;

        static OutputStream packing(Compression compression, OutputStream to) throws IOException {
            return switch (compression) {
                case NONE -> to;
                case ZIP -> zip(to);
                case GZIP ->
                    new GZIPOutputStream(to) {
                        {
                            def.setLevel(LEVEL);
                        }
                    };
                case DEFLATER ->
                    new DeflaterOutputStream(to) {
                        {
                            def.setLevel(LEVEL);
                        }
                    };
            };
        }

        static InputStream unpacking(Compression compression, InputStream from) throws IOException {
            return switch (compression) {
                case NONE -> from;
                case ZIP -> unzip(from);
                case GZIP -> new GZIPInputStream(from);
                case DEFLATER -> new InflaterInputStream(from);
            };
        }

        private static OutputStream zip(OutputStream to) throws IOException {
            ZipOutputStream zip = new ZipOutputStream(to);
            zip.setLevel(LEVEL);
            zip.putNextEntry(new ZipEntry("zip"));
            return zip;
        }

        private static InputStream unzip(InputStream from) throws IOException {
            ZipInputStream zip = new ZipInputStream(from);
            if (zip.getNextEntry() == null) {
                throw new IOException("It is no zip archive, or an empty one");
            }
            return zip;
        }
    }

    /** Counts what is read. */
    private static final class Bounded extends FilterInputStream {
        private final long most;
        private long count;

        Bounded(InputStream from, long most) {
            super(from);
            this.most = most;
        }

        @Override
        public int read() throws IOException {
            int one = super.read();
            if (one >= 0) {
                add(1);
            }
            return one;
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            int read = super.read(to, offset, length);
            if (read > 0) {
                add(read);
            }
            return read;
        }

        private void add(int bytes) throws IOException {
            count += bytes;
            if (count > most) {
                throw new IOException("Unpacked it is larger than " + most + " bytes, the most that is read");
            }
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
