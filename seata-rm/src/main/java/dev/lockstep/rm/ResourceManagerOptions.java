package dev.lockstep.rm;

import dev.lockstep.rm.at.undo.Compression;
import dev.lockstep.rm.at.undo.UndoLogFormat;
import dev.lockstep.rm.at.undo.UndoLogFormat.ClassNames;
import dev.lockstep.rm.event.BranchListener;
import dev.lockstep.rm.policy.LockKeyForm;
import dev.lockstep.rm.policy.UnknownFunctions;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * The settings of a {@link ResourceManager}. Immutable; unset ones have the official client's defaults unless said
 * otherwise. What a setting means is said at {@link Builder}, whose methods have the same names as those that give the values
 * here.
 */
public final class ResourceManagerOptions {

    private final String undoLogTable;
    private final boolean createUndoLogTable;
    private final boolean changingUrls;
    private final boolean undoDataValidation;
    private final boolean onlyCareUpdateColumns;
    private final Set<String> uncapturedTables;
    private final Set<String> sideEffectsIgnored;
    private final UnknownFunctions unknownFunctions;
    private final LockKeyForm lockKeys;
    private final Duration lockRetryInterval;
    private final int lockRetryTimes;
    private final Duration lockRetryLimit;
    private final boolean reportSuccess;
    private final int reportRetryCount;
    private final int asyncCommitBufferLimit;
    private final Duration lostCommitLimit;
    private final Duration rollbackLockWait;
    private final Duration closeLimit;
    private final UndoLogFormat undoLogFormat;
    private final DirtyWriteListener dirtyWriteListener;
    private final Duration orphanAge;
    private final Duration tableMetaAge;
    private final BranchListener branchListener;
    private final boolean reachAtOnce;

    private ResourceManagerOptions(Builder builder) {
        this.undoLogTable = builder.undoLogTable;
        this.createUndoLogTable = builder.createUndoLogTable;
        this.changingUrls = builder.changingUrls;
        this.undoDataValidation = builder.undoDataValidation;
        this.onlyCareUpdateColumns = builder.onlyCareUpdateColumns;
        this.uncapturedTables = builder.uncapturedTables;
        this.sideEffectsIgnored = builder.sideEffectsIgnored;
        this.unknownFunctions = builder.unknownFunctions;
        this.lockKeys = builder.lockKeys;
        this.lockRetryInterval = builder.lockRetryInterval;
        this.lockRetryTimes = builder.lockRetryTimes;
        this.lockRetryLimit = builder.lockRetryLimit;
        this.reportSuccess = builder.reportSuccess;
        this.reportRetryCount = builder.reportRetryCount;
        this.asyncCommitBufferLimit = builder.asyncCommitBufferLimit;
        this.lostCommitLimit = builder.lostCommitLimit;
        this.rollbackLockWait = builder.rollbackLockWait;
        this.closeLimit = builder.closeLimit;
        this.undoLogFormat = new UndoLogFormat(
                builder.undoClassNames,
                builder.undoCompression,
                builder.undoCompressionThresholdBytes,
                builder.mostUndoLogBytes);
        this.dirtyWriteListener = builder.dirtyWriteListener;
        this.orphanAge = builder.orphanAge;
        this.tableMetaAge = builder.tableMetaAge;
        this.branchListener = builder.branchListener;
        this.reachAtOnce = builder.reachAtOnce;
    }

    /** Every setting at its default. */
    public static ResourceManagerOptions defaults() {
        return builder().build();
    }

    /** Begins with every setting at its default. */
    public static Builder builder() {
        return new Builder();
    }

    public String undoLogTable() {
        return undoLogTable;
    }

    public boolean createUndoLogTable() {
        return createUndoLogTable;
    }

    public boolean undoDataValidation() {
        return undoDataValidation;
    }

    public boolean onlyCareUpdateColumns() {
        return onlyCareUpdateColumns;
    }

