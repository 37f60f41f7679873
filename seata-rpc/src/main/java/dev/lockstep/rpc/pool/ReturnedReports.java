package dev.lockstep.rpc.pool;

import dev.lockstep.rpc.channel.TcChannel;
import io.seata.core.protocol.transaction.BranchReportRequest;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Reports of successful branches that were lost with their connection and wait for the next one, once. Repeating them is
 * always right: a report says the same each time, and one for a transaction that has ended meanwhile is refused.
 *
 * <p>Confined to the node's event loop.
 */
final class ReturnedReports {

    /** As many as a connection may have had open by default. */
    static final int MOST = 5_000;

    private final Deque<BranchReportRequest> waiting = new ArrayDeque<>();

    /** Keeps one; false if there are too many. */
    boolean offer(BranchReportRequest report) {
        return waiting.size() < MOST && waiting.offer(report);
    }

    void repeatOver(TcChannel channel) {
        for (var report = waiting.poll(); report != null; report = waiting.poll()) {
            channel.report(report, true);
        }
    }

    /** Forgets all; says how many that were. */
    int drop() {
        var dropped = waiting.size();
        waiting.clear();
        return dropped;
    }
}
