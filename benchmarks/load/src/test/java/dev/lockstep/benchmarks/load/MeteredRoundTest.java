package dev.lockstep.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MeteredRoundTest {

    private static final Round BRANCHES = new Round("branch", 1, Duration.ofMillis(10));

    @Test
    void branches_that_get_no_second_phase_are_told() throws Exception {
        var client = new Client(10, 7);

        var result = new MeteredRound(client, ServersAtWork.UNKNOWN, Duration.ofMillis(50)).run(BRANCHES);

        assertThat(result.value(RoundResult.BRANCHES_OPEN)).isEqualTo(3);
        assertThat(result.value(RoundResult.DRAIN_SECONDS)).isGreaterThanOrEqualTo(0.05);
    }

    @Test
    void second_phases_that_come_late_are_waited_for() throws Exception {
        var client = new Client(10, 7);
        client.committedEachLook = 1;

        var result = new MeteredRound(client, ServersAtWork.UNKNOWN, Duration.ofSeconds(10)).run(BRANCHES);

        assertThat(result.value(RoundResult.BRANCHES_OPEN)).isZero();
        assertThat(result.value(RoundResult.DRAIN_SECONDS)).isLessThan(10);
    }

    @Test
    void wrong_data_is_told_before_anything_else() throws Exception {
        var client = new Client(10, 10);
        client.failure = "one transaction";
        client.wrong = "two rows too many";

        var result = new MeteredRound(client, ServersAtWork.UNKNOWN, Duration.ofSeconds(1)).run(BRANCHES);

        assertThat(result.value(RoundResult.DATA_WRONG)).isEqualTo(1);
        assertThat(result.firstFailure()).isEqualTo("two rows too many");
    }

    @Test
    void counters_are_of_this_round_alone() throws Exception {
        var client = new Client(10, 10);
        var rounds = new MeteredRound(client, ServersAtWork.UNKNOWN, Duration.ofSeconds(1));
        rounds.run(BRANCHES);

        assertThat(rounds.run(BRANCHES).counter("frames")).isEqualTo(30);
    }

    @Test
    void costs_are_of_all_transactions_and_throughput_of_those_in_the_window() throws Exception {
        var client = new Client(10, 10);
        client.early = 4;
        var round = new Round("branch", 1, Duration.ofMillis(30), Duration.ofMillis(20));

        var result = new MeteredRound(client, ServersAtWork.UNKNOWN, Duration.ofSeconds(1)).run(round);

        assertThat(result.value(RoundResult.TRANSACTIONS)).isEqualTo(10);
        assertThat(result.value(RoundResult.IN_WINDOW)).isEqualTo(6);
        assertThat(result.value(RoundResult.LEAD_IN_SECONDS)).isEqualTo(0.03);
        assertThat(result.value(RoundResult.WINDOW_SECONDS)).isEqualTo(0.02);
        assertThat(result.value(RoundResult.MEAN_MICROS)).isBetween(29_600.0, 30_400.0);
    }

    @Test
    void what_a_round_needs_is_made_before_it_and_taken_back_after_it() throws Exception {
        var client = new Client(10, 10);

        new MeteredRound(client, ServersAtWork.UNKNOWN, Duration.ofSeconds(1)).run(BRANCHES);

        assertThat(client.steps).containsExactly("prepare", "run", "restore");
    }

    @Test
    void what_the_look_at_open_branches_allocates_is_not_the_client_s() throws Exception {
        var client = new Client(10, 7);
        client.committedEachLook = 1;
        client.bytesEachLook = 64 << 20;

        var result = new MeteredRound(client, ServersAtWork.UNKNOWN, Duration.ofSeconds(10)).run(BRANCHES);

        assertThat(result.value(RoundResult.ALLOCATED_BYTES)).isLessThan(client.bytesEachLook);
    }

    @Test
    void servers_at_work_are_told_with_the_round() throws Exception {
        var pid = Long.toString(ProcessHandle.current().pid());
        var servers = ServersAtWork.of(Map.of("tc-pids", pid + "," + pid, "database-pid", pid));

        var result = new MeteredRound(new Client(10, 10), servers, Duration.ofSeconds(1)).run(BRANCHES);

        assertThat(result.values())
                .containsKeys(RoundResult.TC_CPU_MILLIS, RoundResult.TC_SWITCHES, RoundResult.DATABASE_CPU_MILLIS);
    }

    @Test
    void a_result_survives_its_line() throws Exception {
        var client = new Client(10, 10);
        client.failure = "went wrong = twice,\nat least";

        var result = new MeteredRound(client, ServersAtWork.UNKNOWN, Duration.ofSeconds(1)).run(BRANCHES);
        var read = RoundResult.parse(result.line());

        assertThat(read.values()).isEqualTo(result.values());
        assertThat(read.firstFailure()).isEqualTo("went wrong = twice, at least");
        assertThat(read.value(RoundResult.FAILURES)).isEqualTo(1);
    }

    private static final class Client implements ClientUnderLoad {

        private final int transactions;
        private int early;
        private long committed;
        private final int committedEachRound;
        private int committedEachLook;
        private int bytesEachLook;
        private byte[] looked = {};
        private String wrong = "";
        private long registered;
        private String failure = "";
        private long frames;
        private final List<String> steps = new ArrayList<>();

        Client(int transactions, int committedEachRound) {
            this.transactions = transactions;
            this.committedEachRound = committedEachRound;
        }

        @Override
        public void prepare(Round round) {
            steps.add("prepare");
        }

        @Override
        public void restore(Round round) {
            steps.add("restore");
        }

        @Override
        public Tally run(Round round) {
            steps.add("run");
            var tally = new Tally(Window.of(round, 0));
            for (var count = 0; count < transactions; count++) {
                tally.committed(0, count < early ? 0 : round.leadIn().toNanos());
            }
            if (!failure.isEmpty()) {
                tally.failed(failure);
            }
            frames += 3L * transactions;
            registered += transactions;
            committed += committedEachRound;
            return tally;
        }

        @Override
        public long branchesOpen() {
            looked = new byte[bytesEachLook];
            var open = registered - committed + looked.length - bytesEachLook;
            committed += committedEachLook;
            return open;
        }

        @Override
        public String wrongData() {
            return wrong;
        }

        @Override
        public Map<String, Long> counters() {
            return Map.of("frames", frames);
        }

        @Override
        public void close() {}
    }
}
