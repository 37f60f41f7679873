package dev.lockstep.spring.testing;

import dev.lockstep.tm.GlobalOutcome;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.AbstractAssert;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/** What is expected of a global transaction; made by {@link SeenTransactions}. Not thread-safe. */
public final class TransactionAssert extends AbstractAssert<TransactionAssert, SeenTransaction> {

    /** The TC ends an AT transaction about a second after it has answered. */
    private static final Duration SOON = Duration.ofSeconds(15);

    private final Leftovers leftovers;

    TransactionAssert(SeenTransaction transaction, Leftovers leftovers) {
        super(transaction, TransactionAssert.class);
        this.leftovers = leftovers;
    }

    /** It is committed, or certain to be. */
    public TransactionAssert isCommitted() {
        return hasOutcome(GlobalOutcome.COMMITTED);
    }

    /** It is rolled back in all its branches. */
    public TransactionAssert isRolledBack() {
        return hasOutcome(GlobalOutcome.ROLLED_BACK);
    }

    /** It ended in this way; null for one that still runs. */
    public TransactionAssert hasOutcome(@Nullable GlobalOutcome expected) {
        isNotNull();
        if (actual.outcome() != expected) {
            AssertionError wrong = failureWithActualExpected(
                    actual.outcome(),
                    expected,
                    "Expected global transaction '%s' (xid %s) to be %s, and it is %s. Its caller got: %s",
                    actual.name(),
                    actual.xid(),
                    word(expected),
                    word(actual.outcome()),
                    actual.failure());
            Throwable failure = actual.failure();
            if (failure != null) {
                wrong.addSuppressed(failure);
            }
            throw wrong;
        }
        return this;
    }

    private static String word(@Nullable GlobalOutcome outcome) {
        return outcome == null ? "still running" : outcome.name();
    }

    /** Its definition has this name. */
    public TransactionAssert hasName(String expected) {
        isNotNull();
        if (!actual.name().equals(expected)) {
            throw failureWithActualExpected(
                    actual.name(),
                    expected,
                    "Expected a global transaction '%s', and it is '%s'",
                    expected,
                    actual.name());
        }
        return this;
    }

    /** This application registered so many branches for it. */
    public TransactionAssert hasBranches(int expected) {
        isNotNull();
        if (actual.branches().size() != expected) {
            throw failureWithActualExpected(
                    actual.branches().size(),
                    expected,
                    "Expected %s branches of '%s', and there are %s: %s",
                    expected,
                    actual.name(),
                    actual.branches().size(),
                    actual.branches());
        }
        return this;
    }

    /**
     * A branch of this application locked these rows among others.
     *
     * @param table in any case, with schema or without, as it stood in the statement
     * @param key the primary key; a composite one with underscores between its columns
     */
    public TransactionAssert locked(String table, Object key) {
        isNotNull();
        String wanted = table + ":" + key;
        boolean found = actual.branches().stream()
                .flatMap(branch -> List.of(branch.lockKeys().split(";")).stream())
                .anyMatch(keys -> names(keys, table, key.toString()));
        if (!found) {
            throw failure(
                    "Expected '%s' to lock %s, and its branches locked %s",
                    actual.name(),
                    wanted,
                    actual.branches().stream()
                            .map(SeenTransaction.Branch::lockKeys)
                            .toList());
        }
        return this;
    }

    private static boolean names(String keysOfTable, String table, String key) {
        int colon = keysOfTable.indexOf(':');
        return colon > 0
                && keysOfTable.substring(0, colon).equalsIgnoreCase(table)
                && List.of(keysOfTable.substring(colon + 1).split(",")).contains(key);
    }

    /** Soon no row is locked globally for it, and no undo log of it is left in the databases of this application. */
    public TransactionAssert leavesNothing() {
        isNotNull();
        try {
            Awaitility.await()
                    .atMost(SOON)
                    .until(() -> leftovers.locks(actual).isEmpty() && leftovers.undoLogs(actual) == 0);
        } catch (ConditionTimeoutException e) {
            throw failure(
                    "Expected '%s' (xid %s, %s) to leave nothing, and after %s s there are global locks %s and %s undo"
                            + " log(s)",
                    actual.name(),
                    actual.xid(),
                    actual.outcome(),
                    SOON.toSeconds(),
                    leftovers.locks(actual),
                    leftovers.undoLogs(actual));
        }
        return this;
    }

    /** While it runs, or stands half done: so many undo logs of it are in the databases of this application. */
    public TransactionAssert hasUndoLogs(int expected) {
        isNotNull();
        int found = leftovers.undoLogs(actual);
        if (found != expected) {
            throw failureWithActualExpected(
                    found, expected, "Expected %s undo logs of '%s', and there are %s", expected, actual.name(), found);
        }
        return this;
    }
}
