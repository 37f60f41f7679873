package dev.lockstep.testing;

import dev.lockstep.port.UndoLogSweep;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import io.seata.core.model.ResourceManagerInbound;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The receiving side of an RM that keeps what it is told and answers as a test wants; "done" unless told otherwise.
 *
 * <p>Thread-safe. A command is recorded before its answer is asked for, so a test can hold the answer back and still see it.
 */
public final class RecordingResourceManager implements ResourceManagerInbound, UndoLogSweep {

    private final List<BranchCommand> commands = new CopyOnWriteArrayList<>();
    private final List<SweepOrder> sweepOrders = new CopyOnWriteArrayList<>();
    private volatile Function<BranchCommand, BranchStatus> answer = RecordingResourceManager::done;

    /** An order to delete old undo logs. */
    public record SweepOrder(String resourceId, int saveDays) {}

    /** The status that ends the branch well. */
    public static BranchStatus done(BranchCommand command) {
        return command.kind() == BranchCommand.Kind.COMMIT
                ? BranchStatus.PhaseTwo_Committed
                : BranchStatus.PhaseTwo_Rollbacked;
    }

    /** Sets what is answered from now on. The function runs on the thread that delivers and may block for a moment. */
    public void answerWith(Function<BranchCommand, BranchStatus> answer) {
        this.answer = Objects.requireNonNull(answer, "answer");
    }

    /** All commands so far, in the order of their arrival. */
    public List<BranchCommand> commands() {
        return List.copyOf(commands);
    }

    /** The commands for one global transaction, in the order of their arrival. */
    public List<BranchCommand> commands(String xid) {
        return commands.stream().filter(command -> command.xid().equals(xid)).toList();
    }

    /** All orders to delete undo logs so far. */
    public List<SweepOrder> sweepOrders() {
        return List.copyOf(sweepOrders);
    }

    @Override
    public BranchStatus branchCommit(
            BranchType branchType, String xid, long branchId, String resourceId, @Nullable String applicationData) {
        return take(
                new BranchCommand(BranchCommand.Kind.COMMIT, branchType, xid, branchId, resourceId, applicationData));
    }

    @Override
    public BranchStatus branchRollback(
            BranchType branchType, String xid, long branchId, String resourceId, @Nullable String applicationData) {
        return take(
                new BranchCommand(BranchCommand.Kind.ROLLBACK, branchType, xid, branchId, resourceId, applicationData));
    }

    private BranchStatus take(BranchCommand command) {
        commands.add(command);
        return answer.apply(command);
    }

    @Override
    public void deleteUndoLogs(String resourceId, int saveDays) {
        sweepOrders.add(new SweepOrder(resourceId, saveDays));
    }
}
