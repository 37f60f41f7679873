package dev.lockstep.benchmarks.comparison;

import dev.lockstep.benchmarks.load.ProcessCost;
import dev.lockstep.benchmarks.load.Round;
import dev.lockstep.benchmarks.load.RoundResult;
import dev.lockstep.benchmarks.load.Workload;
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
 * Compares transports: clients that begin, register and commit through their ports, against one real TC, in turns.
 *
 * <p>Prints a table and writes it, with every single turn beside it, to {@code benchmarks/target}. Ends with exit code 1 if
 * any transaction failed: figures of failing clients are worth nothing.
 */
public final class TransportComparison {

    /** Each client is warmed up in this many turns, so that TC and clients get warm together. */
    private static final int WARM_UP_TURNS = 4;

    private static final int WARM_UP_CALLERS = 64;

    private final TransportOptions options;
    private final Path target;
    private final Standings standings = new Standings();

    private TransportComparison(TransportOptions options) {
        this.options = options;
        this.target = options.repository().resolve("benchmarks/target");
    }

    /**
     * @param arguments see {@link TransportOptions#USAGE}
     */
    public static void main(String[] arguments) throws IOException {
        if (List.of(arguments).contains("--help")) {
            System.out.print(TransportOptions.USAGE);
            return;
        }
        var repository = Path.of(System.getProperty("lockstep.repository", ".")).toAbsolutePath();
        var comparison = new TransportComparison(TransportOptions.parse(arguments, repository));
        System.exit(comparison.run() ? 0 : 1);
    }

    private boolean run() throws IOException {
        var logs = Files.createDirectories(target.resolve("logs"));
        var classPaths = new ClassPaths(options.repository());
        var clients = new ArrayList<RunningClient>();
        try (var tc = startTc()) {
            try {
                for (var contestant : options.contestants()) {
                    clients.add(RunningClient.start(
                            contestant, classPaths, tc.address(), logs.resolve(contestant.name() + ".log")));
                }
                warmUp(clients);
                for (var number = 1; number <= options.rounds(); number++) {
                    measure(clients, tc, number);
                }
            } finally {
                clients.forEach(RunningClient::close);
            }
        }
        return report();
    }

    private TcServer startTc() {
        var tc = TcServer.version(options.tcVersion())
                .quickStart(false)
                .jvmArguments("-Xmx2g")
                .classPathFolder(options.repository().resolve("target/servers"));
        if (options.tcProcessors() > 0) {
            tc.jvmArguments("-XX:ActiveProcessorCount=" + options.tcProcessors());
        }
        return tc.start();
    }

    private void warmUp(List<RunningClient> clients) {
        var turn = options.warmUp()
                .dividedBy((long) WARM_UP_TURNS * options.workloads().size());
        for (var number = 1; number <= WARM_UP_TURNS; number++) {
            for (var client : clients) {
                for (var workload : options.workloads()) {
                    var result = client.run(new Round(workload, WARM_UP_CALLERS, turn));
                    say("warm-up %d of %d: %s, %s", number, WARM_UP_TURNS, client.name(), line(workload, result));
                }
            }
        }
    }

    private static String line(Workload workload, RoundResult result) {
        return workload.label() + " " + result.values();
    }

    private void measure(List<RunningClient> clients, TcServer tc, int number) {
        for (var cell : options.cells()) {
            // Who comes first changes, so that no client always runs behind the same one.
            var order = new ArrayList<>(clients);
            Collections.rotate(order, number - 1);
            for (var client : order) {
                var round = new Round(cell.workload(), cell.callers(), options.roundLength());
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
                        number,
                        options.rounds(),
                        client.name(),
                        cell.workload().label(),
                        cell.callers(),
                        turn.perSecond());
            }
        }
    }

    private boolean report() throws IOException {
        var now = LocalDateTime.now();
        var name = "transport-" + options.tcVersion()
                + (options.tcProcessors() > 0 ? "-" + options.tcProcessors() + "cpu" : "") + "-"
                + now.format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss"));
        var table = new TransportTable(options, standings, now);
        Files.writeString(target.resolve(name + ".md"), table.markdown());
        Files.writeString(target.resolve(name + ".csv"), table.csv());
        System.out.println(table.markdown());
        say("written: %s.md and .csv", target.resolve(name));
        return standings.troubles().isEmpty();
    }

    private static void say(String format, Object... values) {
        System.err.printf(format + "%n", values);
    }
}
