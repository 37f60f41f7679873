package dev.lockstep.rm;

import dev.lockstep.rm.at.undo.DirtyWriteException;
import org.jspecify.annotations.Nullable;

/**
 * A branch that cannot be rolled back: a row is neither as the branch left it nor as it was before, or is referred to by rows of
 * others that would go with it. Nothing of the branch was undone, its undo log stays, and the TC keeps the global transaction,
 * and its locks, until somebody has repaired it.
 * docs/operations.md says how. Immutable.
 *
 * @param resourceId the database
 * @param xid the global transaction
 * @param branchId the branch
 * @param table the table of the row, as the database stores its name
 * @param key the primary key of the row
 * @param column the first column that differs; {@code *} when the row is gone, should not be there, or is
 *     referred to by rows of others
 * @param expected what the branch left there, for people to read; null for NULL, and where there is no row
 * @param found what is there now, likewise
 */
public record DirtyWrite(
        String resourceId,
        String xid,
        long branchId,
        String table,
        String key,
        String column,
        @Nullable Object expected,
        @Nullable Object found) {

    static DirtyWrite of(String resourceId, String xid, long branchId, DirtyWriteException what) {
        return new DirtyWrite(
                resourceId, xid, branchId, what.table(), what.key(), what.column(), what.expected(), what.found());
    }
}
