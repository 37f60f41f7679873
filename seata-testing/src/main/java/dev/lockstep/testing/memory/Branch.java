package dev.lockstep.testing.memory;

import dev.lockstep.testing.BranchCommand;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import org.jspecify.annotations.Nullable;

/** One branch as the coordinator keeps it. Its two changing fields are guarded by the {@link TransactionBook}. */
final class Branch {

    private final String xid;
    private final long id;
    private final String resourceId;
    private final @Nullable String lockKeys;
    private final InMemoryClient registeredBy;
    private BranchStatus status = BranchStatus.Registered;
    private @Nullable String applicationData;

    Branch(
            String xid,
            long id,
            String resourceId,
            @Nullable String lockKeys,
            @Nullable String applicationData,
            InMemoryClient registeredBy) {
        this.xid = xid;
        this.id = id;
        this.resourceId = resourceId;
        this.lockKeys = lockKeys;
        this.applicationData = emptyAsNull(applicationData);
        this.registeredBy = registeredBy;
    }

    long id() {
        return id;
    }

    InMemoryClient registeredBy() {
        return registeredBy;
    }

    boolean failedInPhaseOne() {
        return status == BranchStatus.PhaseOne_Failed;
    }

    void report(BranchStatus reported, @Nullable String reportedApplicationData) {
        status = reported;
        applicationData = emptyAsNull(reportedApplicationData);
    }

    /** The protocol has one form for both, and readers see null. */
    private static @Nullable String emptyAsNull(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    BranchCommand command(BranchCommand.Kind kind) {
        return new BranchCommand(kind, BranchType.AT, xid, id, resourceId, applicationData);
    }

    BranchView view() {
        return new BranchView(id, resourceId, lockKeys, status, applicationData, registeredBy.applicationId());
    }
}
