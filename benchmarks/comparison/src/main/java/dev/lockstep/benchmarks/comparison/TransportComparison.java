package dev.lockstep.benchmarks.comparison;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Compares transports: clients that begin, register and commit through their ports, against one real TC, in turns. Ends with
 * exit code 1 if any transaction failed: figures of failing clients are worth nothing.
 */
public final class TransportComparison {

    private static final Plan.Defaults DEFAULTS = new Plan.Defaults(
            "1.8.0",
            "lockstep,official,official-single,pipelined,parked",
            "empty:1,empty:16,empty:64,empty:256,branch:1,branch:16,branch:64,branch:256",
            "empty:64,branch:16,branch:64",
            4);

    private static final List<RatioColumn> RATIOS = List.of(
            new RatioColumn("of the ceiling", Contestant.PIPELINED.name(), Turn::perSecond),
            new RatioColumn("CPU of the reference", Contestant.PARKED.name(), Turn::clientCpuMicros));

    private TransportComparison() {}

    public static void main(String[] arguments) throws IOException {
        if (List.of(arguments).contains("--help")) {
            System.out.print(DEFAULTS.usage());
            return;
        }
        var repository = Path.of(System.getProperty("lockstep.repository", ".")).toAbsolutePath();
        var plan = Plan.of(
                "transport",
                DEFAULTS,
                Set.of(),
                RATIOS,
                Contestant.TRANSPORTS,
                null,
                new Arguments(arguments, DEFAULTS.usage()),
                repository);
        System.exit(new Comparison(plan).run() ? 0 : 1);
    }
}
