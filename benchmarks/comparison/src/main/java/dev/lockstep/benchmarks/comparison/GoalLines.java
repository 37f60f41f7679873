package dev.lockstep.benchmarks.comparison;

import dev.lockstep.benchmarks.comparison.GoalLine.Column;
import dev.lockstep.benchmarks.load.RoundResult;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The goals, in their order, each with what was measured and whether it is reached. */
final class GoalLines {

    private static final String OURS = Contestant.LOCKSTEP_SHOP.name();
    private static final String OFFICIAL = Contestant.OFFICIAL_SHOP.name();
    private static final String BEST = Contestant.OFFICIAL_SINGLE_SHOP.name();

    /** Who stands in which column, but for ours, of which there are several. */
    private static final Map<Column, String> OTHERS = Map.of(
            Column.DEFAULTS,
            OFFICIAL,
            Column.BEST,
            BEST,
            Column.NEWER,
            Contestant.OFFICIAL_NEWER_SHOP.name(),
            Column.PLAIN,
            Contestant.PLAIN_SHOP.name());

    private static final String WHOLE = "%.0f";
    private static final String ONE_DIGIT = "%.1f";
    private static final String TWO_DIGITS = "%.2f";

    private final Standings standings;
    private final List<GoalLine> lines = new ArrayList<>();

    private GoalLines(Standings standings) {
        this.standings = standings;
    }

    /** Of a run of {@link GoalBouts#inMemory}. */
    static List<GoalLine> inMemory(Standings standings) {
        var goals = new GoalLines(standings);
        goals.throughput("single, 64 threads, tx/s", GoalBouts.SINGLE_64, GoalBouts.BRANCH_64, new Factors(6, 3, 4, 2));
        goals.throughput("order, 64 threads, tx/s", GoalBouts.ORDER_64, GoalBouts.BRANCHES_64, new Factors(6, 3, 4, 2));
        goals.throughput("order rolled back, 16 threads, tx/s", GoalBouts.ROLLED_BACK, null, new Factors(2.5));
        goals.empty();
        goals.readOnly();
        goals.throughput("100-row batch insert, 16 threads, tx/s", GoalBouts.BATCH, null, new Factors(3));
        goals.contention();
        goals.reports();
        goals.atMost(
                "single: client CPU per tx, 64 threads, us",
                ONE_DIGIT,
                GoalBouts.SINGLE_64,
                GoalBouts.BRANCH_64,
                Turn::clientCpuMicros,
                75);
        goals.atMost(
                "single: TC CPU per tx, 64 threads, us",
                ONE_DIGIT,
                GoalBouts.SINGLE_64,
                GoalBouts.BRANCH_64,
                Turn::tcCpuMicros,
                100);
        goals.atMost(
                "single: allocated per tx, bytes",
                WHOLE,
                GoalBouts.SINGLE_64,
                GoalBouts.BRANCH_64,
                turn -> turn.each(RoundResult.ALLOCATED_BYTES),
                20_000);
        goals.atMost(
                "single: p50, 1 thread, ms",
                TWO_DIGITS,
                GoalBouts.SINGLE_1,
                GoalBouts.BRANCH_1,
                turn -> turn.result().value(RoundResult.P50_MICROS) / 1_000,
                0.4);
        goals.metrics();
        return goals.lines;
    }

    /**
     * Of a run of {@link GoalBouts#onServer}.
     *
     * @param database as the lines shall call it
     */
    static List<GoalLine> onServer(Standings standings, String database) {
        var goals = new GoalLines(standings);
        for (var cell : List.of(GoalBouts.SINGLE_16, GoalBouts.SINGLE_64, GoalBouts.ORDER_16, GoalBouts.ORDER_64)) {
            goals.throughput(
                    cell.workload() + " on " + database + ", " + cell.callers() + " threads, tx/s",
                    cell,
                    null,
                    new Factors(2.5, 1.6, 2.5, 1.6));
        }
        return goals.lines;
    }

    /** What is added to a JVM without a client. */
    static List<GoalLine> startAndIdle(IdleComparison.Figures figures) {
        return List.of(
                added("start-up: wall, ms", figures.startMillis(), 350),
                added("start-up: CPU, ms", figures.startCpuMillis(), 700),
                added("idle: CPU, ms/s", figures.idleCpuMillis(), 2),
                added("idle: context switches, 1/s", figures.idleSwitches(), 20));
    }

    private static GoalLine added(String title, Map<String, Double> added, double most) {
        var figures = new EnumMap<Column, Spread>(Column.class);
        put(
                figures,
                Column.OURS,
                Optional.ofNullable(added.get(Contestant.LOCKSTEP_DEFAULTS.name()))
                        .map(Spread::of));
        put(
                figures,
                Column.DEFAULTS,
                Optional.ofNullable(added.get(Contestant.OFFICIAL_DEFAULTS.name()))
                        .map(Spread::of));
        return new GoalLine(title, ONE_DIGIT, figures, "at most " + number(most), atMost(figures, most));
    }

