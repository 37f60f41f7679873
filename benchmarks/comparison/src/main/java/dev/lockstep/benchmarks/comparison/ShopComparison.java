package dev.lockstep.benchmarks.comparison;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Compares whole clients: a shop with two databases that takes orders in global transactions, by each client and by plain
 * SQL, against one real TC, in turns. Ends with exit code 1 if any transaction failed where none may, or left wrong data.
 */
public final class ShopComparison {

    private static final Plan.Defaults DEFAULTS = new Plan.Defaults(
            "2.0.0",
            "lockstep,official,official-single,official-2.5,plain",
            "single:1,single:16,single:64,single:256,order:16,order:64,rolled-back:16,empty:64,read-only:16,"
                    + "contention:16,batch:16,update-1000:4,update-1000-rolled-back:4",
            "single:16,order:16,rolled-back:16,empty:16,read-only:16,contention:16,batch:16,update-1000:4,"
                    + "update-1000-rolled-back:4",
            3);

    private static final String OWN_USAGE = """
              --database         h2 (in memory of each client), mariadb, mysql or postgres (h2)
              --metrics          on: our Spring Boot starter takes part twice, without and with Micrometer (off)
            """;

    private static final List<RatioColumn> RATIOS = List.of(
            new RatioColumn("of official", Contestant.OFFICIAL_SHOP.name(), Turn::perSecond),
            new RatioColumn("of official-single", Contestant.OFFICIAL_SINGLE_SHOP.name(), Turn::perSecond),
            new RatioColumn("of plain", Contestant.PLAIN_SHOP.name(), Turn::perSecond));

    private static final RatioColumn OF_STARTER =
            new RatioColumn("of starter", Contestant.STARTER_SHOP.name(), Turn::perSecond);
    private static final RatioColumn CPU_OF_STARTER =
            new RatioColumn("CPU of starter", Contestant.STARTER_SHOP.name(), Turn::clientCpuMicros);

    private static final String STARTERS =
            "," + Contestant.STARTER_SHOP.name() + "," + Contestant.METERED_STARTER_SHOP.name();

    private ShopComparison() {}

    public static void main(String[] arguments) throws IOException {
        var usage = DEFAULTS.usage() + OWN_USAGE;
        if (List.of(arguments).contains("--help")) {
            System.out.print(usage);
            return;
        }
        var repository = Path.of(System.getProperty("lockstep.repository", ".")).toAbsolutePath();
        var given = new Arguments(arguments, usage);
        var database = ServersPlan.database(given.text("database", "h2"));
        var metrics = given.text("metrics", "off").equals("on");
        var plan = Plan.of(
                "shop",
                metrics ? DEFAULTS.withClients(STARTERS) : DEFAULTS,
                Set.of("contention"),
                ratios(metrics),
                Contestant.SHOPS,
                database,
                given,
                repository);
        System.exit(new Comparison(plan).run() ? 0 : 1);
    }

    private static List<RatioColumn> ratios(boolean metrics) {
        var ratios = new ArrayList<>(RATIOS);
        if (metrics) {
            ratios.addAll(List.of(OF_STARTER, CPU_OF_STARTER));
        }
        return ratios;
    }
}
