package dev.lockstep.rpc.channel;

import dev.lockstep.port.PromptInbound;
import dev.lockstep.port.UndoLogSweep;
import io.seata.core.exception.TransactionException;
import io.seata.core.exception.TransactionExceptionCode;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.ResourceManagerInbound;
import io.seata.core.protocol.AbstractMessage;
import io.seata.core.protocol.ResultCode;
import io.seata.core.protocol.transaction.AbstractBranchEndRequest;
import io.seata.core.protocol.transaction.AbstractBranchEndResponse;
import io.seata.core.protocol.transaction.BranchCommitRequest;
import io.seata.core.protocol.transaction.BranchCommitResponse;
import io.seata.core.protocol.transaction.BranchRollbackRequest;
import io.seata.core.protocol.transaction.BranchRollbackResponse;
import io.seata.core.protocol.transaction.UndoLogDeleteRequest;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the TC asks of the RM: second phases and the deletion of old undo logs, from every connection of the client. Answers
 * each second phase exactly once: with the status of the inbound port, or with the retryable one if the port throws, gives
 * none, or the queue is full. Retryable is always true: the TC asks again.
 *
 * <p>Rollbacks take as long as the database does, so they leave the event loop. So do commits, to an executor of their own,
 * unless the port promises to take them without waiting.
 *
 * <p>Thread-safe.
 */
public final class BranchCommandHandler {

    private static final Logger log = LoggerFactory.getLogger(BranchCommandHandler.class);

    private final ResourceManagerInbound inbound;
    private final UndoLogSweep sweep;
    private final ChannelEvents events;
    private final LongSupplier nanoClock;
    private final boolean commitsPromptly;
    private final CommandExecutor commits;
    private final CommandExecutor rollbacks;
    private volatile boolean closed;

    /**
     * @param threads for commits, and as many again for rollbacks; they end when there is nothing to do
     * @param maxQueued commands that may wait for a thread, of each kind
     */
    public BranchCommandHandler(
            ResourceManagerInbound inbound,
            UndoLogSweep sweep,
            int threads,
            int maxQueued,
            ChannelEvents events,
            LongSupplier nanoClock) {
        this.inbound = inbound;
        this.sweep = sweep;
        this.events = events;
        this.nanoClock = nanoClock;
        this.commitsPromptly = inbound instanceof PromptInbound prompt && prompt.commitsPromptly();
        this.commits = new CommandExecutor("commit", threads, maxQueued);
        this.rollbacks = new CommandExecutor("rollback", threads, maxQueued);
    }

    /**
     * Takes over one command. Does not block.
     *
     * @param reply takes the answer, on any thread; not called for a deletion of undo logs, which has none
     */
    public void handle(AbstractMessage command, Consumer<AbstractBranchEndResponse> reply) {
        if (command instanceof BranchCommitRequest commit) {
            submit(commits, commit, Phase.COMMIT, reply);
        } else if (command instanceof BranchRollbackRequest rollback) {
            submit(rollbacks, rollback, Phase.ROLLBACK, reply);
        } else if (command instanceof UndoLogDeleteRequest deletion) {
            submit(deletion);
        } else {
            log.warn("[rpc] Ignored a command of the TC that is unknown to this version: {}", command);
        }
    }

    private void submit(
            CommandExecutor executor,
            AbstractBranchEndRequest request,
            Phase phase,
            Consumer<AbstractBranchEndResponse> reply) {
        var arrivedNanos = nanoClock.getAsLong();
        if (phase == Phase.COMMIT && commitsPromptly) {
            answer(request, phase, closed ? phase.retryable : run(request, phase), arrivedNanos, reply);
            return;
        }
        var command = new Command(request, phase, arrivedNanos, reply);
        if (!executor.offer(command)) {
            command.putOff();
        }
    }

    /** A command that may have to wait for a thread. */
    private final class Command implements Runnable {

        private final AbstractBranchEndRequest request;
        private final Phase phase;
        private final long arrivedNanos;
        private final Consumer<AbstractBranchEndResponse> reply;

        Command(
                AbstractBranchEndRequest request,
                Phase phase,
                long arrivedNanos,
                Consumer<AbstractBranchEndResponse> reply) {
            this.request = request;
            this.phase = phase;
            this.arrivedNanos = arrivedNanos;
            this.reply = reply;
        }

        @Override
        public void run() {
            answer(request, phase, BranchCommandHandler.this.run(request, phase), arrivedNanos, reply);
        }

        /** Answers without having run it. */
        void putOff() {
            answer(request, phase, phase.retryable, arrivedNanos, reply);
        }
    }

