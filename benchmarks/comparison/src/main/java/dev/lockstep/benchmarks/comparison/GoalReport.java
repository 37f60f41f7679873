package dev.lockstep.benchmarks.comparison;

import dev.lockstep.benchmarks.comparison.GoalLine.Column;
import dev.lockstep.benchmarks.plot.BarPlot;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The table of goals as Markdown, CSV and plot.
 *
 * @param head where, when and how it was measured, in lines
 * @param troubles what makes figures worthless; empty if all went well
 */
record GoalReport(List<String> head, List<GoalLine> lines, List<String> troubles) {

    private static final List<Column> BARS = List.of(Column.OURS, Column.BEST, Column.DEFAULTS);

    String markdown() {
        var columns = Stream.of(Column.values()).map(Column::title).collect(Collectors.joining(" | "));
        var text = new StringBuilder(String.join("\n", head)).append("\n\n");
        text.append("| | ").append(columns).append(" | goal | met |\n|---|");
        text.append("---|".repeat(Column.values().length)).append("---|---|\n");
        lines.forEach(line -> text.append(line.markdown()).append('\n'));
        if (!troubles.isEmpty()) {
            text.append("\n**Not to be used:**\n\n- ")
                    .append(String.join("\n- ", troubles))
                    .append('\n');
        }
        return text.toString();
    }

    /** A row for each figure. */
    String csv() {
        var text = new StringBuilder("line,column,median,lowest,highest,met\n");
        for (var line : lines) {
            line.figures()
                    .forEach((column, spread) -> text.append(String.format(
                            Locale.ROOT,
                            "\"%s\",\"%s\",%s,%s,%s,%s%n",
                            line.title(),
                            column.title(),
                            spread.median(),
                            spread.lowest(),
                            spread.highest(),
                            line.verdict().word())));
        }
        return text.toString();
    }

    /** What is to be a multiple of the official client with its defaults, with a mark where that is. */
    String plot() {
        var plot = new BarPlot(
                "Throughput, official client with its defaults = 1; the mark is the goal",
                BARS.stream().map(Column::title).toList());
        for (var line : lines) {
            var times = line.median(Column.TIMES_DEFAULTS);
            var timesBest = line.median(Column.TIMES_BEST);
            if (line.wantedTimes() > 0 && times.isPresent() && timesBest.isPresent()) {
                var bars = Map.of(
                        Column.DEFAULTS.title(),
                        1.0,
                        Column.BEST.title(),
                        times.get() / timesBest.get(),
                        Column.OURS.title(),
                        times.get());
                plot.group(line.title().replace(", tx/s", ""), bars, line.wantedTimes());
            }
        }
        return plot.svg();
    }
}
