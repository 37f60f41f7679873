package dev.lockstep.testing.memory;

import io.seata.core.model.GlobalStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** One global transaction as the coordinator keeps it. Guarded by its {@link TransactionBook}. */
final class GlobalSession {

    final String xid;
    final List<Branch> branches = new ArrayList<>();
    private final String applicationId;
    private final String transactionServiceGroup;
    private final String name;
    private final Duration timeout;
    private final Instant begun;
    GlobalStatus status = GlobalStatus.Begin;
    /** Some thread is telling its branches; nobody else may. */
    boolean inPhaseTwo;

    GlobalSession(
            String xid,
            String applicationId,
            String transactionServiceGroup,
            String name,
            Duration timeout,
            Instant begun) {
        this.xid = xid;
        this.applicationId = applicationId;
        this.transactionServiceGroup = transactionServiceGroup;
        this.name = name;
        this.timeout = timeout;
        this.begun = begun;
    }

    /** Takes new branches until commit, rollback or the timeout is decided. */
    boolean isActive() {
        return status == GlobalStatus.Begin;
    }

    boolean isExpired(Instant now) {
        return isActive() && now.isAfter(begun.plus(timeout));
    }

    /** Whether a tick has something to do for it. */
    boolean isDue() {
        return !inPhaseTwo
                && (status == GlobalStatus.AsyncCommitting
                        || status == GlobalStatus.RollbackRetrying
                        || status == GlobalStatus.TimeoutRollbacking);
    }

    boolean isRollingBack() {
        return switch (status) {
            case Rollbacking,
                    RollbackRetrying,
                    TimeoutRollbacking,
                    TimeoutRollbackRetrying,
                    RollbackFailed,
                    TimeoutRollbackFailed -> true;
            default -> false;
        };
    }

    boolean isTimedOut() {
        return status == GlobalStatus.TimeoutRollbacking;
    }

    TransactionView view() {
        return new TransactionView(
                xid,
                applicationId,
                transactionServiceGroup,
                name,
                timeout,
                status,
                branches.stream().map(Branch::view).toList());
    }
}
