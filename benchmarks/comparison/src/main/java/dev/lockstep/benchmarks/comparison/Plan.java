package dev.lockstep.benchmarks.comparison;

import dev.lockstep.testing.database.DatabaseKind;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who is compared in what, where, and how long.
 *
 * @param name of the files with the result
 * @param mayFail workloads in which a transaction may fail; it is then counted, and the data must still be right
 */
record Plan(
        String name,
        Path repository,
        ServersPlan servers,
        List<Bout> bouts,
        Set<String> mayFail,
        List<RatioColumn> ratios,
        Schedule schedule) {

    private static final int MOST_WARM_UP_CALLERS = 64;
    private static final int WARM_UP_SECONDS = 25;

    private static final String COMMON_USAGE = """
              --tc               version of the TC: 1.4.2, 1.5.0, 1.6.1, 1.7.1, 1.8.0 or 2.0.0 (%s)
              --tc-processors    how many processors the TC may use, 0 for all (0)
              --clients          which take part, by comma (%s)
              --cells            workload:callers, by comma (%s)
              --quick            about a minute, to see that everything works; its figures mean nothing
            """;

    /** What a kind of comparison does when it is not told otherwise. */
    record Defaults(String tcVersion, String clients, String cells, String quickCells, int rounds) {

        /** The same with more clients. */
        Defaults withClients(String more) {
            return new Defaults(tcVersion, clients + more, cells, quickCells, rounds);
        }

        String usage() {
            return "Options, each as --name=value:\n" + COMMON_USAGE.formatted(tcVersion, clients, cells)
                    + Schedule.usage(WARM_UP_SECONDS, rounds);
        }
    }

    /**
     * Reads the command line.
     *
     * @param given those that are not common to all comparisons have been taken
     * @param database null for H2 in memory
     * @throws IllegalArgumentException with the usage, if it is not understood
     */
    static Plan of(
            String name,
            Defaults defaults,
            Set<String> mayFail,
            List<RatioColumn> ratios,
            List<Contestant> known,
            @Nullable DatabaseKind database,
            Arguments given,
            Path repository) {
        var servers =
                ServersPlan.of(given.text("tc", defaults.tcVersion()), given.number("tc-processors", 0, 0), database);
        var contestants = given.list("clients", defaults.clients()).stream()
                .map(client -> Contestant.named(client, known))
                .toList();
        var cells = given.list("cells", given.quick() ? defaults.quickCells() : defaults.cells()).stream()
                .map(Cell::parse)
                .toList();
        var plan = new Plan(
                name,
                repository,
                servers,
                cells.stream().map(cell -> new Bout(cell, contestants)).toList(),
                mayFail,
                ratios,
                Schedule.of(given, WARM_UP_SECONDS, defaults.rounds()));
        given.refuseOthers();
        return plan;
    }

    List<Contestant> contestants() {
        return bouts.stream()
                .flatMap(bout -> bout.contestants().stream())
                .distinct()
                .toList();
    }

    /** What a client is to be warmed up in: its workloads, each with as many callers as it will have at most. */
    List<Cell> warmUpOf(String client) {
        var callers = new LinkedHashMap<String, Integer>();
        bouts.stream()
                .filter(bout -> bout.contestants().stream()
                        .anyMatch(contestant -> contestant.name().equals(client)))
                .forEach(bout -> callers.merge(
                        bout.cell().workload(),
                        Math.min(MOST_WARM_UP_CALLERS, bout.cell().callers()),
                        Math::max));
        return callers.entrySet().stream()
                .map(workload -> new Cell(workload.getKey(), workload.getValue()))
                .toList();
    }
}
