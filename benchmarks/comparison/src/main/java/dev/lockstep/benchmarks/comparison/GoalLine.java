package dev.lockstep.benchmarks.comparison;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One line of the table of goals.
 *
 * @param format of a figure, for {@link String#format}
 * @param figures those that were measured
 * @param goal in words
 * @param wantedTimes what multiple of the official client with its defaults is wanted; 0 where the goal is another
 */
record GoalLine(
        String title, String format, Map<Column, Spread> figures, String goal, double wantedTimes, Verdict verdict) {

    /** The columns with figures. */
    enum Column {
        DEFAULTS("official, defaults"),
        BEST("official, best"),
        NEWER("official 2.5"),
        PLAIN("plain SQL"),
        BARE("bare"),
        OURS("ours"),
        TIMES_DEFAULTS("ours / defaults"),
        TIMES_BEST("ours / best");

        private final String title;

        Column(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }

        /** Whether its figures are multiples of others. */
        boolean isRatio() {
            return this == TIMES_DEFAULTS || this == TIMES_BEST;
        }
    }

    GoalLine {
        figures = figures.isEmpty() ? Map.of() : new EnumMap<>(figures);
    }

    /** One whose goal is no multiple. */
    GoalLine(String title, String format, Map<Column, Spread> figures, String goal, Verdict verdict) {
        this(title, format, figures, goal, 0, verdict);
    }

    Optional<Double> median(Column column) {
        return Optional.ofNullable(figures.get(column)).map(Spread::median);
    }

    String markdown() {
        var line = new StringBuilder("| ").append(title);
        for (var column : Column.values()) {
            line.append(" | ").append(cell(column));
        }
        return line.append(" | ")
                .append(goal)
                .append(" | ")
                .append(verdict.word())
                .append(" |")
                .toString();
    }

    private String cell(Column column) {
        var spread = figures.get(column);
        if (spread == null) {
            return "-";
        }
        var form = column.isRatio() ? "%.2f" : format;
        return spread.lowest() == spread.highest()
                ? String.format(Locale.ROOT, form, spread.median())
                : String.format(
                        Locale.ROOT,
                        form + " (" + form + "-" + form + ")",
                        spread.median(),
                        spread.lowest(),
                        spread.highest());
    }
}
