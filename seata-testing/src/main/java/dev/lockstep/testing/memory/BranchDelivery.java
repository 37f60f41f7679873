package dev.lockstep.testing.memory;

import dev.lockstep.testing.BranchCommand;
import io.seata.core.exception.TransactionException;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.ResourceManagerInbound;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reaches the clients: picks one for a resource and waits for its answer, with a limit.
 *
 * <p>A command runs on a thread of its own, never on the caller's: the caller may be a TM's thread that still has its xid
 * bound, and no RM ever meets that behind a real TC.
 *
 * <p>Thread-safe.
 */
final class BranchDelivery {

    private static final Logger LOG = LoggerFactory.getLogger(BranchDelivery.class);

    private final List<InMemoryClient> clients = new CopyOnWriteArrayList<>();
    private final ExecutorService threads;
    private final Duration answerLimit;

    BranchDelivery(ExecutorService threads, Duration answerLimit) {
        this.threads = threads;
        this.answerLimit = answerLimit;
    }

    void add(InMemoryClient client) {
        clients.add(client);
    }

    void remove(InMemoryClient client) {
        clients.remove(client);
    }

    /**
     * Tells a branch what to do.
     *
     * @return the RM's answer; empty when no client has the resource or none answered in time, and nobody knows then what
     *     the RM did
     */
    Optional<BranchStatus> deliver(Branch branch, BranchCommand command) {
        Optional<InMemoryClient> client = clientFor(branch, command.resourceId());
        if (client.isEmpty()) {
            return Optional.empty();
        }
        ResourceManagerInbound inbound = client.get().inbound();
        try {
            Future<BranchStatus> answer = threads.submit(() -> tell(inbound, command));
            try {
                return Optional.of(answer.get(answerLimit.toMillis(), TimeUnit.MILLISECONDS));
            } catch (TimeoutException silent) {
                answer.cancel(true);
                LOG.warn(
                        "[{}] branch {}: no answer in {} ms",
                        command.xid(),
                        command.branchId(),
                        answerLimit.toMillis());
                return Optional.empty();
            }
        } catch (RejectedExecutionException closingOrFull) {
            LOG.warn(
                    "[{}] branch {}: no thread to tell it, {}",
                    command.xid(),
                    command.branchId(),
                    closingOrFull.toString());
            return Optional.empty();
        } catch (ExecutionException thrown) {
            LOG.warn("[{}] branch {}: the RM threw", command.xid(), command.branchId(), thrown.getCause());
            return Optional.of(
                    command.kind() == BranchCommand.Kind.COMMIT
                            ? BranchStatus.PhaseTwo_CommitFailed_Retryable
                            : BranchStatus.PhaseTwo_RollbackFailed_Retryable);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static BranchStatus tell(ResourceManagerInbound inbound, BranchCommand command)
            throws TransactionException {
        return command.kind() == BranchCommand.Kind.COMMIT
                ? inbound.branchCommit(
                        command.branchType(),
                        command.xid(),
                        command.branchId(),
                        command.resourceId(),
                        command.applicationData())
                : inbound.branchRollback(
                        command.branchType(),
                        command.xid(),
                        command.branchId(),
                        command.resourceId(),
                        command.applicationData());
    }

    /** The client that registered the branch, else one of its application, else any that has the resource. */
    private Optional<InMemoryClient> clientFor(Branch branch, String resourceId) {
        InMemoryClient own = branch.registeredBy();
        return clients.stream().filter(client -> client.hasResource(resourceId)).min(Comparator.comparingInt(client -> {
            if (client == own) {
                return 0;
            }
            return client.applicationId().equals(own.applicationId()) ? 1 : 2;
        }));
    }

    /** Orders one client that has the resource to clear old undo logs; false when there is none. */
    boolean sweep(String resourceId, int saveDays) {
        Optional<InMemoryClient> client = clients.stream()
                .filter(candidate -> candidate.hasResource(resourceId))
                .findFirst();
        client.ifPresent(chosen -> threads.execute(() -> chosen.sweep().deleteUndoLogs(resourceId, saveDays)));
        return client.isPresent();
    }
}
