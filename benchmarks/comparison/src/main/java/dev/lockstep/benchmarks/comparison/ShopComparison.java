package dev.lockstep.benchmarks.comparison;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Compares whole clients: a shop with two databases that takes orders in global transactions, by each client and by plain
 * SQL, against one real TC, in turns. Ends with exit code 1 if any transaction failed where none may, or left wrong data.
 */
public final class ShopComparison {

    private static final Plan.Defaults DEFAULTS = new Plan.Defaults(
            "2.0.0",
            "lockstep,official,official-single,plain",
            "single:1,single:16,single:64,order:16,order:64,rolled-back:16,empty:64,read-only:16,contention:16,batch:16",
            "single:16,order:16,rolled-back:16,empty:16,read-only:16,contention:16,batch:16",
            3);

    private static final List<RatioColumn> RATIOS = List.of(
            new RatioColumn("of official", Contestant.OFFICIAL_SHOP.name(), Turn::perSecond),
            new RatioColumn("of official-single", Contestant.OFFICIAL_SINGLE_SHOP.name(), Turn::perSecond),
            new RatioColumn("of plain", Contestant.PLAIN_SHOP.name(), Turn::perSecond));

    private ShopComparison() {}

    public static void main(String[] arguments) throws IOException {
        if (List.of(arguments).contains("--help")) {
            System.out.print(DEFAULTS.usage());
            return;
        }
        var repository = Path.of(System.getProperty("lockstep.repository", ".")).toAbsolutePath();
        var plan = Plan.of("shop", DEFAULTS, Set.of("contention"), RATIOS, Contestant.SHOPS, arguments, repository);
        System.exit(new Comparison(plan).run() ? 0 : 1);
    }
}
