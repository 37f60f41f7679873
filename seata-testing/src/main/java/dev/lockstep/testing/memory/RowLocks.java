package dev.lockstep.testing.memory;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The lock table: which branch holds which row. Not thread-safe; guarded by its {@link TransactionBook}. */
final class RowLocks {

    private final Map<RowKey, HeldLock> held = new LinkedHashMap<>();

    /** The first of these rows that another transaction holds. */
    Optional<HeldLock> conflict(List<RowKey> rows, String xid) {
        return rows.stream()
                .map(held::get)
                .filter(lock -> lock != null && !lock.xid().equals(xid))
                .findFirst();
    }

    /** Takes the rows, which must be free or held by the same transaction; a row keeps its first branch. */
    void acquire(List<RowKey> rows, String xid, long branchId) {
        rows.forEach(row -> held.putIfAbsent(row, new HeldLock(row, xid, branchId)));
    }

    void releaseBranch(long branchId) {
        held.values().removeIf(lock -> lock.branchId() == branchId);
    }

    void releaseTransaction(String xid) {
        held.values().removeIf(lock -> lock.xid().equals(xid));
    }

    List<HeldLock> all() {
        return List.copyOf(held.values());
    }
}
