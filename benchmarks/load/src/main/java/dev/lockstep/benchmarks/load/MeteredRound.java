package dev.lockstep.benchmarks.load;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs one round and takes its measure. A transaction with a branch is not over when its commit is answered: the TC asks for
 * the second phase later. That is waited for, and its cost is in the figures, so that no client leaves work to the next: costs
 * are of all transactions of the round, from the first begin to the last second phase. Throughput and latency are those of the
 * round's {@link Window}.
 */
final class MeteredRound {

    /** Each look may count the rows of undo_log on a server, whose CPU is measured: so not more often than anybody needs. */
    private static final long POLL_MILLIS = 50;

    private final ClientUnderLoad client;
    private final ServersAtWork servers;
    private final Duration drainLimit;

    MeteredRound(ClientUnderLoad client, ServersAtWork servers, Duration drainLimit) {
        this.client = client;
        this.servers = servers;
        this.drainLimit = drainLimit;
    }

    RoundResult run(Round round) throws Exception {
        client.prepare(round);
        try {
            return measure(round);
        } finally {
            client.restore(round);
        }
    }

    private RoundResult measure(Round round) throws Exception {
        var serversBefore = servers.costs();
        var counters = client.counters();
        var allocated = Allocation.now();
        var cost = ProcessCost.ofThisProcess();
        var tally = client.run(round);
        var ended = System.nanoTime();
        var open = awaitSecondPhases(ended + drainLimit.toNanos());
        var drained = System.nanoTime();
        var spent = ProcessCost.ofThisProcess().since(cost);
        var bytes = Allocation.now().bytesSince(allocated);
        var serversAfter = servers.costs();

        Map<String, Double> values = new HashMap<>();
        values.put(RoundResult.TRANSACTIONS, (double) tally.transactions());
        values.put(RoundResult.FAILURES, (double) tally.failures());
        values.put(RoundResult.LEAD_IN_SECONDS, seconds(round.leadIn().toNanos()));
        values.put(RoundResult.WINDOW_SECONDS, seconds(round.window().toNanos()));
        values.put(RoundResult.IN_WINDOW, (double) tally.inWindow());
        values.put(RoundResult.DRAIN_SECONDS, seconds(drained - ended));
        values.put(RoundResult.BRANCHES_OPEN, (double) open);
        values.put(RoundResult.MEAN_MICROS, tally.meanLatencyMicros());
        values.put(RoundResult.P50_MICROS, tally.latencyMicros(50));
        values.put(RoundResult.P99_MICROS, tally.latencyMicros(99));
        values.put(RoundResult.P999_MICROS, tally.latencyMicros(99.9));
        values.put(RoundResult.MAX_MICROS, tally.latencyMicros(100));
        values.put(RoundResult.CPU_MILLIS, (double) spent.cpuMillis());
        values.put(RoundResult.COMPILER_MILLIS, spent.compilerMillis());
        values.put(RoundResult.SWITCHES, (double) spent.switches());
        values.put(RoundResult.WRITES, (double) spent.writes());
        values.put(RoundResult.ALLOCATED_BYTES, (double) bytes);
        serversAfter.forEach((name, after) -> values.put(name, after - serversBefore.getOrDefault(name, 0.0)));
        client.counters()
                .forEach((name, value) ->
                        values.put(RoundResult.COUNTER + name, (double) (value - counters.getOrDefault(name, 0L))));
        var wrong = client.wrongData();
        values.put(RoundResult.DATA_WRONG, wrong.isEmpty() ? 0.0 : 1.0);
        var failure = tally.firstFailure() == null ? "" : tally.firstFailure();
        return new RoundResult(values, wrong.isEmpty() ? failure : wrong);
    }

    /** How many branches have no second phase when they all have or the time is over. */
    private long awaitSecondPhases(long end) throws Exception {
        var open = client.branchesOpen();
        while (open > 0 && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            open = client.branchesOpen();
        }
        return Math.max(0, open);
    }

    private static double seconds(long nanos) {
        return nanos / 1e9;
    }
}