    /**
     * By how much ours has to be faster than the official client.
     *
     * @param floorDefaults what must be reached in any case
     */
    private record Factors(double defaults, double best, double floorDefaults, double floorBest) {

        /** Of its defaults alone. */
        Factors(double defaults) {
            this(defaults, 0, defaults, 0);
        }

        String words() {
            var goal =
                    best > 0 ? number(defaults) + "x and " + number(best) + "x" : "at least " + number(defaults) + "x";
            return floorDefaults < defaults
                    ? goal + "; not below " + number(floorDefaults) + "x and " + number(floorBest) + "x"
                    : goal;
        }

        Verdict verdict(double timesDefaults, double timesBest) {
            if (timesDefaults >= defaults && timesBest >= best) {
                return Verdict.REACHED;
            }
            return floorDefaults < defaults && timesDefaults >= floorDefaults && timesBest >= floorBest
                    ? Verdict.FLOOR
                    : Verdict.MISSED;
        }
    }

    private void throughput(String title, Cell cell, @Nullable Cell bareCell, Factors factors) {
        var figures = figures(cell, Turn::perSecond);
        if (bareCell != null) {
            put(figures, Column.BARE, standings.figure(GoalBouts.BARE.name(), bareCell, Turn::perSecond));
        }
        var defaults = figures.get(Column.TIMES_DEFAULTS);
        var best = figures.get(Column.TIMES_BEST);
        var verdict = defaults == null || best == null
                ? Verdict.NOT_MEASURED
                : factors.verdict(defaults.median(), best.median());
        lines.add(new GoalLine(title, WHOLE, figures, factors.words(), factors.defaults(), verdict));
        cost(title.replace("tx/s", "CPU of all processes per tx, us"), cell, bareCell);
    }

    /** What bounds throughput in the long run where all share the processors, second phases included. */
    private void cost(String title, Cell cell, @Nullable Cell bareCell) {
        var figures = figures(cell, Turn::allCpuMicros);
        if (bareCell != null) {
            put(figures, Column.BARE, standings.figure(GoalBouts.BARE.name(), bareCell, Turn::allCpuMicros));
        }
        lines.add(new GoalLine(title, ONE_DIGIT, figures, "see above", Verdict.NOT_MEASURED));
    }

    private void empty() {
        var cell = GoalBouts.EMPTY;
        var ports = GoalBouts.PORTS.name();
        var parked = Contestant.PARKED.name();
        var forced = figures(ports, cell, Turn::perSecond);
        // The ports do less than the official client's template: no multiple of it.
        forced.remove(Column.TIMES_DEFAULTS);
        forced.remove(Column.TIMES_BEST);
        emptyOfBare(
                "empty, told to begin and commit at the TC, 64 threads, tx/s",
                forced,
                ports,
                percent("; callers that block reach %s of bare", parked, GoalBouts.BARE.name())
                        + percent(", ours %s of them", ports, parked));
        emptyOfBare(
                "empty through the template, where nothing is sent, 64 threads, tx/s",
                figures(cell, Turn::perSecond),
                OURS,
                "");
        framesOf("empty through the template, 64 threads, frames/tx", cell);
    }

    /**
     * A way to make empty transactions, beside bare frames.
     *
     * @param client which of ours
     * @param more to be told behind the goal, for the reader; it decides nothing
     */
    private void emptyOfBare(String title, Map<Column, Spread> figures, String client, String more) {
        var bare = GoalBouts.BARE.name();
        put(figures, Column.BARE, standings.figure(bare, GoalBouts.EMPTY, Turn::perSecond));
        lines.add(new GoalLine(
                title,
                WHOLE,
                figures,
                "at least 85 % of bare" + percent(": %s", client, bare) + more,
                standings
                        .ratio(client, bare, GoalBouts.EMPTY, Turn::perSecond)
                        .map(ratio -> Verdict.of(ratio.median() >= 0.85))
                        .orElse(Verdict.NOT_MEASURED)));
    }

    /** The throughput of empty transactions by one client in percent of that by another; nothing if it was not measured. */
    private String percent(String text, String client, String other) {
        return standings
                .ratio(client, other, GoalBouts.EMPTY, Turn::perSecond)
                .map(ratio -> text.formatted(String.format(Locale.ROOT, "%.0f %%", 100 * ratio.median())))
                .orElse("");
    }

