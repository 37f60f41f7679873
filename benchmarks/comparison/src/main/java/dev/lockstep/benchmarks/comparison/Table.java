package dev.lockstep.benchmarks.comparison;

import dev.lockstep.benchmarks.load.RoundResult;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/** The result of a comparison, for readers (Markdown) and for tools (CSV). */
final class Table {

    /** A column with the median of a figure. */
    private record Column(String title, String format, ToDoubleFunction<Turn> figure) {}

    private static final List<Column> COLUMNS = List.of(
            new Column("client CPU us/tx", "%.1f", Turn::clientCpuMicros),
            new Column("compiler % of it", "%.0f", Turn::compilerPercent),
            new Column("TC CPU us/tx", "%.1f", Turn::tcCpuMicros),
            new Column("switches/tx", "%.1f", turn -> turn.each(RoundResult.SWITCHES)),
            new Column("writes/tx", "%.1f", turn -> turn.each(RoundResult.WRITES)),
            new Column("bytes/tx", "%.0f", turn -> turn.each(RoundResult.ALLOCATED_BYTES)),
            new Column("p50 us", "%.0f", turn -> turn.result().value(RoundResult.P50_MICROS)),
            new Column("p99 us", "%.0f", turn -> turn.result().value(RoundResult.P99_MICROS)),
            new Column("p99.9 us", "%.0f", turn -> turn.result().value(RoundResult.P999_MICROS)),
            new Column("failed %", "%.2f", Turn::failedPercent));

    private static final Column DATABASE_COLUMN = new Column("database CPU us/tx", "%.1f", Turn::databaseCpuMicros);
    /** Behind the CPU of client and TC. */
    private static final int DATABASE_COLUMN_AT = 3;

    private final Plan plan;
    private final Standings standings;
    private final LocalDateTime when;

    Table(Plan plan, Standings standings, LocalDateTime when) {
        this.plan = plan;
        this.standings = standings;
        this.when = when;
    }

    String markdown() {
        var text = new StringBuilder();
        text.append("%s, TC %s logging at %s with %s processors, databases %s, %s.%n"
                .formatted(
                        when.truncatedTo(ChronoUnit.MINUTES),
                        plan.servers().tcVersion(),
                        Servers.tcLogLevel(),
                        plan.servers().tcProcessors() > 0
                                ? Integer.toString(plan.servers().tcProcessors())
                                : "all",
                        plan.servers().databaseName(),
                        Machine.description()));
        text.append(plan.schedule().words(plan.schedule().rounds()));
        text.append(
                " tx/s and latencies are of the windows, costs of whole turns, second phases included. Medians; lowest and highest in");
        text.append(" parentheses. Ratios are taken between neighbouring turns.\n");
        for (var bout : plan.bouts()) {
            var cell = bout.cell();
            text.append("%n%s, %d callers%n%n".formatted(cell.workload(), cell.callers()));
            text.append(head());
            for (var contestant : bout.contestants()) {
                text.append(row(contestant.name(), cell)).append('\n');
            }
        }
        return text.append(troubles()).toString();
    }

    private String head() {
        var titles = new ArrayList<>(List.of("client", "tx/s"));
        plan.ratios().forEach(ratio -> titles.add(ratio.title()));
        columns().forEach(column -> titles.add(column.title()));
        return "| " + String.join(" | ", titles) + " |\n|" + String.join("", Collections.nCopies(titles.size(), "---|"))
                + "\n";
    }

    private String row(String client, Cell cell) {
        var row = new StringJoiner(" | ", "| ", " |");
        row.add(client);
        row.add(standings
                .figure(client, cell, Turn::perSecond)
                .map(spread -> String.format(
                        Locale.ROOT, "%.0f (%.0f-%.0f)", spread.median(), spread.lowest(), spread.highest()))
                .orElse("-"));
        plan.ratios().forEach(ratio -> row.add(ratio.cell(standings, client, cell)));
        for (var column : columns()) {
            row.add(standings
                    .figure(client, cell, column.figure())
                    .map(spread -> String.format(Locale.ROOT, column.format(), spread.median()))
                    .orElse("-"));
        }
        return row.toString();
    }

    /** Those of every table, and one for each thing that a client of this one has counted at least once. */
    private List<Column> columns() {
        var columns = new ArrayList<>(COLUMNS);
        if (standings.turns().stream().anyMatch(Turn::hasDatabaseServer)) {
            columns.add(DATABASE_COLUMN_AT, DATABASE_COLUMN);
        }
        standings.turns().stream()
                .flatMap(turn -> turn.result().values().entrySet().stream())
                .filter(value -> value.getKey().startsWith(RoundResult.COUNTER) && value.getValue() > 0)
                .map(Map.Entry::getKey)
                .distinct()
                .sorted()
                .forEach(name -> columns.add(new Column(
                        name.substring(RoundResult.COUNTER.length()) + "/tx",
                        "%.4f",
                        turn -> turn.result().values().getOrDefault(name, 0.0) / turn.transactions())));
        return columns;
    }

    private String troubles() {
        var troubles = standings.troubles(plan.mayFail());
        if (troubles.isEmpty()) {
            return "%nEvery transaction ended as it should, every branch had its second phase, and the data was right.%n"
                    .formatted();
        }
        return "%n**Not to be used:**%n%n- ".formatted() + String.join("\n- ", troubles) + "\n";
    }

    /** Every single turn. */
    String csv() {
        var names = new TreeSet<String>();
        standings.turns().forEach(turn -> names.addAll(turn.result().values().keySet()));
        var text = new StringBuilder("tc,tc-processors,database,client,workload,callers,round,");
        text.append(String.join(",", names)).append('\n');
        for (var turn : standings.turns()) {
            var row = new StringJoiner(",");
            row.add(plan.servers().tcVersion());
            row.add(Integer.toString(plan.servers().tcProcessors()));
            row.add(plan.servers().databaseName());
            row.add(turn.client());
            row.add(turn.round().workload());
            row.add(Integer.toString(turn.round().callers()));
            row.add(Integer.toString(turn.number()));
            for (var name : names) {
                var value = turn.result().values().get(name);
                row.add(value == null ? "" : value.toString());
            }
            text.append(row).append('\n');
        }
        return text.toString();
    }
}
