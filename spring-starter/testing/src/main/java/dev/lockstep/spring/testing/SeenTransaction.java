package dev.lockstep.spring.testing;

import dev.lockstep.rm.event.BranchProgress;
import dev.lockstep.tm.GlobalOutcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A global transaction that the application has launched, as far as it is known at the moment of asking. Immutable.
 *
 * @param xid null where nothing has needed the TC
 * @param outcome null while it runs
 * @param failure what its caller got thrown, or null
 * @param branches those of this application, in the order of their registration
 */
public record SeenTransaction(
        @Nullable String xid,
        String name,
        @Nullable GlobalOutcome outcome,
        @Nullable Throwable failure,
        List<Branch> branches) {

    /**
     * A branch of this application.
     *
     * @param lockKeys the rows that it locked, {@code table:key,key;table:key}
     * @param outcome how its local transaction ended; null while it runs
     */
    public record Branch(long branchId, String resourceId, String lockKeys, BranchProgress.@Nullable Outcome outcome) {}

    public SeenTransaction {
        branches = List.copyOf(branches);
    }
}