    public boolean changingUrls() {
        return changingUrls;
    }

    public Set<String> uncapturedTables() {
        return uncapturedTables;
    }

    public Set<String> sideEffectsIgnored() {
        return sideEffectsIgnored;
    }

    public UnknownFunctions unknownFunctions() {
        return unknownFunctions;
    }

    public LockKeyForm lockKeys() {
        return lockKeys;
    }

    public Duration lockRetryInterval() {
        return lockRetryInterval;
    }

    public int lockRetryTimes() {
        return lockRetryTimes;
    }

    public Duration lockRetryLimit() {
        return lockRetryLimit;
    }

    public boolean reportSuccess() {
        return reportSuccess;
    }

    public int reportRetryCount() {
        return reportRetryCount;
    }

    public int asyncCommitBufferLimit() {
        return asyncCommitBufferLimit;
    }

    public Duration lostCommitLimit() {
        return lostCommitLimit;
    }

    public Duration rollbackLockWait() {
        return rollbackLockWait;
    }

    public Duration closeLimit() {
        return closeLimit;
    }

    UndoLogFormat undoLogFormat() {
        return undoLogFormat;
    }

    /** What {@code @class} begins with in undo logs written here. */
    public String undoClassNames() {
        return undoLogFormat.classNames().prefix();
    }

    public Duration orphanAge() {
        return orphanAge;
    }

    public Duration tableMetaAge() {
        return tableMetaAge;
    }

    public DirtyWriteListener dirtyWriteListener() {
        return dirtyWriteListener;
    }

    public boolean reachAtOnce() {
        return reachAtOnce;
    }

    public BranchListener branchListener() {
        return branchListener;
    }

    /**
     * Collects settings; one that cannot be is refused at once, by an {@link IllegalArgumentException} that names it. Not
     * thread-safe.
     */
    public static final class Builder {
        private String undoLogTable = "undo_log";
        private boolean createUndoLogTable;
        private boolean changingUrls;
        private boolean undoDataValidation = true;
        private boolean onlyCareUpdateColumns = true;
        private Set<String> uncapturedTables = Set.of();
        private Set<String> sideEffectsIgnored = Set.of();
        private UnknownFunctions unknownFunctions = UnknownFunctions.WARN;
        private LockKeyForm lockKeys = LockKeyForm.BOTH;
        private Duration lockRetryInterval = Duration.ofMillis(10);
        private int lockRetryTimes = 30;
        // Longer, and a waiting user transaction keeps its connection from others for too long.
        private Duration lockRetryLimit = Duration.ofMillis(1500);
        private boolean reportSuccess;
        private int reportRetryCount = 5;
        private int asyncCommitBufferLimit = 10_000;
        private Duration lostCommitLimit = Duration.ofSeconds(5);
        // The TC waits 15 s for the whole rollback of a branch.
        private Duration rollbackLockWait = Duration.ofSeconds(3);
        private Duration closeLimit = Duration.ofSeconds(5);

        private ClassNames undoClassNames = UndoLogFormat.OFFICIAL.classNames();
        private Compression undoCompression = UndoLogFormat.OFFICIAL.compression();
        private int undoCompressionThresholdBytes = UndoLogFormat.OFFICIAL.compressionThresholdBytes();
        private long mostUndoLogBytes = UndoLogFormat.OFFICIAL.mostBytes();
        // At least twice the longest global transaction.
        private Duration orphanAge = Duration.ofHours(24);
        // A few queries in a minute cost nothing, and a trigger is seldom made while its table is in use.
        private Duration tableMetaAge = Duration.ofMinutes(1);
        private DirtyWriteListener dirtyWriteListener = dirtyWrite -> {};
        private BranchListener branchListener = BranchListener.NONE;
        private boolean reachAtOnce = true;

        private Builder() {}

        /** Name of the undo log table in every database, with a schema or without. */
        public Builder undoLogTable(String value) {
            this.undoLogTable = Objects.requireNonNull(value, "undoLogTable");
            return this;
        }

