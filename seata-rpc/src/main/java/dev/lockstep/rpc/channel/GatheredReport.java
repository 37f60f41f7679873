package dev.lockstep.rpc.channel;

import io.seata.core.protocol.transaction.BranchReportRequest;

/**
 * The report of a successful branch before it leaves. Most never do, so it becomes a {@link Request} with an answer to wait
 * for no earlier than that.
 *
 * @param createdNanos on the client's clock
 * @param isRepetition whether it was lost with another connection before
 */
record GatheredReport(BranchReportRequest message, long createdNanos, boolean isRepetition) {

    long ageNanos(long now) {
        return now - createdNanos;
    }

    /** Application data of a report replaces that of the branch, and may be for its second phase. */
    boolean canBeSparedAtTheEndOf(String xid) {
        return message.getApplicationData() == null && message.getXid().equals(xid);
    }
}
