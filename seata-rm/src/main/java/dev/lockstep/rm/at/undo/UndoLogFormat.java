package dev.lockstep.rm.at.undo;

import java.util.Objects;

/**
 * How undo logs are written, and how large one may be that is read. Immutable.
 *
 * @param classNames whose names stand in {@code @class}
 * @param compression what larger logs are packed with; {@link Compression#NONE} for no packing
 * @param compressionThresholdBytes logs of more bytes are packed
 * @param mostBytes the size, unpacked, up to which a log is read; protects the memory from forged rows
 */
public record UndoLogFormat(
        ClassNames classNames, Compression compression, int compressionThresholdBytes, long mostBytes) {

    /** As the official client 2.0.0 writes by default; 256 MiB is some 50,000 rows of twenty columns, twice. */
    public static final UndoLogFormat OFFICIAL =
            new UndoLogFormat(ClassNames.IO_SEATA, Compression.ZIP, 64 * 1024, 256L * 1024 * 1024);

    public UndoLogFormat {
        Objects.requireNonNull(classNames, "classNames");
        Objects.requireNonNull(compression, "compression");
    }

    /**
     * The two families of class names. Ours are read in both; official clients read their own only, so a fleet has to agree
     * on one.
     */
    public enum ClassNames {
        /** Official clients up to 2.0. */
        IO_SEATA("io.seata"),
        /** Official clients from 2.1 on. */
        ORG_APACHE_SEATA("org.apache.seata");

        private final String prefix;

        ClassNames(String prefix) {
            this.prefix = prefix;
        }

        /** What the names begin with. */
        public String prefix() {
            return prefix;
        }

        /**
         * The family whose names begin so.
         *
         * @throws IllegalArgumentException if there is none
         */
        public static ClassNames of(String prefix) {
            for (ClassNames family : values()) {
                if (family.prefix.equals(prefix)) {
                    return family;
                }
            }
            throw new IllegalArgumentException("Class names of undo logs begin with " + IO_SEATA.prefix + " or "
                    + ORG_APACHE_SEATA.prefix + ", not with " + prefix);
        }
    }
}
