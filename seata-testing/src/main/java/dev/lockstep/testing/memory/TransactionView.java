package dev.lockstep.testing.memory;

import io.seata.core.model.GlobalStatus;
import java.time.Duration;
import java.util.List;

/** A global transaction that has not ended, at the moment of asking; branches in the order of their registration. */
public record TransactionView(
        String xid,
        String applicationId,
        String transactionServiceGroup,
        String name,
        Duration timeout,
        GlobalStatus status,
        List<BranchView> branches) {

    public TransactionView {
        branches = List.copyOf(branches);
    }
}
