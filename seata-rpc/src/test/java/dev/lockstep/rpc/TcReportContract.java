package dev.lockstep.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.rpc.discovery.StaticDiscovery;
import dev.lockstep.rpc.discovery.TcAddress;
import dev.lockstep.rpc.policy.ReportForm;
import dev.lockstep.testing.tc.TcServer;
import io.seata.core.exception.TransactionException;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import io.seata.core.model.GlobalStatus;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Reports in each form, against a real TC: it answers every one of them. */
abstract class TcReportContract {

    private static final int BATCH = 32;
    private static final int REPORTS = 3 * BATCH;

    private final String resource = "jdbc:h2:mem:reports-" + UUID.randomUUID();
    final TcServer tc;
    private final boolean merges;

    /** @param merges whether this TC is sent merged frames where the options ask for them */
    TcReportContract(TcServer tc, boolean merges) {
        this.tc = tc;
        this.merges = merges;
    }

    @ParameterizedTest
    @EnumSource(ReportForm.class)
    void every_report_of_a_batch_is_answered(ReportForm form) throws TransactionException {
        var counts = new Counts();
        // Nothing leaves before its batch is full.
        try (var client = open(form, BATCH, Duration.ofSeconds(60), counts, new RecordingInbound())) {
            var xid = client.begin(null, null, "reports", 60_000);
            var branchIds = new long[REPORTS];
            for (var i = 0; i < REPORTS; i++) {
                branchIds[i] = client.branchRegister(BranchType.AT, resource, null, xid, null, "stock:" + i);
            }

            for (var branchId : branchIds) {
                client.branchReport(BranchType.AT, xid, branchId, BranchStatus.PhaseOne_Done, null);
            }

            await().atMost(Duration.ofSeconds(30)).until(() -> counts.answered.get() == REPORTS);
            assertThat(counts.batches).hasValue(REPORTS / BATCH);
            assertThat(counts.merged).hasValue(form == ReportForm.MERGED && merges ? REPORTS / BATCH : 0);
            assertThat(counts.dropped).hasValue(0);
            assertThat(counts.unneeded).hasValue(0);
            assertThat(client.rollback(xid)).isEqualTo(GlobalStatus.Rollbacked);
        }
    }

    @Test
    void report_that_comes_after_the_end_is_counted_as_unneeded() throws TransactionException {
        var counts = new Counts();
        try (var client = open(ReportForm.AUTO, BATCH, Duration.ofMillis(100), counts, new RecordingInbound())) {
            var xid = client.begin(null, null, "reports", 60_000);
            var branchId = client.branchRegister(BranchType.AT, resource, null, xid, null, "stock:1000");
            assertThat(client.rollback(xid)).isEqualTo(GlobalStatus.Rollbacked);

            client.branchReport(BranchType.AT, xid, branchId, BranchStatus.PhaseOne_Done, null);

            await().atMost(Duration.ofSeconds(30)).until(() -> counts.unneeded.get() == 1);
            assertThat(counts.dropped).hasValue(0);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"Committed", "Rollbacked"})
    void branches_whose_reports_were_spared_get_the_same_second_phase(GlobalStatus end) throws TransactionException {
        var counts = new Counts();
        var rm = new RecordingInbound();
        // Two are a batch, which leaves at once; the one after it lingers until the end of the global transaction.
        try (var client = open(ReportForm.AUTO, 2, Duration.ofSeconds(60), counts, rm)) {
            var xid = client.begin(null, null, "reports", 60_000);
            var reported = client.branchRegister(BranchType.AT, resource, null, xid, null, "stock:2000");
            client.branchReport(BranchType.AT, xid, reported, BranchStatus.PhaseOne_Done, null);
            client.branchReport(BranchType.AT, xid, reported, BranchStatus.PhaseOne_Done, null);
            await().atMost(Duration.ofSeconds(30)).until(() -> counts.answered.get() == 2);
            var spared = client.branchRegister(BranchType.AT, resource, null, xid, null, "stock:2001");
            client.branchReport(BranchType.AT, xid, spared, BranchStatus.PhaseOne_Done, null);

            assertThat(end == GlobalStatus.Committed ? client.commit(xid) : client.rollback(xid))
                    .isEqualTo(end);

            var told = end == GlobalStatus.Committed ? "commit " : "rollback ";
            await().atMost(Duration.ofSeconds(30)).until(() -> rm.calls.size() == 2);
            assertThat(rm.calls)
                    .containsExactlyInAnyOrder(told + reported + " of " + resource, told + spared + " of " + resource);
            assertThat(counts.spared).hasValue(1);
            assertThat(counts.answered).hasValue(2);
            assertThat(counts.unneeded).hasValue(0);
        }
    }

    private SeataRpcClient open(ReportForm form, int batchSize, Duration linger, Counts counts, RecordingInbound rm) {
        var options = RpcOptions.builder("reports-" + UUID.randomUUID(), "default_tx_group")
                .startupWait(Duration.ofSeconds(20))
                .connectTimeout(Duration.ofSeconds(20))
                .tmRequestTimeout(Duration.ofSeconds(20))
                .reportBatchSize(batchSize)
                .reportLinger(linger)
                .reportForm(form)
                .build();
        var client = new SeataRpcClient(options, StaticDiscovery.of(tc.address()), counts);
        client.open(rm, rm);
        // A resource registered before is announced soon after, perhaps not before a second phase.
        assertThat(client.stateOnceDecided().isUsable()).isTrue();
        client.register(resource);
        return client;
    }

    private static final class Counts implements RpcListener {

        private final AtomicInteger answered = new AtomicInteger();
        private final AtomicInteger batches = new AtomicInteger();
        private final AtomicInteger merged = new AtomicInteger();
        private final AtomicInteger unneeded = new AtomicInteger();
        private final AtomicInteger spared = new AtomicInteger();
        private final AtomicInteger dropped = new AtomicInteger();

        @Override
        public void answered(TcAddress address, String request, long nanos) {
            if (request.equals("BranchReportRequest")) {
                answered.incrementAndGet();
            }
        }

        @Override
        public void reportsSent(TcAddress address, int reports, boolean inOneFrame) {
            batches.incrementAndGet();
            merged.addAndGet(inOneFrame ? 1 : 0);
        }

        @Override
        public void reportUnneeded(TcAddress address) {
            unneeded.incrementAndGet();
        }

        @Override
        public void reportSpared(TcAddress address) {
            spared.incrementAndGet();
        }

        @Override
        public void reportsDropped(TcAddress address, int reports, String reason) {
            dropped.addAndGet(reports);
        }
    }
}
