package dev.lockstep.benchmarks.comparison;

import dev.lockstep.benchmarks.load.RoundResult;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.TreeSet;

/** The result of a comparison of transports, for readers (Markdown) and for tools (CSV). */
final class TransportTable {

    private static final String HEAD = """
            | client | tx/s | lowest-highest | of ceiling | client CPU us/tx | of reference | TC CPU us/tx | switches/tx | writes/tx \
            | bytes/tx | p50 us | p99 us | p99.9 us |
            |---|---|---|---|---|---|---|---|---|---|---|---|---|
            """;

    private final TransportOptions options;
    private final Standings standings;
    private final LocalDateTime when;

    TransportTable(TransportOptions options, Standings standings, LocalDateTime when) {
        this.options = options;
        this.standings = standings;
        this.when = when;
    }

    String markdown() {
        var text = new StringBuilder();
        text.append("%s, TC %s%s, %s.%n"
                .formatted(
                        when.truncatedTo(ChronoUnit.MINUTES),
                        options.tcVersion(),
                        options.tcProcessors() > 0
                                ? " with " + options.tcProcessors() + " processors"
                                : " with all processors",
                        Machine.description()));
        text.append("%d turns of %d ms for each client in each cell, after %d s of warm-up each; medians.%n"
                .formatted(
                        options.rounds(),
                        options.roundLength().toMillis(),
                        options.warmUp().toSeconds()));
        text.append("Ceiling: %s. Reference for CPU: %s. Ratios are medians of the ratios of neighbouring turns.%n"
                .formatted(Contestant.PIPELINED.name(), Contestant.PARKED.name()));
        for (var cell : options.cells()) {
            text.append("%n%s, %d callers%n%n".formatted(cell.workload().label(), cell.callers()));
            text.append(HEAD);
            for (var contestant : options.contestants()) {
                text.append(row(contestant.name(), cell)).append('\n');
            }
        }
        text.append(troubles());
        return text.toString();
    }

    private String row(String client, Cell cell) {
        var row = new StringJoiner(" | ", "| ", " |");
        row.add(client);
        row.add(whole(standings.figure(client, cell, Turn::perSecond)));
        row.add(standings
                .figure(client, cell, Turn::perSecond)
                .map(spread -> "%.0f-%.0f".formatted(spread.lowest(), spread.highest()))
                .orElse("-"));
        row.add(percent(standings.ratio(client, Contestant.PIPELINED.name(), cell, Turn::perSecond)));
        row.add(tenths(standings.figure(client, cell, Turn::clientCpuMicros)));
        row.add(percent(standings.ratio(client, Contestant.PARKED.name(), cell, Turn::clientCpuMicros)));
        row.add(tenths(standings.figure(client, cell, Turn::tcCpuMicros)));
        row.add(tenths(standings.figure(client, cell, turn -> turn.each(RoundResult.SWITCHES))));
        row.add(tenths(standings.figure(client, cell, turn -> turn.each(RoundResult.WRITES))));
        row.add(whole(standings.figure(client, cell, turn -> turn.each(RoundResult.ALLOCATED_BYTES))));
        row.add(whole(standings.figure(client, cell, turn -> turn.result().value(RoundResult.P50_MICROS))));
        row.add(whole(standings.figure(client, cell, turn -> turn.result().value(RoundResult.P99_MICROS))));
        row.add(whole(standings.figure(client, cell, turn -> turn.result().value(RoundResult.P999_MICROS))));
        return row.toString();
    }

    private String troubles() {
        var troubles = standings.troubles();
        if (troubles.isEmpty()) {
            return "%nEvery transaction was committed, and every branch had its second phase.%n".formatted();
        }
        return "%n**Not to be used:**%n- ".formatted() + String.join("\n- ", troubles) + "\n";
    }

    private static String whole(Optional<Spread> figure) {
        return figure.map(spread -> String.format(Locale.ROOT, "%.0f", spread.median()))
                .orElse("-");
    }

    private static String tenths(Optional<Spread> figure) {
        return figure.map(spread -> String.format(Locale.ROOT, "%.1f", spread.median()))
                .orElse("-");
    }

    private static String percent(Optional<Spread> figure) {
        return figure.map(spread -> String.format(Locale.ROOT, "%.0f %%", spread.median() * 100))
                .orElse("-");
    }

    /** Every single turn. */
    String csv() {
        var names = new TreeSet<String>();
        standings.turns().forEach(turn -> names.addAll(turn.result().values().keySet()));
        var text = new StringBuilder("tc,tc-processors,client,workload,callers,round,tc-cpu-ms,tc-switches,");
        text.append(String.join(",", names)).append('\n');
        for (var turn : standings.turns()) {
            var row = new StringJoiner(",");
            row.add(options.tcVersion());
            row.add(Integer.toString(options.tcProcessors()));
            row.add(turn.client());
            row.add(turn.round().workload().label());
            row.add(Integer.toString(turn.round().callers()));
            row.add(Integer.toString(turn.number()));
            row.add(Long.toString(turn.tc().cpuMillis()));
            row.add(Long.toString(turn.tc().switches()));
            for (var name : names) {
                var value = turn.result().values().get(name);
                row.add(value == null ? "" : value.toString());
            }
            text.append(row).append('\n');
        }
        return text.toString();
    }
}
