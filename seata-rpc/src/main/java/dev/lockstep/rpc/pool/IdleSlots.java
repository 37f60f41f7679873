package dev.lockstep.rpc.pool;

import dev.lockstep.rpc.channel.TcChannel;
import io.netty.channel.EventLoop;
import io.seata.core.model.BranchStatus;
import io.seata.core.protocol.AbstractMessage;
import io.seata.core.protocol.AbstractResultMessage;
import io.seata.core.protocol.ResultCode;
import io.seata.core.protocol.transaction.BranchRegisterResponse;
import io.seata.core.protocol.transaction.BranchReportRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Puts slots to sleep whose connections are idle: nothing was sent over them for a while, and no branch that was registered
 * over them awaits its second phase, since the TC sends it there first.
 *
 * <p>Confined to the node's event loop.
 */
final class IdleSlots {

    private final List<ChannelSlot> slots;
    private final Duration idleTime;
    private final EventLoop loop;
    private final Consumer<TcChannel> onClosed;
    private final AwaitedBranches awaited = new AwaitedBranches();
    private boolean stopped;

    /** @param slots those that may sleep */
    IdleSlots(List<ChannelSlot> slots, Duration idleTime, EventLoop loop, Consumer<TcChannel> onClosed) {
        this.slots = slots;
        this.idleTime = idleTime;
        this.loop = loop;
        this.onClosed = onClosed;
    }

    /** Looks for idle ones from now on. */
    void watch() {
        loop.schedule(this::look, idleTime.toNanos(), TimeUnit.NANOSECONDS);
    }

    void stop() {
        stopped = true;
    }

    void answered(TcChannel channel, AbstractMessage request, AbstractResultMessage answer) {
        if (answer instanceof BranchRegisterResponse registered && registered.getResultCode() == ResultCode.Success) {
            awaited.registered(registered.getBranchId(), channel);
        } else if (request instanceof BranchReportRequest report
                && report.getStatus() == BranchStatus.PhaseOne_Failed) {
            awaited.ended(report.getBranchId()); // the TC passes it over
        }
    }

    /** The second phase of a branch has come and was answered so. */
    void ended(long branchId, BranchStatus status) {
        if (status == BranchStatus.PhaseTwo_Committed
                || status == BranchStatus.PhaseTwo_CommitFailed_Unretryable
                || status == BranchStatus.PhaseTwo_Rollbacked
                || status == BranchStatus.PhaseTwo_RollbackFailed_Unretryable) {
            awaited.ended(branchId);
        }
    }

    void closed(TcChannel channel) {
        awaited.closed(channel);
    }

    private void look() {
        if (stopped) {
            return;
        }
        for (var slot : slots) {
            var channel = slot.live();
            if (channel != null && channel.idle().compareTo(idleTime) >= 0 && !awaited.mayAwait(channel)) {
                slot.sleep("it was idle for " + channel.idle().toMillis() + " ms");
                onClosed.accept(channel);
            }
        }
        watch();
    }
}
