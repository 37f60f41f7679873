package dev.lockstep.tm;

import java.time.Duration;
import java.util.Objects;

/**
 * The settings of a TM. Immutable; each default stands with its reason beside its constant. What a setting means is said at
 * {@link Builder}, whose methods have the same names as those that give the values here.
 */
public final class TmOptions {

    /** The official default. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(60);

    /** The official default of both retry counts. */
    public static final int DEFAULT_TRIES = 5;

    /** Long enough for a TC's connection to be found again, short beside the second an AT session outlives its commit. */
    public static final Duration DEFAULT_FIRST_PAUSE = Duration.ofMillis(50);

    /** No pause between two tries is longer. */
    public static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    /** A connection that breaks, or a node that fails over, is back by then; a caller's thread waits no longer. */
    public static final Duration DEFAULT_REPEAT_LIMIT = Duration.ofSeconds(5);

    /** Every read of the xid begins, so nobody can miss it; see ADR 5. */
    public static final boolean DEFAULT_LAZY_BEGIN = true;

    /** It spares a wait and costs two requests where a write finds no row; see ADR 6. */
    public static final boolean DEFAULT_BEGIN_AHEAD = true;

    /** What a rolling restart can spare; the official client closes after 3 s whatever runs. */
    public static final Duration DEFAULT_CLOSE_LIMIT = Duration.ofSeconds(10);

    private final String applicationId;
    private final String transactionServiceGroup;
    private final Duration defaultTimeout;
    private final int commitTries;
    private final int rollbackTries;
    private final Duration firstPause;
    private final Duration repeatLimit;
    private final boolean lazyBegin;
    private final boolean beginAhead;
    private final Duration closeLimit;

    private TmOptions(Builder builder) {
        applicationId = builder.applicationId;
        transactionServiceGroup = builder.transactionServiceGroup;
        defaultTimeout = builder.defaultTimeout;
        commitTries = builder.commitTries;
        rollbackTries = builder.rollbackTries;
        firstPause = builder.firstPause;
        repeatLimit = builder.repeatLimit;
        lazyBegin = builder.lazyBegin;
        beginAhead = builder.beginAhead;
        closeLimit = builder.closeLimit;
    }

    /** Every setting at its default. See {@link #builder} for the arguments. */
    public static TmOptions of(String applicationId, String transactionServiceGroup) {
        return builder(applicationId, transactionServiceGroup).build();
    }

    /**
     * Begins with every setting at its default.
     *
     * @param applicationId the application as the TC knows it; no colon
     * @param transactionServiceGroup the group whose TC is asked
     */
    public static Builder builder(String applicationId, String transactionServiceGroup) {
        return new Builder(applicationId, transactionServiceGroup);
    }

    public String applicationId() {
        return applicationId;
    }

    public String transactionServiceGroup() {
        return transactionServiceGroup;
    }

    public Duration defaultTimeout() {
        return defaultTimeout;
    }

    public int commitTries() {
        return commitTries;
    }

    public int rollbackTries() {
        return rollbackTries;
    }

    public Duration firstPause() {
        return firstPause;
    }

    public Duration repeatLimit() {
        return repeatLimit;
    }

    public boolean lazyBegin() {
        return lazyBegin;
    }

    public boolean beginAhead() {
        return beginAhead;
    }

    public Duration closeLimit() {
        return closeLimit;
    }

    /** Gathers settings. Not thread-safe. */
    public static final class Builder {

        private final String applicationId;
        private final String transactionServiceGroup;
        private Duration defaultTimeout = DEFAULT_TIMEOUT;
        private int commitTries = DEFAULT_TRIES;
        private int rollbackTries = DEFAULT_TRIES;
        private Duration firstPause = DEFAULT_FIRST_PAUSE;
        private Duration repeatLimit = DEFAULT_REPEAT_LIMIT;
        private boolean lazyBegin = DEFAULT_LAZY_BEGIN;
        private boolean beginAhead = DEFAULT_BEGIN_AHEAD;
        private Duration closeLimit = DEFAULT_CLOSE_LIMIT;

        private Builder(String applicationId, String transactionServiceGroup) {
            this.applicationId = Objects.requireNonNull(applicationId, "applicationId");
            this.transactionServiceGroup = Objects.requireNonNull(transactionServiceGroup, "transactionServiceGroup");
        }

        /**
         * The timeout of global transactions that define none, after which the TC rolls them back.
         *
         * @throws IllegalArgumentException if it is below 1 ms
         */
        public Builder defaultTimeout(Duration timeout) {
            if (timeout.toMillis() < 1) {
                throw new IllegalArgumentException(
                        "The default timeout of global transactions is " + timeout + ": it must be at least 1 ms.");
            }
            this.defaultTimeout = timeout;
            return this;
        }

        /**
         * How often a commit is sent in all before its outcome is called unknown; what never left this process does not count.
         *
         * @throws IllegalArgumentException if it is below 1
         */
        public Builder commitTries(int tries) {
            this.commitTries = atLeastOne("Commit", tries);
            return this;
        }

        /**
         * The same for a rollback.
         *
         * @throws IllegalArgumentException if it is below 1
         */
        public Builder rollbackTries(int tries) {
            this.rollbackTries = atLeastOne("Rollback", tries);
            return this;
        }

        private static int atLeastOne(String what, int tries) {
            if (tries < 1) {
                throw new IllegalArgumentException(what + " is tried " + tries + " times: it must be at least 1.");
            }
            return tries;
        }

        /**
         * The pause before the second repetition; the first follows at once, later pauses double up to {@link
         * #LONGEST_PAUSE}.
         */
        public Builder firstPause(Duration pause) {
            this.firstPause = Objects.requireNonNull(pause, "pause");
            return this;
        }

        /**
         * How long a commit or rollback is repeated after its first answer was lost; the first repetition is made in any
         * case.
         */
        public Builder repeatLimit(Duration limit) {
            this.repeatLimit = Objects.requireNonNull(limit, "limit");
            return this;
        }

        /**
         * Whether the TC is asked for an xid only when something needs it, so that a global transaction that only reads
         * costs no round trip; else before the work runs.
         */
        public Builder lazyBegin(boolean lazy) {
            this.lazyBegin = lazy;
            return this;
        }

        /**
         * Whether a lazy begin is sent when a write is about to run, and not only when its branch registers. Means nothing
         * where the begin is not lazy, or the client of the TC cannot do that.
         */
        public Builder beginAhead(boolean ahead) {
            this.beginAhead = ahead;
            return this;
        }

        /** How long {@link GlobalTransactions#close} waits for those that run. */
        public Builder closeLimit(Duration limit) {
            this.closeLimit = Objects.requireNonNull(limit, "limit");
            return this;
        }

        /** The settings gathered so far; may be called again. */
        public TmOptions build() {
            return new TmOptions(this);
        }
    }
}
