package dev.lockstep.benchmarks.comparison;

import dev.lockstep.benchmarks.load.ProcessCost;
import dev.lockstep.testing.tc.TcServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * What a client costs that has nothing to do, and what it costs to start it, each beside a JVM without any client. Prints a
 * table and writes it to {@code benchmarks/target}.
 */
public final class IdleComparison {

    private static final String USAGE = """
            Options, each as --name=value:
              --tc        version of the TC (1.8.0)
              --starts    how often each client is started (11)
              --windows   how often the idle clients are looked at (3)
              --seconds   length of each of these windows (10)
              --settle    seconds before the first window (20)
              --quick     about half a minute, to see that everything works
            """;

    private static final List<Contestant> CLIENTS =
            List.of(Contestant.EMPTY, Contestant.LOCKSTEP_DEFAULTS, Contestant.OFFICIAL_DEFAULTS);

    private final Path repository;
    private final String tcVersion;
    private final int starts;
    private final int windows;
    private final int seconds;
    private final int settle;
    private final Map<String, List<RunningClient.Start>> begun = new LinkedHashMap<>();
    private final Map<String, List<Idling>> idled = new LinkedHashMap<>();

    /** One window of one idle client. */
    private record Idling(ProcessCost cost, double seconds) {

        double cpuMillisEachSecond() {
            return cost.threadNanos() / 1e6 / seconds;
        }

        double switchesEachSecond() {
            return cost.switches() / seconds;
        }
    }

    private IdleComparison(Arguments given, Path repository) {
        this.repository = repository;
        tcVersion = given.text("tc", "1.8.0");
        starts = given.number("starts", 11, 2);
        windows = given.number("windows", 3, 1);
        seconds = given.number("seconds", 10, 5);
        settle = given.number("settle", 20, 3);
        given.refuseOthers();
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (List.of(arguments).contains("--help")) {
            System.out.print(USAGE);
            return;
        }
        var repository = Path.of(System.getProperty("lockstep.repository", ".")).toAbsolutePath();
        new IdleComparison(new Arguments(arguments, USAGE), repository).run();
    }

    /**
     * What each client adds to a JVM without one, by its name; medians.
     *
     * @param startMillis from the start of the process until it has committed a transaction
     * @param idleCpuMillis of CPU in each second
     * @param idleSwitches context switches in each second
     */
    record Figures(
            Map<String, Double> startMillis,
            Map<String, Double> startCpuMillis,
            Map<String, Double> idleCpuMillis,
            Map<String, Double> idleSwitches) {}

    /** Measures as on the command line, without a table. */
    static Figures measure(String[] arguments, Path repository) throws IOException, InterruptedException {
        var comparison = new IdleComparison(new Arguments(arguments, USAGE), repository);
        comparison.measure();
        return new Figures(
                added(comparison.begun, RunningClient.Start::millis),
                added(comparison.begun, start -> start.cost().cpuMillis()),
                added(comparison.idled, Idling::cpuMillisEachSecond),
                added(comparison.idled, Idling::switchesEachSecond));
    }

    private static <T> Map<String, Double> added(Map<String, List<T>> all, ToDoubleFunction<T> figure) {
        var empty = median(all.get(Contestant.EMPTY.name()), figure);
        Map<String, Double> added = new LinkedHashMap<>();
        all.forEach((client, samples) -> added.put(client, median(samples, figure) - empty));
        return added;
    }

    private void run() throws IOException, InterruptedException {
        measure();
        var text = table(begun, idled);
        Files.writeString(repository.resolve("benchmarks/target/idle-" + tcVersion + ".md"), text);
        System.out.print(text);
    }

    private void measure() throws IOException, InterruptedException {
        var target = repository.resolve("benchmarks/target");
        Files.createDirectories(target.resolve("logs"));
        try (var tc = TcServer.version(tcVersion)
                .quickStart(false)
                .classPathFolder(repository.resolve("target/servers"))
                .start()) {
            // The first starts warm the file cache and the TC, and do not count.
            for (var number = 0; number <= starts; number++) {
                for (var contestant : CLIENTS) {
                    try (var client = start(contestant, tc)) {
                        if (number > 0) {
                            begun.computeIfAbsent(client.name(), name -> new ArrayList<>())
                                    .add(client.start());
                        }
                    }
                }
            }
            var clients = new ArrayList<RunningClient>();
            try {
                for (var contestant : CLIENTS) {
                    clients.add(start(contestant, tc));
                }
                TimeUnit.SECONDS.sleep(settle);
                for (var number = 0; number < windows; number++) {
                    watch(clients);
                }
            } finally {
                clients.forEach(RunningClient::close);
            }
        }
    }

    private RunningClient start(Contestant contestant, TcServer tc) {
        var log = repository.resolve("benchmarks/target/logs").resolve("idle-" + contestant.name() + ".log");
        return RunningClient.start(contestant, new ClassPaths(repository).withoutDatabases(), tc.address(), log);
    }

    /** All clients at once: none of them disturbs the others, for that is what is being looked at. */
    private void watch(List<RunningClient> clients) throws InterruptedException {
        var before = clients.stream().map(RunningClient::cost).toList();
        var begun = System.nanoTime();
        TimeUnit.SECONDS.sleep(seconds);
        for (var index = 0; index < clients.size(); index++) {
            var client = clients.get(index);
            var cost = client.cost().since(before.get(index));
            idled.computeIfAbsent(client.name(), name -> new ArrayList<>())
                    .add(new Idling(cost, (System.nanoTime() - begun) / 1e9));
        }
    }

    private String table(Map<String, List<RunningClient.Start>> begun, Map<String, List<Idling>> idled) {
        var text = new StringBuilder();
        text.append("%s, TC %s, %s.%n"
                .formatted(LocalDateTime.now().truncatedTo(ChronoUnit.MINUTES), tcVersion, Machine.description()));
        text.append("Medians, and what is added to a JVM without a client, of %d starts and %d windows of %d s.%n"
                .formatted(starts, windows, seconds));
        text.append(
                "Started: connected as TM and RM, one resource registered, one empty transaction committed; no driver of a"
                        + " database on the class path.%n%n".formatted());
        text.append("""
                | client | start ms | added | start CPU ms | added | idle CPU ms/s | added | idle switches/s | added |
                |---|---|---|---|---|---|---|---|---|
                """);
        for (var contestant : CLIENTS) {
            var name = contestant.name();
            text.append("| ").append(name);
            text.append(column(begun, name, RunningClient.Start::millis));
            text.append(column(begun, name, start -> start.cost().cpuMillis()));
            text.append(column(idled, name, Idling::cpuMillisEachSecond));
            text.append(column(idled, name, Idling::switchesEachSecond));
            text.append(" |\n");
        }
        return text.toString();
    }

    private static <T> String column(Map<String, List<T>> all, String name, ToDoubleFunction<T> figure) {
        var own = median(all.get(name), figure);
        var added = own - median(all.get(Contestant.EMPTY.name()), figure);
        return " | %.1f | %.1f".formatted(own, added);
    }

    private static <T> double median(List<T> samples, ToDoubleFunction<T> figure) {
        return Spread.of(samples.stream().map(figure::applyAsDouble).toList()).median();
    }
}
