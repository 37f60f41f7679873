package dev.lockstep.benchmarks.comparison;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * What each tuning setting of our client does, one at a time, beside its default: docs/tuning.md has the figures. Ends with
 * exit code 1 if any transaction failed where none may.
 */
public final class SettingsComparison {

    private static final int WARM_UP_SECONDS = 12;
    private static final int ROUNDS = 4;

    private static final String USAGE = """
            Options, each as --name=value:
              --tc               version of the TC (2.0.0)
              --quick            about a minute, to see that everything works; its figures mean nothing
            """ + Schedule.usage(WARM_UP_SECONDS, ROUNDS);

    private static final Contestant SHOP = Contestant.LOCKSTEP_SHOP;
    private static final Contestant PORTS = GoalBouts.PORTS;

    private static final Contestant RECONNECTING = new Contestant(
            "new-connections",
            "dev.lockstep.benchmarks.lockstep.LockstepReconnecting",
            ClassPaths.LOCKSTEP,
            List.of(),
            List.of(),
            List.of());

    /** So many tries that the limit of time comes first. */
    private static final String TRIES = "lock-retry-times=100000";

    private static final List<Bout> BOUTS = List.of(
            new Bout(
                    new Cell("contention", 64),
                    List.of(
                            SHOP,
                            SHOP.named("lock-wait-1500").withSettings(TRIES, "lock-retry-limit-ms=1500"),
                            SHOP.named("lock-wait-5000").withSettings(TRIES, "lock-retry-limit-ms=5000"))),
            new Bout(
                    new Cell("update-1000", 4),
                    List.of(
                            SHOP,
                            SHOP.named("unpacked").withSettings("undo-compression=none"),
                            SHOP.named("whole-rows").withSettings("whole-rows=on"))),
            new Bout(
                    new Cell("single", 64),
                    List.of(SHOP, SHOP.named("begin-late").withSettings("begin-ahead=off"))),
            new Bout(new Cell("empty", 1), List.of(PORTS, RECONNECTING)),
            new Bout(
                    new Cell("branch", 64),
                    List.of(
                            PORTS,
                            PORTS.named("connections-2").withSettings("connections=2"),
                            PORTS.named("connections-4").withSettings("connections=4"))),
            new Bout(
                    new Cell("reported", 64),
                    List.of(
                            PORTS,
                            PORTS.named("reports-off").withSettings("reports=off"),
                            PORTS.named("reports-all").withSettings("report-spare=false"),
                            PORTS.named("reports-all-batch-1").withSettings("report-spare=false", "report-batch=1"))));

    private static final List<RatioColumn> RATIOS = List.of(
            new RatioColumn("of lockstep", SHOP.name(), Turn::perSecond),
            new RatioColumn("of lockstep-ports", PORTS.name(), Turn::perSecond));

    private SettingsComparison() {}

    public static void main(String[] arguments) throws IOException {
        if (List.of(arguments).contains("--help")) {
            System.out.print(USAGE);
            return;
        }
        var repository = Path.of(System.getProperty("lockstep.repository", ".")).toAbsolutePath();
        var given = new Arguments(arguments, USAGE);
        var plan = new Plan(
                "settings",
                repository,
                ServersPlan.of(given.text("tc", "2.0.0"), 0, null),
                BOUTS,
                Set.of("contention"),
                RATIOS,
                Schedule.of(given, WARM_UP_SECONDS, ROUNDS));
        given.refuseOthers();
        System.exit(new Comparison(plan).run() ? 0 : 1);
    }
}
