package dev.lockstep.rpc.channel;

import io.netty.channel.EventLoop;
import io.seata.core.exception.TransactionExceptionCode;
import io.seata.core.protocol.AbstractResultMessage;
import io.seata.core.protocol.ResultCode;
import io.seata.core.protocol.transaction.AbstractTransactionResponse;
import io.seata.core.protocol.transaction.BranchReportRequest;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of reports of successful branches on one connection. Nobody waits for them, so each end is told here: taken,
 * come too late to matter, spared, lost with the connection and given back once, or dropped.
 *
 * <p>{@link ReportBatcher} gathers them; those that leave go through {@link WriteCoalescer}, which knows no difference between
 * a report and any other request.
 *
 * <p>Bounded by what is gathered or not answered yet: a TC that does not keep up gets no more than that, and what exceeds it is
 * dropped. The TC does without reports of success.
 *
 * <p>{@link #report} is thread-safe; everything else is confined to the channel's event loop.
 */
final class BranchReports implements ReportBatcher.WayOut {

    private static final Logger log = LoggerFactory.getLogger(BranchReports.class);

    private final TcChannel channel;
    private final WriteCoalescer writes;
    private final ChannelOwner owner;
    private final ChannelEvents events;
    private final ReportOptions options;
    private final int maxOpen;
    private final LongSupplier nanoClock;
    private final ReportBatcher batcher;

    /** Gathered or unanswered. */
    private final AtomicInteger open = new AtomicInteger();

    /** @param maxOpen reports that may be gathered or unanswered; a few more may slip in when many report at once */
    BranchReports(
            TcChannel channel,
            EventLoop loop,
            WriteCoalescer writes,
            ChannelOwner owner,
            ChannelEvents events,
            ReportOptions options,
            int maxOpen,
            LongSupplier nanoClock) {
        this.channel = channel;
        this.writes = writes;
        this.owner = owner;
        this.events = events;
        this.options = options;
        this.maxOpen = maxOpen;
        this.nanoClock = nanoClock;
        this.batcher = new ReportBatcher(loop, options, nanoClock, this);
    }

    void report(BranchReportRequest message, boolean isRepetition) {
        if (open.get() >= maxOpen) {
            dropped(message, "too many reports wait for their answers already");
            return;
        }
        open.incrementAndGet();
        batcher.add(new GatheredReport(message, nanoClock.getAsLong(), isRepetition));
    }

    /**
     * The TC is told to end this transaction, or has begun to. What its branches have not reported by now is spared: success of
     * phase one changes nothing in what the TC does, at commit and at rollback, and once the transaction is over it refuses the
     * report after having looked for both.
     */
    void transactionEnds(String xid) {
        if (!options.spare() || batcher.isEmpty()) {
            return;
        }
        var spared = batcher.removeIf(report -> report.canBeSparedAtTheEndOf(xid));
        open.addAndGet(-spared);
        for (var i = 0; i < spared; i++) {
            events.reportSpared(channel.address());
        }
    }

    boolean isNoneGathered() {
        return batcher.isEmpty();
    }

    /** Sends what is gathered, however little it is. */
    void sendAll() {
        batcher.sendAll();
    }

    /** The connection is gone, and with it the way of what is gathered. */
    void connectionLost(String reason) {
        for (var report : batcher.takeAll()) {
            channel.notSent(asRequest(report), reason);
        }
    }

    @Override
    public void leave(List<GatheredReport> batch) {
        var merged = writes.offerReports(batch.stream().map(this::asRequest).toList(), options.form());
        events.reportsSent(channel.address(), batch.size(), merged);
    }

    @Override
    public void strand(List<GatheredReport> reports, Exception why) {
        reports.forEach(report -> asRequest(report).fail(why));
    }

    private Request asRequest(GatheredReport report) {
        var request = new Request(
                report.message(), report.createdNanos(), options.timeout().toNanos());
        request.answer().whenComplete((answer, failure) -> {
            open.decrementAndGet();
            ended(report, answer, failure);
        });
        return request;
    }

    private void ended(GatheredReport report, @Nullable AbstractResultMessage answer, @Nullable Throwable failure) {
        if (failure == null) {
            if (answer instanceof AbstractTransactionResponse response
                    && response.getResultCode() != ResultCode.Success) {
                refused(report.message(), response);
            }
        } else if (!channel.isActive() && !report.isRepetition()) {
            owner.reportReturned(channel, report.message());
        } else {
            dropped(report.message(), String.valueOf(failure.getMessage()));
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