        /**
         * Whether the undo log table is created where there is none, when a database is first reached; no by default, as most
         * users that write may not create. Where it cannot be created, that is logged.
         */
        public Builder createUndoLogTable(boolean value) {
            this.createUndoLogTable = value;
            return this;
        }

        /** Whether a rollback looks at rows before it overwrites them; switching it off can lose others' changes. */
        public Builder undoDataValidation(boolean value) {
            this.undoDataValidation = value;
            return this;
        }

        /** Whether images of UPDATEs hold only the key and the columns that can change. */
        public Builder onlyCareUpdateColumns(boolean value) {
            this.onlyCareUpdateColumns = value;
            return this;
        }

        /**
         * Tables whose writes pass inside global transactions as they are: no rollback undoes them, and no lock guards them. For
         * tables like a log of calls, which shall stay whatever becomes of the transaction. None by default.
         *
         * @param names in any case, with their schema or without
         */
        public Builder uncapturedTables(Set<String> names) {
            this.uncapturedTables = Set.copyOf(names);
            return this;
        }

        /**
         * Whether connections of one data source that show different URLs lead to one database all the same, as with drivers that
         * open each host of a cluster by a URL of its own. Without it, which is the default, a connection to another URL than the
         * first is refused writes inside global transactions, because whatever chooses among databases cannot be one resource.
         */
        public Builder changingUrls(boolean value) {
            this.changingUrls = value;
            return this;
        }

        /**
         * Tables that are written though their triggers or foreign keys change rows of other tables: the rows named are undone
         * and the others are not, unless undoing the ones brings the others back. None by default.
         *
         * @param names in any case, with their schema or without
         */
        public Builder sideEffectsIgnored(Set<String> names) {
            this.sideEffectsIgnored = Set.copyOf(names);
            return this;
        }

        /**
         * What becomes of statements inside global transactions that call functions which are neither built in and known to leave
         * rows alone nor sequences: functions of the user's own may write rows that no rollback undoes. WARN by default.
         */
        public Builder unknownFunctions(UnknownFunctions value) {
            this.unknownFunctions = Objects.requireNonNull(value, "unknownFunctions");
            return this;
        }

        /** In which words rows are named to the TC. CANONICAL is for a fleet without the official client. */
        public Builder lockKeys(LockKeyForm value) {
            this.lockKeys = Objects.requireNonNull(value, "lockKeys");
            return this;
        }

        /** Mean time between two tries to get rows that another global transaction holds; 10 ms by default. */
        public Builder lockRetryInterval(Duration value) {
            this.lockRetryInterval = positive(value, "lockRetryInterval");
            return this;
        }

        /** How many tries follow the first, 0 for none; 30 by default. */
        public Builder lockRetryTimes(int value) {
            this.lockRetryTimes = atLeast(0, value, "lockRetryTimes");
            return this;
        }

        /** When to give up though tries are left; 1.5 s by default, the official client knows no such limit. */
        public Builder lockRetryLimit(Duration value) {
            this.lockRetryLimit = positive(value, "lockRetryLimit");
            return this;
        }

        /** Whether committed branches are reported to the TC, which does without. */
        public Builder reportSuccess(boolean value) {
            this.reportSuccess = value;
            return this;
        }

        /** How often a report is sent when no answer comes. */
        public Builder reportRetryCount(int value) {
            this.reportRetryCount = atLeast(1, value, "reportRetryCount");
            return this;
        }

        /** How many undo logs of one resource may wait for their deletion before the TC is told to come again. */
        public Builder asyncCommitBufferLimit(int value) {
            this.asyncCommitBufferLimit = atLeast(1, value, "asyncCommitBufferLimit");
            return this;
        }

        /** How long to wait for a session whose commit was not answered, to learn its outcome. */
        public Builder lostCommitLimit(Duration value) {
            this.lostCommitLimit = positive(value, "lostCommitLimit");
            return this;
        }

