package dev.lockstep.benchmarks.comparison;

import dev.lockstep.benchmarks.load.Workload;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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

    private static final String QUICK = "--quick";

    static TransportOptions parse(String[] arguments, Path repository) {
        var quick = Arrays.asList(arguments).contains(QUICK);
        var given = new HashMap<String, String>();
        for (var argument : arguments) {
            if (argument.equals(QUICK)) {
                continue;
            }
            var equals = argument.indexOf('=');
            if (!argument.startsWith("--") || equals < 0) {
                throw new IllegalArgumentException("Not understood: \"" + argument + "\".\n" + USAGE);
            }
            given.put(argument.substring(2, equals), argument.substring(equals + 1));
        }
        var options = new TransportOptions(
                repository,
                take(given, "tc", "1.8.0"),
                Integer.parseInt(take(given, "tc-processors", "0")),
                list(take(given, "clients", "lockstep,official,official-single,pipelined,parked")).stream()
                        .map(Contestant::named)
                        .toList(),
                list(take(given, "workloads", "empty,branch")).stream()
                        .map(Workload::of)
                        .toList(),
                list(take(given, "callers", quick ? "16,64" : "1,16,64,256")).stream()
                        .map(Integer::valueOf)
                        .toList(),
                Duration.ofSeconds(Long.parseLong(take(given, "warm-up", quick ? "2" : "25"))),
                Integer.parseInt(take(given, "rounds", quick ? "1" : "5")),
                Duration.ofMillis(Long.parseLong(take(given, "round-millis", quick ? "500" : "1500"))));
        if (!given.isEmpty()) {
            throw new IllegalArgumentException("Unknown options: " + given.keySet() + ".\n" + USAGE);
        }
        return options;
    }

    private static String take(Map<String, String> given, String name, String otherwise) {
        var value = given.remove(name);
        return value == null ? otherwise : value;
    }

    private static List<String> list(String text) {
        return List.of(text.split(","));
    }

    List<Cell> cells() {
        return workloads.stream()
                .flatMap(workload -> callers.stream().map(count -> new Cell(workload, count)))
                .toList();
    }
}
