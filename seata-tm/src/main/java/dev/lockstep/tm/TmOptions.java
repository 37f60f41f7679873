package dev.lockstep.tm;

import java.time.Duration;
import java.util.Objects;

/**
 * Settings of the TM. Immutable.
 *
 * @param applicationId the application as the TC knows it; no colon
 * @param transactionServiceGroup the group whose TC is asked
 * @param defaultTimeout of global transactions that define none, at least 1 ms
 * @param commitTries how often a commit is sent in all before its outcome is called unknown, at least 1; what never left
 *     this process does not count
 * @param rollbackTries the same for a rollback
 * @param firstPause before the second repetition; the first follows at once, later pauses double up to {@link
 *     #LONGEST_PAUSE}
 * @param repeatLimit how long a commit or rollback is repeated after its first answer was lost; the first repetition is made
 *     in any case
 * @param lazyBegin whether the TC is asked for an xid only when something needs it, so that a global transaction that
 *     only reads costs no round trip; else before the work runs
 * @param closeLimit how long {@link GlobalTransactions#close} waits for those that run
 * @param beginAhead whether a lazy begin is sent when a write is about to run, and not only when its branch registers; means
 *     nothing where the begin is not lazy, or the client of the TC cannot do that
 */
public record TmOptions(
        String applicationId,
        String transactionServiceGroup,
        Duration defaultTimeout,
        int commitTries,
        int rollbackTries,
        Duration firstPause,
        Duration repeatLimit,
        boolean lazyBegin,
        Duration closeLimit,
        boolean beginAhead) {

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

    public TmOptions {
        Objects.requireNonNull(applicationId, "applicationId");
        Objects.requireNonNull(transactionServiceGroup, "transactionServiceGroup");
        Objects.requireNonNull(firstPause, "firstPause");
        Objects.requireNonNull(repeatLimit, "repeatLimit");
        Objects.requireNonNull(closeLimit, "closeLimit");
        if (defaultTimeout.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "The default timeout of global transactions is " + defaultTimeout + ": it must be at least 1 ms.");
        }
        if (commitTries < 1 || rollbackTries < 1) {
            throw new IllegalArgumentException("Commit is tried " + commitTries + " times and rollback " + rollbackTries
                    + " times: both must be at least 1.");
        }
    }

    /** With the default limits of repetitions and of closing, and the default kind of begin. */
    public TmOptions(
            String applicationId,
            String transactionServiceGroup,
            Duration defaultTimeout,
            int commitTries,
            int rollbackTries,
            Duration firstPause) {
        this(
                applicationId,
                transactionServiceGroup,
                defaultTimeout,
                commitTries,
                rollbackTries,
                firstPause,
                DEFAULT_REPEAT_LIMIT,
                DEFAULT_LAZY_BEGIN,
                DEFAULT_CLOSE_LIMIT,
                DEFAULT_BEGIN_AHEAD);
    }

    /** All settings at their defaults. */
    public static TmOptions of(String applicationId, String transactionServiceGroup) {
        return new TmOptions(
                applicationId,
                transactionServiceGroup,
                DEFAULT_TIMEOUT,
                DEFAULT_TRIES,
                DEFAULT_TRIES,
                DEFAULT_FIRST_PAUSE);
    }

    public TmOptions withRepeatLimit(Duration newLimit) {
        return new TmOptions(
                applicationId,
                transactionServiceGroup,
                defaultTimeout,
                commitTries,
                rollbackTries,
                firstPause,
                newLimit,
                lazyBegin,
                closeLimit,
                beginAhead);
    }

    public TmOptions withLazyBegin(boolean newLazyBegin) {
        return new TmOptions(
                applicationId,
                transactionServiceGroup,
                defaultTimeout,
                commitTries,
                rollbackTries,
                firstPause,
                repeatLimit,
                newLazyBegin,
                closeLimit,
                beginAhead);
    }

    public TmOptions withCloseLimit(Duration newLimit) {
        return new TmOptions(
                applicationId,
                transactionServiceGroup,
                defaultTimeout,
                commitTries,
                rollbackTries,
                firstPause,
                repeatLimit,
                lazyBegin,
                newLimit,
                beginAhead);
    }

    public TmOptions withBeginAhead(boolean newBeginAhead) {
        return new TmOptions(
                applicationId,
                transactionServiceGroup,
                defaultTimeout,
                commitTries,
                rollbackTries,
                firstPause,
                repeatLimit,
                lazyBegin,
                closeLimit,
                newBeginAhead);
    }
}
