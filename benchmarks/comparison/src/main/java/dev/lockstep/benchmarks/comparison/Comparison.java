package dev.lockstep.benchmarks.comparison;

import dev.lockstep.benchmarks.load.Round;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Carries out a plan: servers, one process for each client, warm-up, turns, and the table.
 *
 * <p>Not thread-safe; used once.
 */
final class Comparison {

    private final Plan plan;
    private final Schedule schedule;
    private final Path target;
    private final Standings standings = new Standings();
    private int rounds;

    Comparison(Plan plan) {
        this.plan = plan;
        this.schedule = plan.schedule();
        this.target = plan.repository().resolve("benchmarks/target");
    }

    /**
     * Measures, prints the table and writes it, with every single turn beside it, to {@code benchmarks/target}.
     *
     * @return false if anything went wrong that makes the figures worthless; the table says what
     */
    boolean run() throws IOException {
        measure();
        return report();
    }

    /** Starts everything, lets all take their turns, and ends everything. */
    void measure() throws IOException {
        var end = System.nanoTime() + schedule.limit().toNanos();
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
                warmUp(clients);
                var begun = System.nanoTime();
                var lastRound = 0L;
                // One is made in any case, and another where most of it lies before the end.
                while (rounds < schedule.rounds() && (rounds == 0 || begun + lastRound / 2 - end < 0)) {
                    measure(clients, rounds + 1);
                    rounds++;
                    lastRound = System.nanoTime() - begun;
                    begun += lastRound;
                }
            } finally {
                clients.values().forEach(RunningClient::close);
            }
        }
    }

    private void warmUp(Map<String, RunningClient> clients) {
        var lessons = new ArrayList<WarmUp.Lesson>();
        for (var client : clients.keySet()) {
            var workloads = plan.warmUpOf(client);
            var length = schedule.warmUp().dividedBy((long) WarmUp.TURNS * workloads.size());
            for (var workload : workloads) {
                lessons.add(new WarmUp.Lesson(client, new Round(workload.workload(), workload.callers(), length)));
            }
        }
        var cold = WarmUp.run(
                lessons,
                schedule.warmUp().multipliedBy(clients.size()),
                lesson -> Objects.requireNonNull(clients.get(lesson.client())).run(lesson.turn()));
        say("warmed up; the JIT compiler still works on %s", cold.isEmpty() ? "nothing of weight" : names(cold));
    }

    private static String names(List<WarmUp.Lesson> lessons) {
        return lessons.stream()
                .map(lesson -> lesson.client() + " (" + lesson.turn().workload() + ")")
                .collect(Collectors.joining(", "));
    }

    private void measure(Map<String, RunningClient> clients, int number) {
        for (var bout : plan.bouts()) {
            var cell = bout.cell();
            // Who comes first changes, so that no client always runs behind the same one.
            var order = new ArrayList<>(bout.contestants());
            Collections.rotate(order, number - 1);
            for (var contestant : order) {
                var round = schedule.turnIn(cell);
                var result =
                        Objects.requireNonNull(clients.get(contestant.name())).run(round);
                var turn = new Turn(contestant.name(), round, number, result);
                standings.add(turn);
                say(
                        "round %d of %d: %s, %s, %d callers: %.0f tx/s",
                        number,
                        schedule.rounds(),
                        contestant.name(),
                        cell.workload(),
                        cell.callers(),
                        turn.perSecond());
            }
        }
    }

    /** How many rounds were made; fewer than planned where the time was over. */
    int rounds() {
        return rounds;
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
