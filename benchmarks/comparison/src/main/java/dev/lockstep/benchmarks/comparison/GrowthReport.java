package dev.lockstep.benchmarks.comparison;

import dev.lockstep.benchmarks.load.RoundResult;
import dev.lockstep.benchmarks.plot.CurvePlot;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** What the turns of one curve say, as Markdown, CSV and plots. */
final class GrowthReport {

    /** More than linear is what a fit would not give for something linear, whatever the noise of a machine. */
    private static final double LINEAR_AT_MOST = 1.1;

    /** A cost of a transaction. */
    enum Cost {
        MICROS("time of a caller, us", "micros", turn -> turn.result().value(RoundResult.MEAN_MICROS)),
        CLIENT_CPU("client CPU, us", "client-cpu-us", Turn::clientCpuMicros),
        TC_CPU("TC CPU, us", "tc-cpu-us", Turn::tcCpuMicros),
        DATABASE_CPU(
                "database CPU, us", "database-cpu-us", turn -> turn.hasDatabaseServer() ? turn.databaseCpuMicros() : 0),
        BYTES("bytes allocated", "bytes", turn -> turn.each(RoundResult.ALLOCATED_BYTES)),
        FRAMES("frames sent", "frames", turn -> turn.result().counter("frames") / turn.transactions());

        private final String title;
        private final String file;
        private final ToDoubleFunction<Turn> figure;

        Cost(String title, String file, ToDoubleFunction<Turn> figure) {
            this.title = title;
            this.file = file;
            this.figure = figure;
        }

        String file() {
            return file;
        }
    }

    private final Curve curve;
    private final List<Integer> amounts;
    private final List<String> clients;
    private final Standings standings;

    GrowthReport(Curve curve, List<Integer> amounts, List<String> clients, Standings standings) {
        this.curve = curve;
        this.amounts = List.copyOf(amounts);
        this.clients = List.copyOf(clients);
        this.standings = standings;
    }

    String markdown() {
        var text =
                new StringBuilder("\n" + curve.title() + ", " + curve.callers() + " callers; cost of a transaction\n");
        for (var client : clients) {
            text.append("\n| ").append(client).append(": ").append(curve.x());
            amounts.forEach(amount -> text.append(" | ").append(amount));
            text.append(" | exponent | linear or better |\n|---|")
                    .append("---|".repeat(amounts.size()))
                    .append("---|---|\n");
            for (var cost : Cost.values()) {
                var costs = costs(client, cost);
                if (costs.values().stream().anyMatch(value -> value > 0)) {
                    text.append(row(cost, costs));
                }
            }
        }
        return text.toString();
    }

    private String row(Cost cost, SortedMap<Integer, Double> costs) {
        var cells = new ArrayList<String>();
        for (var amount : amounts) {
            var value = costs.get(amount);
            cells.add(value == null ? "-" : String.format(Locale.ROOT, value < 100 ? "%.1f" : "%.0f", value));
        }
        var exponent = exponent(costs);
        cells.add(Double.isNaN(exponent) ? "-" : String.format(Locale.ROOT, "%.2f", exponent));
        cells.add(Double.isNaN(exponent) ? "-" : exponent <= LINEAR_AT_MOST ? "yes" : "no");
        return "| " + cost.title + " | " + String.join(" | ", cells) + " |\n";
    }

    /** Of the larger half of the amounts: what is spent in any case hides in the smaller ones how the rest grows. */
    private static double exponent(SortedMap<Integer, Double> costs) {
        var positive = new TreeMap<>(costs);
        positive.values().removeIf(value -> value <= 0);
        var larger = new ArrayList<>(positive.keySet()).subList(positive.size() / 2, positive.size());
        return larger.size() < 2 ? Slope.of(positive) : Slope.of(positive.tailMap(larger.get(0)));
    }

    private SortedMap<Integer, Double> costs(String client, Cost cost) {
        SortedMap<Integer, Double> costs = new TreeMap<>();
        for (var amount : amounts) {
            standings
                    .figure(client, curve.cell(amount), cost.figure)
                    .ifPresent(spread -> costs.put(amount, spread.median()));
        }
        return costs;
    }

    /** One row for each point, without the head. */
    String csv() {
        var text = new StringBuilder();
        for (var client : clients) {
            for (var amount : amounts) {
                text.append(curve.dimension())
                        .append(',')
                        .append(client)
                        .append(',')
                        .append(amount);
                for (var cost : Cost.values()) {
                    var value = costs(client, cost).get(amount);
                    text.append(',').append(value == null ? "" : String.format(Locale.ROOT, "%.3f", value));
                }
                text.append('\n');
            }
        }
        return text.toString();
    }

    static String csvHead() {
        var head = new StringBuilder("dimension,client,amount");
        for (var cost : Cost.values()) {
            head.append(',').append(cost.file());
        }
        return head.append('\n').toString();
    }

    /** A plot of one cost, or nothing where there is no such cost. */
    String plot(Cost cost) {
        var plot = new CurvePlot(curve.title(), curve.x(), cost.title + " per transaction");
        for (var client : clients) {
            // Nothing at all stands at 1: there is no 0 on the axis.
            costs(client, cost).forEach((amount, value) -> plot.point(client, Math.max(1, amount), value));
        }
        return plot.svg();
    }
}
