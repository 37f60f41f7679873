package dev.lockstep.testing;

import io.seata.core.model.BranchType;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the TC told an RM to do with one branch.
 *
 * @param applicationData as the TC keeps it; null when there is none, since the protocol has no other word for "empty"
 */
public record BranchCommand(
        Kind kind,
        BranchType branchType,
        String xid,
        long branchId,
        String resourceId,
        @Nullable String applicationData) {

    /** The two ends of a branch. */
    public enum Kind {
        COMMIT,
        ROLLBACK
    }

    public BranchCommand {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(branchType, "branchType");
        Objects.requireNonNull(xid, "xid");
        Objects.requireNonNull(resourceId, "resourceId");
    }
}
