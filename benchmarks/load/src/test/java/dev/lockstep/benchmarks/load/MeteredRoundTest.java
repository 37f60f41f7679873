package dev.lockstep.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MeteredRoundTest {

    private static final Round BRANCHES = new Round(Workload.BRANCH, 1, Duration.ofMillis(10));

    @Test
    void branches_that_get_no_second_phase_are_told() throws Exception {
        var client = new Client(10, 7);

        var result = new MeteredRound(client, Duration.ofMillis(50)).run(BRANCHES);

        assertThat(result.value(RoundResult.BRANCHES_OPEN)).isEqualTo(3);
        assertThat(result.value(RoundResult.DRAIN_SECONDS)).isGreaterThanOrEqualTo(0.05);
    }

    @Test
    void what_was_late_in_one_round_does_not_hold_up_the_next() throws Exception {
        var client = new Client(10, 7);
        var rounds = new MeteredRound(client, Duration.ofMillis(50));
        rounds.run(BRANCHES);

        client.committedEachRound = 10;
        var next = rounds.run(BRANCHES);

        assertThat(next.value(RoundResult.BRANCHES_OPEN)).isZero();
    }

    @Test
    void counters_are_of_this_round_alone() throws Exception {
        var client = new Client(10, 10);
        var rounds = new MeteredRound(client, Duration.ofSeconds(1));
        rounds.run(BRANCHES);

        assertThat(rounds.run(BRANCHES).counter("frames")).isEqualTo(30);
    }

    @Test
    void a_result_survives_its_line() throws Exception {
        var client = new Client(10, 10);
        client.failure = "went wrong = twice,\nat least";

        var result = new MeteredRound(client, Duration.ofSeconds(1)).run(BRANCHES);
        var read = RoundResult.parse(result.line());

        assertThat(read.values()).isEqualTo(result.values());
        assertThat(read.firstFailure()).isEqualTo("went wrong = twice, at least");
        assertThat(read.value(RoundResult.FAILURES)).isEqualTo(1);
    }

    private static final class Client implements ClientUnderLoad {

        private final int transactions;
        private final AtomicLong committed = new AtomicLong();
        private volatile int committedEachRound;
        private String failure = "";
        private long frames;

        Client(int transactions, int committedEachRound) {
            this.transactions = transactions;
            this.committedEachRound = committedEachRound;
        }

        @Override
        public Tally run(Round round) {
            var tally = new Tally();
            for (var count = 0; count < transactions; count++) {
                tally.committed(1_000);
            }
            if (!failure.isEmpty()) {
                tally.failed(failure);
            }
            frames += 3L * transactions;
            committed.addAndGet(committedEachRound);
            return tally;
        }

        @Override
        public long branchesCommitted() {
            return committed.get();
        }

        @Override
        public Map<String, Long> counters() {
            return Map.of("frames", frames);
        }

        @Override
        public void close() {}
    }
}
