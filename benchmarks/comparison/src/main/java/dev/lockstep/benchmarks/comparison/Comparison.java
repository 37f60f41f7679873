package dev.lockstep.benchmarks.comparison;

import dev.lockstep.benchmarks.load.ProcessCost;
import dev.lockstep.benchmarks.load.Round;
import dev.lockstep.testing.tc.TcServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Carries out a plan: one TC, one process for each client, warm-up, turns, and the table.
 *
 * <p>Not thread-safe; used once.
 */
final class Comparison {

    /** Each client is warmed up in this many turns, so that TC and clients get warm together. */
    private static final int WARM_UP_TURNS = 4;

    private static final int WARM_UP_CALLERS = 64;

    private final Plan plan;
    private final Path target;
    private final Standings standings = new Standings();

    Comparison(Plan plan) {
        this.plan = plan;
        this.target = plan.repository().resolve("benchmarks/target");
    }

    /**
     * Prints the table and writes it, with every single turn beside it, to {@code benchmarks/target}.
     *
     * @return false if anything went wrong that makes the figures worthless; the table says what
     */
    boolean run() throws IOException {
        var logs = Files.createDirectories(target.resolve("logs"));
        var classPaths = new ClassPaths(plan.repository());
        var clients = new ArrayList<RunningClient>();
        try (var tc = startTc()) {
            try {
                for (var contestant : plan.contestants()) {
                    var log = logs.resolve(plan.name() + "-" + contestant.name() + ".log");
                    clients.add(RunningClient.start(contestant, classPaths, tc.address(), log));
                }
                warmUp(clients);
                for (var number = 1; number <= plan.rounds(); number++) {
                    measure(clients, tc, number);
                }
            } finally {
                clients.forEach(RunningClient::close);
            }
        }
        return report();
    }

    private TcServer startTc() {
        var tc = TcServer.version(plan.tcVersion())
                .quickStart(false)
                .jvmArguments("-Xmx2g")
                .classPathFolder(plan.repository().resolve("target/servers"));
        if (plan.tcProcessors() > 0) {
            tc.jvmArguments("-XX:ActiveProcessorCount=" + plan.tcProcessors());
        }
        return tc.start();
    }

    private void warmUp(List<RunningClient> clients) {
        var turn =
                plan.warmUp().dividedBy((long) WARM_UP_TURNS * plan.workloads().size());
        for (var number = 1; number <= WARM_UP_TURNS; number++) {
            for (var client : clients) {
                for (var workload : plan.workloads()) {
                    client.run(new Round(workload, WARM_UP_CALLERS, turn));
                }
                say("warm-up %d of %d: %s", number, WARM_UP_TURNS, client.name());
            }
        }
    }

    private void measure(List<RunningClient> clients, TcServer tc, int number) {
        for (var cell : plan.cells()) {
            // Who comes first changes, so that no client always runs behind the same one.
            var order = new ArrayList<>(clients);
            Collections.rotate(order, number - 1);
            for (var client : order) {
                var round = new Round(cell.workload(), cell.callers(), plan.roundLength());
                var before = ProcessCost.of(tc.pid());
                var result = client.run(round);
                var turn = new Turn(
                        client.name(),
                        round,
                        number,
                        result,
                        ProcessCost.of(tc.pid()).since(before));
                standings.add(turn);
                say(
                        "round %d of %d: %s, %s, %d callers: %.0f tx/s",
                        number, plan.rounds(), client.name(), cell.workload(), cell.callers(), turn.perSecond());
            }
        }
    }

    private boolean report() throws IOException {
        var now = LocalDateTime.now();
        var name = plan.name() + "-" + plan.tcVersion()
                + (plan.tcProcessors() > 0 ? "-" + plan.tcProcessors() + "cpu" : "") + "-"
                + now.format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss"));
        var table = new Table(plan, standings, now);
        Files.writeString(target.resolve(name + ".md"), table.markdown());
        Files.writeString(target.resolve(name + ".csv"), table.csv());
        System.out.println(table.markdown());
        say("written: %s.md and .csv", target.resolve(name));
        return standings.troubles(plan.mayFail()).isEmpty();
    }

    private static void say(String format, Object... values) {
        System.err.printf(format + "%n", values);
    }
}
