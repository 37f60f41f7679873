package dev.lockstep.benchmarks.comparison;

import dev.lockstep.benchmarks.load.Round;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Carries out a plan: servers, one process for each client, warm-up, turns, and the table.
 *
 * <p>Not thread-safe; used once.
 */
final class Comparison {

    /** Each client is warmed up in this many turns, so that TC and clients get warm together. */
    private static final int WARM_UP_TURNS = 4;

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
        Map<String, RunningClient> clients = new LinkedHashMap<>();
        try (var servers = Servers.start(plan.servers(), plan.repository())) {
            try {
                for (var contestant : plan.contestants()) {
                    var log = logs.resolve(plan.name() + "-" + contestant.name() + ".log");
                    var settings = servers.settingsFor(contestant);
                    clients.put(contestant.name(), RunningClient.start(contestant, classPaths, settings, log));
                }
                clients.values().forEach(client -> say("%s is connected", client.name()));
                warmUp(clients.values());
                for (var number = 1; number <= plan.rounds(); number++) {
                    measure(clients, number);
                }
            } finally {
                clients.values().forEach(RunningClient::close);
            }
        }
        return report();
    }

    private void warmUp(Collection<RunningClient> clients) {
        for (var number = 1; number <= WARM_UP_TURNS; number++) {
            for (var client : clients) {
                var workloads = plan.warmUpOf(client.name());
                var turn = plan.warmUp().dividedBy((long) WARM_UP_TURNS * workloads.size());
                for (var workload : workloads) {
                    client.run(new Round(workload.workload(), workload.callers(), turn));
                }
                say("warm-up %d of %d: %s", number, WARM_UP_TURNS, client.name());
            }
        }
    }

    private void measure(Map<String, RunningClient> clients, int number) {
        for (var bout : plan.bouts()) {
            var cell = bout.cell();
            // Who comes first changes, so that no client always runs behind the same one.
            var order = new ArrayList<>(bout.contestants());
            Collections.rotate(order, number - 1);
            for (var contestant : order) {
                var round = new Round(cell.workload(), cell.callers(), plan.roundLength());
                var result =
                        Objects.requireNonNull(clients.get(contestant.name())).run(round);
                var turn = new Turn(contestant.name(), round, number, result);
                standings.add(turn);
                say(
                        "round %d of %d: %s, %s, %d callers: %.0f tx/s",
                        number, plan.rounds(), contestant.name(), cell.workload(), cell.callers(), turn.perSecond());
            }
        }
    }

    /** All turns so far. */
    Standings standings() {
        return standings;
    }

    private boolean report() throws IOException {
        var now = LocalDateTime.now();
        var name = plan.name() + "-" + plan.servers().suffix() + "-"
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
