package dev.lockstep.benchmarks.comparison;

import dev.lockstep.testing.database.DatabaseKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The whole table of goals by one command: whole clients with databases in memory and on MariaDB, bare frames, start and
 * idling. Writes it, with every single turn beside it, to {@code benchmarks/target/results}. Ends with exit code 1 if any
 * transaction failed where none may, or left wrong data; a goal that is not reached is told, and no failure.
 */
public final class GoalComparison {

    private static final String USAGE = """
            Options, each as --name=value:
              --minutes   how long it may take, about; fewer than 30 say little (40)
              --tc        version of the TC (2.0.0)
              --quick     six minutes, to see that everything works; its figures mean nothing
            """;

    private static final double IN_MEMORY_SHARE = 0.62;
    private static final double ON_SERVER_SHARE = 0.3;

    private final Path repository;
    private final Duration total;
    private final String tcVersion;
    private final boolean quick;
    private final Path results;
    private final List<String> head = new ArrayList<>();
    private final List<GoalLine> lines = new ArrayList<>();
    private final List<String> troubles = new ArrayList<>();

    private GoalComparison(Arguments given, Path repository) throws IOException {
        this.repository = repository;
        quick = given.quick();
        total = Duration.ofMinutes(given.number("minutes", 40, 6));
        tcVersion = given.text("tc", "2.0.0");
        given.refuseOthers();
        results = Files.createDirectories(repository
                .resolve("benchmarks/target/results")
                .resolve(LocalDate.now().toString()));
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (List.of(arguments).contains("--help")) {
            System.out.print(USAGE);
            return;
        }
        var repository = Path.of(System.getProperty("lockstep.repository", ".")).toAbsolutePath();
        System.exit(new GoalComparison(new Arguments(arguments, USAGE), repository).run() ? 0 : 1);
    }

    private boolean run() throws IOException, InterruptedException {
        head.add("%s, TC %s, %s."
                .formatted(LocalDateTime.now().truncatedTo(ChronoUnit.MINUTES), tcVersion, Machine.description()));
        compare(null, GoalBouts.inMemory(), IN_MEMORY_SHARE);
        compare(DatabaseKind.MARIADB, GoalBouts.onServer(), ON_SERVER_SHARE);
        var idle = quick
                ? new String[] {"--quick", "--tc=" + tcVersion}
                : new String[] {"--starts=5", "--windows=2", "--seconds=10", "--settle=15", "--tc=" + tcVersion};
        lines.addAll(GoalLines.startAndIdle(IdleComparison.measure(idle, repository)));
        head.add("tx/s and latencies are of the windows, costs of whole turns, second phases included.");
        head.add("Medians; lowest and highest in parentheses. Multiples are taken between neighbouring turns.");
        var report = new GoalReport(head, lines, troubles);
        Files.writeString(results.resolve("goals.md"), report.markdown());
        Files.writeString(results.resolve("goals.csv"), report.csv());
        Files.writeString(results.resolve("goals.svg"), report.plot());
        System.out.println(report.markdown());
        System.err.println("written: goals.md, goals.csv, goals.svg and the turns, in " + results);
        return troubles.isEmpty();
    }

    private void compare(@Nullable DatabaseKind database, List<Bout> bouts, double share) throws IOException {
        var time = Duration.ofMillis((long) (total.toMillis() * share));
        var schedule = TimeBudget.of(time, bouts, quick ? Schedule.QUICK_LEAD_IN : Schedule.LEAD_IN);
        var servers = ServersPlan.of(tcVersion, 0, database);
        var plan = new Plan(
                "goals", repository, servers, bouts, Set.of(GoalBouts.CONTENTION.workload()), List.of(), schedule);
        var comparison = new Comparison(plan);
        comparison.measure();
        var standings = comparison.standings();
        Files.writeString(
                results.resolve("turns-" + servers.databaseName() + ".csv"),
                new Table(plan, standings, LocalDateTime.now()).csv());
        head.add("Databases %s: %s".formatted(servers.databaseName(), schedule.words(comparison.rounds())));
        troubles.addAll(standings.troubles(plan.mayFail()));
        lines.addAll(
                database == null
                        ? GoalLines.inMemory(standings)
                        : GoalLines.onServer(standings, servers.databaseName()));
    }
}
