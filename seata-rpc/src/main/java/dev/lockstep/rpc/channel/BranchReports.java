package dev.lockstep.rpc.channel;

import io.seata.core.exception.TransactionExceptionCode;
import io.seata.core.protocol.AbstractResultMessage;
import io.seata.core.protocol.ResultCode;
import io.seata.core.protocol.transaction.AbstractTransactionResponse;
import io.seata.core.protocol.transaction.BranchReportRequest;
import java.util.concurrent.CancellationException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of reports of successful branches on one connection. Nobody waits for them, so each end is told here: taken,
 * come too late to matter, spared, lost with the connection and given back once, or dropped.
 *
 * <p>Thread-safe.
 */
final class BranchReports {

    private static final Logger log = LoggerFactory.getLogger(BranchReports.class);

    private final TcChannel channel;
    private final ReportBatcher batcher;
    private final ChannelOwner owner;
    private final ChannelEvents events;
    private final ReportOptions options;
    private final LongSupplier nanoClock;

    BranchReports(
            TcChannel channel,
            ReportBatcher batcher,
            ChannelOwner owner,
            ChannelEvents events,
            ReportOptions options,
            LongSupplier nanoClock) {
        this.channel = channel;
        this.batcher = batcher;
        this.owner = owner;
        this.events = events;
        this.options = options;
        this.nanoClock = nanoClock;
    }

    void report(BranchReportRequest message, boolean isRepetition) {
        var report =
                new Request(message, nanoClock.getAsLong(), options.timeout().toNanos());
        if (batcher.offer(report)) {
            report.answer().whenComplete((answer, failure) -> ended(message, isRepetition, answer, failure));
        } else {
            dropped(message, "too many reports wait for their answers already");
        }
    }

    /**
     * The TC is told to end this transaction, or has begun to. What its branches have not reported by now is spared: success of
     * phase one changes nothing in what the TC does, at commit and at rollback, and once the transaction is over it refuses the
     * report after having looked for both.
     *
     * <p>On the channel's event loop.
     */
    void transactionEnds(String xid) {
        if (options.spare() && !batcher.isEmpty()) {
            batcher.takeIf(report -> canBeSpared((BranchReportRequest) report.message(), xid))
                    .forEach(Request::spare);
        }
    }

    /** Application data of a report replaces that of the branch, and may be for its second phase. */
    private static boolean canBeSpared(BranchReportRequest report, String xid) {
        return report.getApplicationData() == null && report.getXid().equals(xid);
    }

    private void ended(
            BranchReportRequest message,
            boolean isRepetition,
            @Nullable AbstractResultMessage answer,
            @Nullable Throwable failure) {
        if (failure == null) {
            if (answer instanceof AbstractTransactionResponse response
                    && response.getResultCode() != ResultCode.Success) {
                refused(message, response);
            }
        } else if (failure instanceof CancellationException) {
            events.reportSpared(channel.address());
        } else if (!channel.isActive() && !isRepetition) {
            owner.reportReturned(channel, message);
        } else {
            dropped(message, String.valueOf(failure.getMessage()));
        }
    }

    private void refused(BranchReportRequest message, AbstractTransactionResponse response) {
        var code = response.getTransactionExceptionCode();
        if (code == TransactionExceptionCode.BranchTransactionNotExist
                || code == TransactionExceptionCode.GlobalTransactionNotExist) {
            events.reportUnneeded(channel.address());
        } else {
            log.debug(
                    "{} The TC did not take the report of branch {}: {} {}",
                    channel,
                    message.getBranchId(),
                    code,
                    response.getMsg());
        }
    }

    private void dropped(BranchReportRequest message, String reason) {
        log.debug("{} Report of branch {} dropped: {}", channel, message.getBranchId(), reason);
        events.reportsDropped(channel.address(), 1, reason);
    }
}
