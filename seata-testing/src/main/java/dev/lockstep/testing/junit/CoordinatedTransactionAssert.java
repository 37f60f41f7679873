package dev.lockstep.testing.junit;

import dev.lockstep.testing.memory.CoordinatorEvent;
import dev.lockstep.testing.memory.HeldLock;
import dev.lockstep.testing.memory.InMemoryCoordinator;
import io.seata.core.model.GlobalStatus;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.AbstractAssert;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** What is expected of a global transaction, seen from a coordinator in memory. Not thread-safe. */
public final class CoordinatedTransactionAssert
        extends AbstractAssert<CoordinatedTransactionAssert, InMemoryCoordinator> {

    private static final Duration SOON = Duration.ofSeconds(15);
    private static final Set<GlobalStatus> ROLLED_BACK =
            Set.of(GlobalStatus.Rollbacked, GlobalStatus.TimeoutRollbacked);

    private final String xid;

    private CoordinatedTransactionAssert(InMemoryCoordinator tc, String xid) {
        super(tc, CoordinatedTransactionAssert.class);
        this.xid = xid;
    }

    /** About the global transaction with this xid. */
    public static CoordinatedTransactionAssert assertThatTransaction(InMemoryCoordinator tc, String xid) {
        return new CoordinatedTransactionAssert(tc, xid);
    }

    /**
     * About the one that was begun last.
     *
     * @throws AssertionError if none was
     */
    public static CoordinatedTransactionAssert assertThatLastTransaction(InMemoryCoordinator tc) {
        String last = tc.events().stream()
                .filter(event -> event.kind() == CoordinatorEvent.Kind.BEGUN)
                .reduce((earlier, later) -> later)
                .orElseThrow(() -> new AssertionError("No global transaction was begun at this coordinator."))
                .xid();
        return new CoordinatedTransactionAssert(tc, last);
    }

    /** Soon all its branches are committed. */
    public CoordinatedTransactionAssert isCommitted() {
        return endsAs(Set.of(GlobalStatus.Committed));
    }

    /** Soon all its branches are rolled back, because somebody asked for it or its timeout was over. */
    public CoordinatedTransactionAssert isRolledBack() {
        return endsAs(ROLLED_BACK);
    }

    private CoordinatedTransactionAssert endsAs(Set<GlobalStatus> expected) {
        try {
            Awaitility.await().atMost(SOON).until(() -> actual.outcome(xid).isPresent());
        } catch (ConditionTimeoutException e) {
            throw failure(
                    "Expected global transaction %s to end as %s, and it stands as %s",
                    xid, expected, actual.transaction(xid).map(Object::toString).orElse("unknown"));
        }
        GlobalStatus found = actual.outcome(xid).orElseThrow();
        if (!expected.contains(found)) {
            throw failureWithActualExpected(
                    found,
                    expected,
                    "Expected global transaction %s to end as %s, and it ended as %s",
                    xid,
                    expected,
                    found);
        }
        return this;
    }

    /** So many branches were registered for it, by whichever application. */
    public CoordinatedTransactionAssert hasBranches(int expected) {
        List<CoordinatorEvent> registered = actual.events().stream()
                .filter(event -> event.xid().equals(xid) && event.kind() == CoordinatorEvent.Kind.BRANCH_REGISTERED)
                .toList();
        if (registered.size() != expected) {
            throw failureWithActualExpected(
                    registered.size(),
                    expected,
                    "Expected %s branches of %s, and there are %s",
                    expected,
                    xid,
                    registered);
        }
        return this;
    }

    /** It holds this row now; the table in any case. */
    public CoordinatedTransactionAssert holdsLock(String table, Object key) {
        if (locks().stream()
                .noneMatch(lock -> lock.row().table().equalsIgnoreCase(table)
                        && lock.row().primaryKey().equals(key.toString()))) {
            throw failure("Expected %s to hold %s:%s, and it holds %s", xid, table, key, locks());
        }
        return this;
    }

    /** It holds no row now. */
    public CoordinatedTransactionAssert holdsNoLock() {
        if (!locks().isEmpty()) {
            throw failure("Expected %s to hold no row, and it holds %s", xid, locks());
        }
        return this;
    }

    private List<HeldLock> locks() {
        return actual.locks().stream().filter(lock -> lock.xid().equals(xid)).toList();
    }
}
