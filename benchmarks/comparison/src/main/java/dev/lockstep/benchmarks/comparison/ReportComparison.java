package dev.lockstep.benchmarks.comparison;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Compares the ways in which our client can report the success of phase one: sparing those that have become pointless, or all
 * of them, one by one or gathered, each in a frame of its own or merged; and with making no reports at all. Frames and flushes are counted by the client. Ends with exit code 1 if any
 * transaction failed.
 */
public final class ReportComparison {

    private static final Plan.Defaults DEFAULTS = new Plan.Defaults(
            "1.8.0", "off,spared,single-1,single-32,merged-1,merged-32", "reported:16,reported:64", "reported:64", 8);

    private static final List<RatioColumn> RATIOS =
            List.of(new RatioColumn("of off", Contestant.REPORTS_OFF.name(), Turn::perSecond));

    private ReportComparison() {}

    public static void main(String[] arguments) throws IOException {
        if (List.of(arguments).contains("--help")) {
            System.out.print(DEFAULTS.usage());
            return;
        }
        var repository = Path.of(System.getProperty("lockstep.repository", ".")).toAbsolutePath();
        var plan = Plan.of(
                "reports",
                DEFAULTS,
                Set.of(),
                RATIOS,
                Contestant.REPORTERS,
                null,
                new Arguments(arguments, DEFAULTS.usage()),
                repository);
        System.exit(new Comparison(plan).run() ? 0 : 1);
    }
}