    private void readOnly() {
        lines.add(new GoalLine(
                "read-only, 16 threads, tx/s",
                WHOLE,
                figures(GoalBouts.READ_ONLY, Turn::perSecond),
                "see below",
                Verdict.NOT_MEASURED));
        framesOf("read-only, 16 threads, frames/tx", GoalBouts.READ_ONLY);
    }

    /** Heartbeats are frames, too; one in many thousand transactions is none of theirs. */
    private void framesOf(String title, Cell cell) {
        var figures = new EnumMap<Column, Spread>(Column.class);
        put(figures, Column.OURS, standings.figure(OURS, cell, turn -> turn.each(RoundResult.COUNTER + "frames")));
        var ours = figures.get(Column.OURS);
        lines.add(new GoalLine(
                title,
                "%.4f",
                figures,
                "no round trip",
                ours == null ? Verdict.NOT_MEASURED : Verdict.of(ours.median() < 0.001)));
    }

    private void contention() {
        var failed = figures(GoalBouts.CONTENTION, Turn::failedPercent);
        failed.remove(Column.TIMES_DEFAULTS);
        failed.remove(Column.TIMES_BEST);
        var ours = failed.get(Column.OURS);
        lines.add(new GoalLine(
                "16 threads on 4 rows: failed, %",
                TWO_DIGITS,
                failed,
                "below 0.5",
                ours == null ? Verdict.NOT_MEASURED : Verdict.of(ours.median() < 0.5)));
        var faster = figures(GoalBouts.CONTENTION, Turn::perSecond);
        var times = faster.get(Column.TIMES_DEFAULTS);
        lines.add(new GoalLine(
                "16 threads on 4 rows: tx/s",
                WHOLE,
                faster,
                "more",
                1,
                times == null ? Verdict.NOT_MEASURED : Verdict.of(times.median() > 1)));
    }

    private void reports() {
        var figures = new EnumMap<Column, Spread>(Column.class);
        put(figures, Column.OURS, loss(Contestant.LOCKSTEP_REPORTING_SHOP, OURS, Turn::perSecond));
        put(figures, Column.DEFAULTS, loss(Contestant.OFFICIAL_REPORTING_SHOP, OFFICIAL, Turn::perSecond));
        lines.add(new GoalLine(
                "branch reports on: loss of throughput, %", ONE_DIGIT, figures, "at most 5", atMost(figures, 5)));
    }

    private void metrics() {
        var figures = new EnumMap<Column, Spread>(Column.class);
        put(
                figures,
                Column.OURS,
                loss(Contestant.METERED_STARTER_SHOP, Contestant.STARTER_SHOP.name(), Turn::perSecond));
        lines.add(new GoalLine(
                "Micrometer on: loss of throughput, %", ONE_DIGIT, figures, "below 3", atMost(figures, 3)));
    }

    /** What a client with more to do lacks, in percent of another. */
    private Optional<Spread> loss(Contestant burdened, String other, ToDoubleFunction<Turn> figure) {
        return standings
                .ratio(burdened.name(), other, GoalBouts.SINGLE_64, figure)
                .map(ratio -> new Spread(
                        100 * (1 - ratio.highest()), 100 * (1 - ratio.median()), 100 * (1 - ratio.lowest())));
    }

    private void atMost(
            String title, String format, Cell cell, Cell bareCell, ToDoubleFunction<Turn> figure, double most) {
        var figures = figures(cell, figure);
        put(figures, Column.BARE, standings.figure(GoalBouts.BARE.name(), bareCell, figure));
        lines.add(new GoalLine(title, format, figures, "at most " + number(most), atMost(figures, most)));
    }

    private static Verdict atMost(Map<Column, Spread> figures, double most) {
        var ours = figures.get(Column.OURS);
        return ours == null ? Verdict.NOT_MEASURED : Verdict.of(ours.median() <= most);
    }

    private Map<Column, Spread> figures(Cell cell, ToDoubleFunction<Turn> figure) {
        return figures(OURS, cell, figure);
    }

    /**
     * Of all clients.
     *
     * @param ours which of ours
     */
    private Map<Column, Spread> figures(String ours, Cell cell, ToDoubleFunction<Turn> figure) {
        var figures = new EnumMap<Column, Spread>(Column.class);
        OTHERS.forEach((column, client) -> put(figures, column, standings.figure(client, cell, figure)));
        put(figures, Column.OURS, standings.figure(ours, cell, figure));
        put(figures, Column.TIMES_DEFAULTS, standings.ratio(ours, OFFICIAL, cell, figure));
        put(figures, Column.TIMES_BEST, standings.ratio(ours, BEST, cell, figure));
        return figures;
    }

    private static void put(Map<Column, Spread> figures, Column column, Optional<Spread> spread) {
        spread.ifPresent(measured -> figures.put(column, measured));
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
