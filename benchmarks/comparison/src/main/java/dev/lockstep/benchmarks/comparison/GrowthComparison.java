package dev.lockstep.benchmarks.comparison;

import dev.lockstep.benchmarks.load.Round;
import dev.lockstep.testing.database.DatabaseKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * How the cost of a transaction follows what grows around it: rows, branches, open transactions, undo logs, data sources,
 * nodes. Writes tables, points and plots to {@code benchmarks/target/results}. Ends with exit code 1 if any transaction failed
 * or left wrong data.
 */
public final class GrowthComparison {

    private static final String USAGE = """
            Options, each as --name=value:
              --curves        which, by comma (%s)
              --clients       lockstep or official, by comma (lockstep)
              --tc            version of the TC (2.0.0)
              --warm-up       seconds for each client in each curve (15)
              --rounds        turns at each point (3)
              --lead-millis   how long a turn runs before its window (2000)
              --round-millis  length of that window, in which transactions are timed (2000)
              --quick         some minutes, with fewer points, to see that everything works
            """.formatted(Curve.dimensions());

    /** Warm-up is at the second point: it does all that there is, and little of it. */
    private static final int WARM_UP_POINT = 1;

    private static final int NODES = 3;

    private final Path repository;
    private final String tcVersion;
    private final List<Curve> curves;
    private final List<Contestant> clients;
    private final boolean quick;
    private final Schedule schedule;
    private final Path results;
    private final Path logs;

    private GrowthComparison(Arguments given, Path repository) throws IOException {
        this.repository = repository;
        quick = given.quick();
        tcVersion = given.text("tc", "2.0.0");
        curves =
                given.list("curves", Curve.dimensions()).stream().map(Curve::of).toList();
        clients = given.list("clients", "lockstep").stream()
                .map(name -> Contestant.named(name, Contestant.GROWING))
                .toList();
        schedule = Schedule.of(given, 15, 3);
        given.refuseOthers();
        results = Files.createDirectories(repository
                .resolve("benchmarks/target/results")
                .resolve(LocalDate.now().toString()));
        logs = Files.createDirectories(repository.resolve("benchmarks/target/logs"));
    }

    public static void main(String[] arguments) throws IOException {
        if (List.of(arguments).contains("--help")) {
            System.out.print(USAGE);
            return;
        }
        var repository = Path.of(System.getProperty("lockstep.repository", ".")).toAbsolutePath();
        System.exit(new GrowthComparison(new Arguments(arguments, USAGE), repository).run() ? 0 : 1);
    }

    private boolean run() throws IOException {
        var text = new StringBuilder(
                "%s, TC %s, %s.%n%d turns at each point, of %d ms of lead-in and a window of %d ms; medians.%n"
                        .formatted(
                                LocalDateTime.now().truncatedTo(ChronoUnit.MINUTES),
                                tcVersion,
                                Machine.description(),
                                schedule.rounds(),
                                schedule.leadIn().toMillis(),
                                schedule.window().toMillis()));
        var points = new StringBuilder(GrowthReport.csvHead());
        var troubles = new ArrayList<String>();
        var plan = new ServersPlan(
                tcVersion,
                0,
                curves.stream().anyMatch(Curve::perProcess) ? NODES : 1,
                curves.stream().anyMatch(Curve::onServer) ? DatabaseKind.MARIADB : null,
                Curve.tcProperties());
        try (var servers = Servers.start(plan, repository)) {
            for (var curve : curves) {
                var amounts = quick ? curve.quickAmounts() : curve.amounts();
                var standings = measure(curve, amounts, servers);
                var report = new GrowthReport(
                        curve, amounts, clients.stream().map(Contestant::name).toList(), standings);
                text.append(report.markdown());
                points.append(report.csv());
                troubles.addAll(standings.troubles(Set.of()));
                for (var cost : List.of(GrowthReport.Cost.CLIENT_CPU, GrowthReport.Cost.BYTES)) {
                    var file = "growth-" + curve.dimension() + "-" + cost.file() + ".svg";
                    Files.writeString(results.resolve(file), report.plot(cost));
                }
            }
        }
        if (!troubles.isEmpty()) {
            text.append("\n**Not to be used:**\n\n- ")
                    .append(String.join("\n- ", troubles))
                    .append('\n');
        }
        Files.writeString(results.resolve("growth.md"), text);
        Files.writeString(results.resolve("growth.csv"), points);
        System.out.println(text);
        System.err.println("written: growth.md, growth.csv and plots, in " + results);
        return troubles.isEmpty();
    }

    private Standings measure(Curve curve, List<Integer> amounts, Servers servers) {
        var standings = new Standings();
        for (var contestant : clients) {
            if (curve.perProcess()) {
                for (var amount : amounts) {
                    measure(curve, List.of(amount), contestant, amount, servers, standings);
                }
            } else {
                measure(curve, amounts, contestant, 1, servers, standings);
            }
        }
        return standings;
    }

    private void measure(
            Curve curve,
            List<Integer> amounts,
            Contestant contestant,
            int nodes,
            Servers servers,
            Standings standings) {
        var placed = curve.onServer() ? contestant : contestant.inMemory();
        var log = logs.resolve("growth-" + curve.dimension() + "-" + contestant.name() + ".log");
        var settings = servers.settingsFor(placed, nodes);
        try (var client = RunningClient.start(placed, new ClassPaths(repository), settings, log)) {
            var warm = curve.cell(amounts.get(Math.min(WARM_UP_POINT, amounts.size() - 1)));
            client.run(new Round(warm.workload(), warm.callers(), schedule.warmUp()));
            for (var amount : amounts) {
                var cell = curve.cell(amount);
                for (var number = 1; number <= schedule.rounds(); number++) {
                    var round = schedule.turnIn(cell);
                    var turn = new Turn(contestant.name(), round, number, client.run(round));
                    standings.add(turn);
                    System.err.printf("%s, %s: %.0f tx/s%n", contestant.name(), cell.workload(), turn.perSecond());
                }
            }
        }
    }
}
