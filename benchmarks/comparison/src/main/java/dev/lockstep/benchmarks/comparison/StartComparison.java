package dev.lockstep.benchmarks.comparison;

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
 * What a starter adds to a Spring Boot application that has begun no transaction yet: time and CPU until it is ready, then
 * memory. Each beside the same application without one. Prints a table and writes it to {@code benchmarks/target}.
 */
public final class StartComparison {

    private static final String USAGE = """
            Options, each as --name=value:
              --tc        version of the TC (1.8.0)
              --starts    how often each application is started (11)
              --settle    seconds between ready and the look at the memory (8; a JVM tidies up every 5)
              --clients   which take part, by comma (boot,boot-lockstep,boot-official)
              --quick     two starts, to see that everything works
            """;

    private static final List<Contestant> KNOWN =
            List.of(Contestant.BOOT, Contestant.BOOT_LOCKSTEP, Contestant.BOOT_OFFICIAL);

    private static final double MEGABYTE = 1024 * 1024;

    private final Path repository;
    private final String tcVersion;
    private final int starts;
    private final int settle;
    private final List<Contestant> contestants;

    /**
     * One start of one application.
     *
     * @param settledCpuMillis since the process began, when what a starter does after the application is ready is over too
     */
    private record Started(RunningClient.Start start, double settledCpuMillis, Footprint footprint) {

        double residentMegabytes() {
            return footprint.residentBytes() / MEGABYTE;
        }

        double liveHeapMegabytes() {
            return footprint.liveHeapBytes() / MEGABYTE;
        }
    }

    private StartComparison(Arguments given, Path repository) {
        this.repository = repository;
        tcVersion = given.text("tc", "1.8.0");
        starts = given.number("starts", 11, 2);
        settle = given.number("settle", 8, 8);
        contestants = given.list("clients", "boot,boot-lockstep,boot-official").stream()
                .map(name -> Contestant.named(name, KNOWN))
                .toList();
        given.refuseOthers();
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (List.of(arguments).contains("--help")) {
            System.out.print(USAGE);
            return;
        }
        var repository = Path.of(System.getProperty("lockstep.repository", ".")).toAbsolutePath();
        new StartComparison(new Arguments(arguments, USAGE), repository).run();
    }

    private void run() throws IOException, InterruptedException {
        var target = repository.resolve("benchmarks/target");
        Files.createDirectories(target.resolve("logs"));
        Map<String, List<Started>> started = new LinkedHashMap<>();
        try (var tc = TcServer.version(tcVersion)
                .quickStart(false)
                .classPathFolder(repository.resolve("target/servers"))
                .start()) {
            // The first starts warm the file cache and the TC, and do not count.
            for (var number = 0; number <= starts; number++) {
                for (var contestant : contestants) {
                    var one = start(contestant, tc);
                    if (number > 0) {
                        started.computeIfAbsent(contestant.name(), name -> new ArrayList<>())
                                .add(one);
                    }
                }
            }
        }
        var text = table(started);
        Files.writeString(target.resolve("start-" + tcVersion + ".md"), text);
        System.out.print(text);
    }

    private Started start(Contestant contestant, TcServer tc) throws InterruptedException {
        var log = repository.resolve("benchmarks/target/logs").resolve("start-" + contestant.name() + ".log");
        try (var client = RunningClient.start(contestant, new ClassPaths(repository), tc.address(), log)) {
            TimeUnit.SECONDS.sleep(settle);
            var settled = client.cost().cpuMillis();
            return new Started(client.start(), settled, Footprint.of(client.pid()));
        }
    }

    private String table(Map<String, List<Started>> started) {
        var text = new StringBuilder();
        text.append("%s, TC %s, %s.%n"
                .formatted(LocalDateTime.now().truncatedTo(ChronoUnit.MINUTES), tcVersion, Machine.description()));
        text.append(
                "Medians of %d starts, and what is added to the application without a starter. No transaction was begun.%n"
                        .formatted(starts));
        text.append("CPU: until the application was ready, and %d s later.%n".formatted(settle));
        text.append("""
                RSS: with a heap of one size in RAM as a whole, so without it, and after the JVM gave back what it had freed; the heap is \
                what a full collection left.

                """);
        text.append("""
                | application | ready ms | added | CPU ms | added | CPU ms settled | added | RSS MB | added | live heap MB | added | threads | added |
                |---|---|---|---|---|---|---|---|---|---|---|---|---|
                """);
        for (var contestant : contestants) {
            var name = contestant.name();
            text.append("| ").append(name);
            text.append(column(started, name, one -> one.start().millis()));
            text.append(column(started, name, one -> one.start().cost().cpuMillis()));
            text.append(column(started, name, Started::settledCpuMillis));
            text.append(column(started, name, Started::residentMegabytes));
            text.append(column(started, name, Started::liveHeapMegabytes));
            text.append(column(started, name, one -> one.footprint().threads()));
            text.append(" |\n");
        }
        text.append("%nOf single starts, ready after:%n".formatted());
        for (var contestant : contestants) {
            var millis =
                    spread(started.get(contestant.name()), one -> one.start().millis());
            text.append("%s %.0f to %.0f ms%n".formatted(contestant.name(), millis.lowest(), millis.highest()));
        }
        return text.toString();
    }

    /** A figure, and how far it is above that of the first application. */
    private String column(Map<String, List<Started>> all, String name, ToDoubleFunction<Started> figure) {
        var own = median(all.get(name), figure);
        return " | %.1f | %.1f"
                .formatted(own, own - median(all.get(contestants.get(0).name()), figure));
    }

    private static double median(List<Started> samples, ToDoubleFunction<Started> figure) {
        return spread(samples, figure).median();
    }

    private static Spread spread(List<Started> samples, ToDoubleFunction<Started> figure) {
        return Spread.of(samples.stream().map(figure::applyAsDouble).toList());
    }
}
