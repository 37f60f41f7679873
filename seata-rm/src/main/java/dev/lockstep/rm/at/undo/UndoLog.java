package dev.lockstep.rm.at.undo;

import dev.lockstep.rm.at.image.RowChange;
import java.util.List;

/**
 * Everything that one branch changed. Immutable.
 *
 * @param xid the global transaction
 * @param branchId the branch
 * @param changes in the order in which the statements ran; undone from the last to the first
 */
public record UndoLog(String xid, long branchId, List<RowChange> changes) {
    public UndoLog {
        changes = List.copyOf(changes);
    }
}
