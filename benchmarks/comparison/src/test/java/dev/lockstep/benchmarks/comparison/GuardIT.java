package dev.lockstep.benchmarks.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.benchmarks.load.Round;
import dev.lockstep.benchmarks.load.RoundResult;
import dev.lockstep.testing.fault.Direction;
import dev.lockstep.testing.fault.Fault;
import dev.lockstep.testing.fault.FaultProxy;
import dev.lockstep.testing.tc.TcServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Holds what our client has reached: bytes allocated and frames sent for each transaction, the figures of a run that can be
 * repeated on any machine. The bounds stand in {@code guard.properties}; a rise of more than a tenth fails. Whoever lowers a
 * figure for good writes the new one there; the lines to write are printed.
 */
@Tag("long")
@Tag("guard")
class GuardIT {

    private static final double TOLERANCE = 1.10;
    /** For figures whose bound is 0: a heartbeat is a frame, too. */
    private static final double SLACK = 0.01;

    /**
     * The quick compiler alone: it never saves an allocation, so the figures do not depend on what the JIT has found out by the
     * time of a round. They are higher than those of a warm client, and the same on a busy machine.
     */
    private static final String REPEATABLE = "-XX:TieredStopAtLevel=1";

    /** Of a machine that stands still for some seconds nothing is to be learnt here. */
    private static final String PATIENT = "patience-seconds=60";
    /** Whether a report is spared shall not hang on how fast the TC answers. */
    private static final String GATHERING = "report-linger=500";

    private static final Duration WARM_UP = Duration.ofSeconds(3);
    private static final Duration ROUND = Duration.ofSeconds(2);
    private static final int ROUNDS = 3;
    private static final int CALLERS = 4;

    private static final Map<Contestant, List<String>> WORKLOADS = Map.of(
            Contestant.LOCKSTEP_DEFAULTS,
            List.of("empty", "branch", "reported"),
            Contestant.LOCKSTEP_SHOP,
            List.of("empty", "single", "order", "rolled-back", "batch"));

    @TempDir
    private Path logs;

    private final Map<String, Double> figures = new TreeMap<>();

    @Test
    void no_transaction_allocates_more_or_sends_more_frames_than_it_did() throws IOException {
        try (var tc = TcServer.version("1.8.0").quickStart(false).start();
                var proxy = FaultProxy.before(tc.address())) {
            var frames = new LongAdder();
            proxy.script((direction, frame) -> {
                if (direction == Direction.TO_TC) {
                    frames.increment();
                }
                return Fault.NONE;
            });
            WORKLOADS.forEach((contestant, workloads) -> measure(contestant, workloads, proxy.address(), frames));
        }
        figures.forEach((name, figure) -> System.out.println(String.format(Locale.ROOT, "%s=%.2f", name, figure)));

        assertThat(exceeded(bounds()))
                .as("figures above their bound, by more than a tenth")
                .isEmpty();
    }

    private void measure(Contestant contestant, List<String> workloads, String tc, LongAdder frames) {
        var kind = contestant.equals(Contestant.LOCKSTEP_SHOP) ? "shop" : "transport";
        var classPaths = new ClassPaths(Path.of(System.getProperty("lockstep.repository")));
        try (var client = RunningClient.start(
                contestant.withJvmArguments(REPEATABLE).withSettings(PATIENT, GATHERING),
                classPaths,
                tc,
                logs.resolve(kind + ".log"))) {
            for (var workload : workloads) {
                client.run(new Round(workload, CALLERS, WARM_UP));
                var bytes = Double.MAX_VALUE;
                var sent = Double.MAX_VALUE;
                // The best of some: what disturbs a round can only add.
                for (var number = 0; number < ROUNDS; number++) {
                    frames.reset();
                    var result = client.run(new Round(workload, CALLERS, ROUND));
                    assertSound(workload, result);
                    var transactions = result.value(RoundResult.TRANSACTIONS);
                    bytes = Math.min(bytes, result.value(RoundResult.ALLOCATED_BYTES) / transactions);
                    sent = Math.min(sent, frames.sum() / transactions);
                }
                figures.put(kind + "." + workload + ".bytes", bytes);
                figures.put(kind + "." + workload + ".frames", sent);
            }
        }
    }

    private static void assertSound(String workload, RoundResult result) {
        assertThat(result.value(RoundResult.TRANSACTIONS)).as(workload).isPositive();
        assertThat(result.firstFailure()).as(workload).isEmpty();
        assertThat(result.value(RoundResult.BRANCHES_OPEN)).as(workload).isZero();
    }

    private List<String> exceeded(Map<String, Double> bounds) {
        assertThat(figures.keySet())
                .as("figures measured, and those with a bound")
                .isEqualTo(bounds.keySet());
        var exceeded = new ArrayList<String>();
        figures.forEach((name, figure) -> {
            if (figure > bounds.get(name) * TOLERANCE + SLACK) {
                exceeded.add(String.format(Locale.ROOT, "%s is %.2f, bound %.2f", name, figure, bounds.get(name)));
            }
        });
        return exceeded;
    }

    private static Map<String, Double> bounds() throws IOException {
        var properties = new Properties();
        try (var in = GuardIT.class.getResourceAsStream("/guard.properties")) {
            properties.load(in);
        }
        var bounds = new TreeMap<String, Double>();
        properties.forEach((name, value) -> bounds.put((String) name, Double.valueOf((String) value)));
        return bounds;
    }
}
