package dev.lockstep.rpc.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.rpc.policy.ReportForm;
import io.netty.channel.DefaultEventLoop;
import io.seata.core.protocol.transaction.BranchReportRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The rest of it is seen through {@link BranchReportsTest}. */
class ReportBatcherTest {

    private static final int ROUNDS = 1_000;

    private final DefaultEventLoop loop = new DefaultEventLoop();
    private final ExecutorService reporters = Executors.newFixedThreadPool(2);
    private final AtomicInteger stranded = new AtomicInteger();

    @AfterEach
    void end_the_reporters() {
        reporters.shutdownNow();
    }

    @Test
    void two_may_report_at_once_when_the_event_loop_has_ended() {
        assertThat(loop.shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly(20, TimeUnit.SECONDS))
                .isTrue();

        for (var round = 0; round < ROUNDS; round++) {
            // One of the two is to start the timer, the other one to send the full batch.
            var batcher = batcher();
            var ready = new AtomicInteger();
            Runnable reporter = () -> {
                ready.incrementAndGet();
                while (ready.get() < 2) {
                    Thread.onSpinWait();
                }
                batcher.add(report());
            };
            CompletableFuture.allOf(
                            CompletableFuture.runAsync(reporter, reporters),
                            CompletableFuture.runAsync(reporter, reporters))
                    .join();
        }

        assertThat(stranded).hasValueBetween(ROUNDS, 2 * ROUNDS);
    }

    private ReportBatcher batcher() {
        var options = new ReportOptions(2, Duration.ofMillis(20), ReportForm.SINGLE, false, Duration.ofSeconds(3));
        return new ReportBatcher(loop, options, System::nanoTime, new ReportBatcher.WayOut() {
            @Override
            public void leave(List<GatheredReport> batch) {}

            @Override
            public void strand(List<GatheredReport> reports, Exception why) {
                stranded.addAndGet(reports.size());
            }
        });
    }

    private static GatheredReport report() {
        return new GatheredReport(new BranchReportRequest(), System.nanoTime(), false);
    }
}
