package dev.lockstep.benchmarks.lockstep;

import dev.lockstep.rpc.RpcListener;
import dev.lockstep.rpc.discovery.TcAddress;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts what leaves for the TC, as our own listener tells it. */
final class WireCounts implements RpcListener {

    private final LongAdder frames = new LongAdder();
    private final LongAdder flushes = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder reports = new LongAdder();
    private final LongAdder reportsSpared = new LongAdder();
    private final LongAdder reportFrames = new LongAdder();
    private final LongAdder reportFlushes = new LongAdder();

    @Override
    public void flushed(TcAddress tc, int framesOfFlush, int bytesOfFlush) {
        frames.add(framesOfFlush);
        flushes.increment();
        bytes.add(bytesOfFlush);
    }

    @Override
    public void reportsSent(TcAddress tc, int reportsOfBatch, boolean merged) {
        reports.add(reportsOfBatch);
        reportFrames.add(merged ? 1 : reportsOfBatch);
        reportFlushes.increment();
    }

    @Override
    public void reportSpared(TcAddress tc) {
        reportsSpared.increment();
    }

    Map<String, Long> all() {
        return Map.of(
                "frames",
                frames.sum(),
                "flushes",
                flushes.sum(),
                "wire-bytes",
                bytes.sum(),
                "reports",
                reports.sum(),
                "reports-spared",
                reportsSpared.sum(),
                "report-frames",
                reportFrames.sum(),
                "report-flushes",
                reportFlushes.sum());
    }
}
