package dev.lockstep.testing.memory;

import dev.lockstep.port.TcRefusedException;
import dev.lockstep.testing.BranchCommand.Kind;
import io.seata.core.exception.TransactionExceptionCode;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.GlobalStatus;
import java.util.Optional;

/**
 * Tells the branches of one transaction to commit or to roll back, and draws the conclusions from their answers.
 *
 * <p>Thread-safe; one transaction is worked on by one thread at a time, which the {@link TransactionBook} sees to.
 */
final class PhaseTwo {

    private final TransactionBook book;
    private final BranchDelivery delivery;

    PhaseTwo(TransactionBook book, BranchDelivery delivery) {
        this.book = book;
        this.delivery = delivery;
    }

    /**
     * Rolls back while the TM waits.
     *
     * @throws TcRefusedException with the status, if a branch could not be told; it is tried again later
     */
    GlobalStatus rollBackNow(GlobalSession session) throws TcRefusedException {
        try {
            Attempt attempt = rollBack(session);
            if (attempt.unreachable()) {
                throw new TcRefusedException(
                        TransactionExceptionCode.Unknown,
                        "Global transaction " + session.xid
                                + " is not rolled back yet: no client with the resource of a"
                                + " branch is connected, or it did not answer. The coordinator goes on trying.",
                        attempt.status());
            }
            return attempt.status();
        } finally {
            book.release(session);
        }
    }

    /** Makes the next attempt at a transaction that a tick found due. */
    void runDue(GlobalSession session) {
        try {
            if (book.isCommitting(session)) {
                commit(session);
            } else {
                rollBack(session);
            }
        } finally {
            book.release(session);
        }
    }

    private record Attempt(GlobalStatus status, boolean unreachable) {}

    /** Stops at the first branch that is not rolled back: the next one's data may depend on it. */
    private Attempt rollBack(GlobalSession session) {
        for (Branch branch : book.branchesToTell(session, Kind.ROLLBACK)) {
            Optional<BranchStatus> answer = delivery.deliver(branch, book.command(branch, Kind.ROLLBACK));
            if (answer.isEmpty()) {
                book.branchNotEnded(session, branch, "no answer");
                return new Attempt(book.retryRollback(session), true);
            }
            switch (answer.get()) {
                case PhaseTwo_Rollbacked -> book.branchEnded(session, branch, answer.get());
                case PhaseTwo_RollbackFailed_Unretryable -> {
                    book.branchNotEnded(session, branch, answer.get().name());
                    return new Attempt(book.giveUp(session), false);
                }
                default -> {
                    book.branchNotEnded(session, branch, answer.get().name());
                    return new Attempt(book.retryRollback(session), false);
                }
            }
        }
        return new Attempt(book.end(session), false);
    }

    /** Goes on past a branch that is not committed: commits do not depend on each other. */
    private void commit(GlobalSession session) {
        boolean allEnded = true;
        for (Branch branch : book.branchesToTell(session, Kind.COMMIT)) {
            Optional<BranchStatus> answer = delivery.deliver(branch, book.command(branch, Kind.COMMIT));
            if (answer.isPresent() && answer.get() == BranchStatus.PhaseTwo_Committed) {
                book.branchEnded(session, branch, answer.get());
                continue;
            }
            book.branchNotEnded(session, branch, answer.map(Enum::name).orElse("no answer"));
            if (answer.isPresent() && answer.get() == BranchStatus.PhaseTwo_CommitFailed_Unretryable) {
                book.giveUp(session);
                return;
            }
            allEnded = false;
        }
        if (allEnded) {
            book.end(session);
        }
    }
}