        /** How long a statement of a rollback waits for a row lock; keep it well below 15 s, the TC's patience. */
        public Builder rollbackLockWait(Duration value) {
            this.rollbackLockWait = positive(value, "rollbackLockWait");
            return this;
        }

        /** How long closing waits for undo logs to be deleted, of all resources together. */
        public Builder closeLimit(Duration value) {
            this.closeLimit = positive(value, "closeLimit");
            return this;
        }

        /**
         * The family of class names in undo logs: {@code io.seata} (default), which official clients up to 2.0 read, or {@code
         * org.apache.seata}, which those from 2.1 on read. Official clients read one family only: a fleet that holds official
         * instances from 2.1 on needs the second before the first instance of ours starts. Ours reads both.
         */
        public Builder undoClassNames(String value) {
            this.undoClassNames = ClassNames.of(Objects.requireNonNull(value, "undoClassNames"));
            return this;
        }

        /** What larger undo logs are packed with: {@code zip} (default), {@code gzip}, {@code deflater} or {@code none}. */
        public Builder undoCompression(String value) {
            this.undoCompression = Compression.valueOf(
                    Objects.requireNonNull(value, "undoCompression").toUpperCase(Locale.ROOT));
            return this;
        }

        /** Undo logs of more bytes are packed; 64 KiB by default. */
        public Builder undoCompressionThresholdBytes(int value) {
            this.undoCompressionThresholdBytes = atLeast(0, value, "undoCompressionThresholdBytes");
            return this;
        }

        /** How large an undo log may be, unpacked, that a rollback reads; protects the memory. 256 MiB by default. */
        public Builder mostUndoLogBytes(long value) {
            if (value < 1) {
                throw new IllegalArgumentException("mostUndoLogBytes must be above zero, not " + value);
            }
            this.mostUndoLogBytes = value;
            return this;
        }

        /**
         * How old an undo log must be before its global transaction is asked for and, if that is committed, the undo log deleted; 24
         * hours by default. Keep it at least twice as long as the longest global transaction.
         */
        public Builder orphanAge(Duration value) {
            this.orphanAge = positive(value, "orphanAge");
            return this;
        }

        /**
         * How old what is known of a table may be; one minute by default. A column that changes shows itself at once; a trigger,
         * a cascade and a default on update that have been added are seen when the table is read anew.
         */
        public Builder tableMetaAge(Duration value) {
            this.tableMetaAge = positive(value, "tableMetaAge");
            return this;
        }

        /** Is told of branches that cannot be rolled back because somebody else wrote to their rows. */
        public Builder dirtyWriteListener(DirtyWriteListener value) {
            this.dirtyWriteListener = Objects.requireNonNull(value, "dirtyWriteListener");
            return this;
        }

        /** Is told of every branch while it comes into being; for meters and traces. */
        public Builder branchListener(BranchListener value) {
            this.branchListener = Objects.requireNonNull(value, "branchListener");
            return this;
        }

        /**
         * Whether the database behind a data source is reached, in the background, as soon as the data source is wrapped; so by
         * default. Otherwise with {@link ResourceManager#reachDatabases}, or at the first use inside a global transaction.
         */
        public Builder reachAtOnce(boolean value) {
            this.reachAtOnce = value;
            return this;
        }

        /** The settings gathered so far; may be called again. */
        public ResourceManagerOptions build() {
            return new ResourceManagerOptions(this);
        }

        private static Duration positive(Duration value, String name) {
            if (value.isNegative() || value.isZero()) {
                throw new IllegalArgumentException(name + " must be above zero, not " + value);
            }
            return value;
        }

        private static int atLeast(int least, int value, String name) {
            if (value < least) {
                throw new IllegalArgumentException(name + " must be at least " + least + ", not " + value);
            }
            return value;
        }
    }
}
