package dev.lockstep.benchmarks.comparison;

import dev.lockstep.benchmarks.load.Workload;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What the command line asks for.
 *
 * @param tcProcessors how many processors the TC believes to have; 0 for as many as there are
 * @param warmUp of each client, in several turns
 * @param rounds how often each client has its turn in each cell
 */
record TransportOptions(
        Path repository,
        String tcVersion,
        int tcProcessors,
        List<Contestant> contestants,
        List<Workload> workloads,
        List<Integer> callers,
        Duration warmUp,
        int rounds,
        Duration roundLength) {

    static final String USAGE = """
            Options, each as --name=value:
              --tc               version of the TC: 1.4.2, 1.5.0, 1.6.1, 1.7.1, 1.8.0 or 2.0.0 (1.8.0)
              --tc-processors    how many processors the TC may use, 0 for all (0)
              --clients          which take part, by comma (lockstep,official,official-single,pipelined,parked)
              --workloads        empty, branch, reported, by comma (empty,branch)
              --callers          by comma (1,16,64,256)
              --warm-up          seconds for each client (25)
              --rounds           turns of each client in each cell (5)
              --round-millis     length of a turn (1500)
              --quick            about a minute, to see that everything works; its figures mean nothing
            """;

    static TransportOptions parse(String[] arguments, Path repository) {
        var given = new Arguments(arguments, USAGE);
        var options = new TransportOptions(
                repository,
                given.text("tc", "1.8.0"),
                given.number("tc-processors", 0, 0),
                given.list("clients", "lockstep,official,official-single,pipelined,parked").stream()
                        .map(Contestant::named)
                        .toList(),
                given.list("workloads", "empty,branch").stream()
                        .map(Workload::of)
                        .toList(),
                given.list("callers", given.quick() ? "16,64" : "1,16,64,256").stream()
                        .map(Integer::valueOf)
                        .toList(),
                Duration.ofSeconds(given.number("warm-up", 25, 2)),
                given.number("rounds", 5, 1),
                Duration.ofMillis(given.number("round-millis", 1_500, 500)));
        given.refuseOthers();
        return options;
    }

    List<Cell> cells() {
        return workloads.stream()
                .flatMap(workload -> callers.stream().map(count -> new Cell(workload, count)))
                .toList();
    }
}
