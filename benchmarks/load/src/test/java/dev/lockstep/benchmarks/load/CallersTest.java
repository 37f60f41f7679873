package dev.lockstep.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class CallersTest {

    private static final Round BRANCHES = new Round(Workload.BRANCH.label(), 4, Duration.ofMillis(100));

    @Test
    void every_begin_is_followed_by_a_register_and_a_commit_of_the_same_xid() throws Exception {
        var calls = new RecordedCalls();
        try (var callers = new Callers()) {
            var tally = callers.run(BRANCHES, calls);

            assertThat(tally.transactions()).isPositive().isEqualTo(calls.commits.get());
            assertThat(tally.failures()).isZero();
            assertThat(calls.open).isEmpty();
            assertThat(calls.reports).hasValue(0);
            assertThat(tally.latencyMicros(100)).isPositive();
        }
    }

    @Test
    void no_two_branches_of_any_round_lock_the_same_row() throws Exception {
        var calls = new RecordedCalls();
        try (var callers = new Callers()) {
            var branches = callers.run(BRANCHES, calls).transactions()
                    + callers.run(BRANCHES, calls).transactions();

            assertThat(calls.rows).hasSize((int) branches);
        }
    }

    @Test
    void what_ends_before_the_window_is_made_and_checked_but_not_counted_for_throughput() throws Exception {
        var made = new AtomicInteger();
        // Each so long that no pause of this process covers it.
        var round = new Round(Workload.BRANCH.label(), 4, Duration.ofSeconds(1), Duration.ofSeconds(1));
        try (var callers = new Callers()) {
            var begun = System.nanoTime();
            var tally = callers.run(round, () -> {
                LockSupport.parkNanos(1_000_000);
                made.incrementAndGet();
            });

            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(round.length());
            assertThat(tally.transactions()).isEqualTo(made.get()).isGreaterThan(tally.inWindow());
            assertThat(tally.inWindow()).isPositive();
        }
    }

    @Test
    void a_round_that_is_over_before_its_callers_are_awake_makes_a_transaction_each() throws Exception {
        var calls = new RecordedCalls();
        try (var callers = new Callers()) {
            var tally = callers.run(new Round(Workload.EMPTY.label(), 8, Duration.ofNanos(1)), calls);

            assertThat(tally.transactions()).isEqualTo(8);
        }
    }

    @Test
    void a_failed_transaction_is_counted_with_its_reason_and_not_timed() throws Exception {
        var calls = new RecordedCalls();
        calls.commitFails = true;
        try (var callers = new Callers()) {
            var tally = callers.run(BRANCHES, calls);

            assertThat(tally.transactions()).isZero();
            assertThat(tally.failures()).isPositive();
            assertThat(tally.firstFailure()).contains("not today");
            assertThat(tally.latencyMicros(100)).isZero();
        }
    }

    @Test
    void reports_are_made_where_the_workload_wants_them() throws Exception {
        var calls = new RecordedCalls();
        try (var callers = new Callers()) {
            var tally = callers.run(new Round(Workload.REPORTED.label(), 2, Duration.ofMillis(50)), calls);

            assertThat(calls.reports.get()).isEqualTo((int) tally.transactions());
        }
    }

    private static final class RecordedCalls implements TcCalls {

        private final AtomicInteger xids = new AtomicInteger();
        private final AtomicInteger commits = new AtomicInteger();
        private final AtomicInteger reports = new AtomicInteger();
        private final Set<String> open = ConcurrentHashMap.newKeySet();
        private final Set<String> rows = ConcurrentHashMap.newKeySet();
        private volatile boolean commitFails;

        @Override
        public String begin() {
            var xid = "xid-" + xids.incrementAndGet();
            open.add(xid);
            return xid;
        }

        @Override
        public long register(String xid, String lockKey) {
            assertThat(open).contains(xid);
            rows.add(lockKey);
            return lockKey.length();
        }

        @Override
        public void report(String xid, long branchId) {
            assertThat(open).contains(xid);
            reports.incrementAndGet();
        }

        @Override
        public void commit(String xid) {
            if (commitFails) {
                throw new IllegalStateException("not today");
            }
            assertThat(open.remove(xid)).isTrue();
            commits.incrementAndGet();
        }
    }
}