    /** Whatever happens inside, this gives a status: a command that is not answered holds up the TC for 15 to 30 s. */
    private BranchStatus run(AbstractBranchEndRequest request, Phase phase) {
        try {
            var status = phase.call(inbound, request);
            if (status != null) {
                return status;
            }
            log.error(
                    "[{}] The {} of branch {} gave no status; the TC is told to ask again.",
                    request.getXid(),
                    phase,
                    request.getBranchId());
        } catch (Exception | LinkageError | StackOverflowError | OutOfMemoryError | AssertionError e) {
            log.warn(
                    "[{}] The {} of branch {} on {} threw; the TC is told to ask again.",
                    request.getXid(),
                    phase,
                    request.getBranchId(),
                    request.getResourceId(),
                    e);
        }
        return phase.retryable;
    }

    private void answer(
            AbstractBranchEndRequest request,
            Phase phase,
            BranchStatus status,
            long arrivedNanos,
            Consumer<AbstractBranchEndResponse> reply) {
        var response = phase.newResponse();
        // The TC looks only at the status, not at the result code (measured on every version).
        response.setResultCode(ResultCode.Success);
        response.setTransactionExceptionCode(TransactionExceptionCode.Unknown);
        response.setXid(request.getXid());
        response.setBranchId(request.getBranchId());
        response.setBranchStatus(status);
        reply.accept(response);
        events.commandAnswered(request.getClass().getSimpleName(), status, nanoClock.getAsLong() - arrivedNanos);
    }

    private void submit(UndoLogDeleteRequest deletion) {
        var taken = rollbacks.offer(() -> {
            try {
                sweep.deleteUndoLogs(deletion.getResourceId(), deletion.getSaveDays());
            } catch (RuntimeException e) {
                log.warn(
                        "[rm {}] Old undo logs were not deleted; the TC asks again in a day.",
                        deletion.getResourceId(),
                        e);
            }
        });
        if (!taken) {
            log.info(
                    "[rm {}] No thread is free to delete old undo logs; the TC asks again in a day.",
                    deletion.getResourceId());
        }
    }

    /** How many commands no thread is free for yet. */
    public int waiting() {
        return commits.waiting() + rollbacks.waiting();
    }

    /**
     * Takes no more commands (they are answered as retryable) and waits for those it has, at most so long; those that wait then
     * are answered as retryable too, and those that run still may end later, unanswered. Nothing is interrupted.
     */
    public void close(Duration limit) {
        var deadline = System.nanoTime() + limit.toNanos();
        closed = true;
        commits.shutdown();
        rollbacks.shutdown();
        try {
            if (commits.awaitEnd(deadline - System.nanoTime()) && rollbacks.awaitEnd(deadline - System.nanoTime())) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        var running = commits.running() + rollbacks.running();
        var waiting = Stream.of(commits, rollbacks)
                .flatMap(executor -> executor.abandon().stream())
                .toList();
        log.warn(
                "[rpc] Closed with {} branch commands running, which end unanswered, and {} waiting, for which the TC is told to"
                        + " ask again; it repeats them on another instance or after the restart.",
                running,
                waiting.size());
        for (var each : waiting) {
            if (each instanceof Command command) {
                command.putOff();
            }
        }
    }

    private enum Phase {
        COMMIT("commit", BranchStatus.PhaseTwo_CommitFailed_Retryable) {
            @Override
            BranchStatus call(ResourceManagerInbound inbound, AbstractBranchEndRequest request)
                    throws TransactionException {
                return inbound.branchCommit(
                        request.getBranchType(),
                        request.getXid(),
                        request.getBranchId(),
                        request.getResourceId(),
                        request.getApplicationData());
            }

            @Override
            AbstractBranchEndResponse newResponse() {
                return new BranchCommitResponse();
            }
        },
        ROLLBACK("rollback", BranchStatus.PhaseTwo_RollbackFailed_Retryable) {
            @Override
            BranchStatus call(ResourceManagerInbound inbound, AbstractBranchEndRequest request)
                    throws TransactionException {
                return inbound.branchRollback(
                        request.getBranchType(),
                        request.getXid(),
                        request.getBranchId(),
                        request.getResourceId(),
                        request.getApplicationData());
            }

            @Override
            AbstractBranchEndResponse newResponse() {
                return new BranchRollbackResponse();
            }
        };

        private final String name;
        private final BranchStatus retryable;

        Phase(String name, BranchStatus retryable) {
            this.name = name;
            this.retryable = retryable;
        }

        abstract BranchStatus call(ResourceManagerInbound inbound, AbstractBranchEndRequest request)
                throws TransactionException;

        abstract AbstractBranchEndResponse newResponse();

        @Override
        public String toString() {
            return name;
        }
    }
}
