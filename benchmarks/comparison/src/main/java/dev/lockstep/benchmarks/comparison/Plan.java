package dev.lockstep.benchmarks.comparison;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Who is compared in what, and how long.
 *
 * @param name of the files with the result
 * @param tcProcessors how many processors the TC believes to have; 0 for as many as there are
 * @param mayFail workloads in which a transaction may fail; it is then counted, and the data must still be right
 * @param warmUp of each client, in several turns
 * @param rounds how often each client has its turn in each cell
 */
record Plan(
        String name,
        Path repository,
        String tcVersion,
        int tcProcessors,
        List<Contestant> contestants,
        List<Cell> cells,
        Set<String> mayFail,
        List<RatioColumn> ratios,
        Duration warmUp,
        int rounds,
        Duration roundLength) {

    private static final String COMMON_USAGE = """
              --tc               version of the TC: 1.4.2, 1.5.0, 1.6.1, 1.7.1, 1.8.0 or 2.0.0 (%s)
              --tc-processors    how many processors the TC may use, 0 for all (0)
              --clients          which take part, by comma (%s)
              --cells            workload:callers, by comma (%s)
              --warm-up          seconds for each client (25)
              --rounds           turns of each client in each cell (%d)
              --round-millis     length of a turn (1500)
              --quick            about a minute, to see that everything works; its figures mean nothing
            """;

    /** What a kind of comparison does when it is not told otherwise. */
    record Defaults(String tcVersion, String clients, String cells, String quickCells, int rounds) {

        String usage() {
            return "Options, each as --name=value:\n" + COMMON_USAGE.formatted(tcVersion, clients, cells, rounds);
        }
    }

    /**
     * Reads the command line.
     *
     * @throws IllegalArgumentException with the usage, if it is not understood
     */
    static Plan of(
            String name,
            Defaults defaults,
            Set<String> mayFail,
            List<RatioColumn> ratios,
            List<Contestant> known,
            String[] arguments,
            Path repository) {
        var given = new Arguments(arguments, defaults.usage());
        var plan = new Plan(
                name,
                repository,
                given.text("tc", defaults.tcVersion()),
                given.number("tc-processors", 0, 0),
                given.list("clients", defaults.clients()).stream()
                        .map(client -> Contestant.named(client, known))
                        .toList(),
                given.list("cells", given.quick() ? defaults.quickCells() : defaults.cells()).stream()
                        .map(Cell::parse)
                        .toList(),
                mayFail,
                ratios,
                Duration.ofSeconds(given.number("warm-up", 25, 2)),
                given.number("rounds", defaults.rounds(), 1),
                Duration.ofMillis(given.number("round-millis", 1_500, 500)));
        given.refuseOthers();
        return plan;
    }

    List<String> workloads() {
        return cells.stream().map(Cell::workload).distinct().toList();
    }
}
