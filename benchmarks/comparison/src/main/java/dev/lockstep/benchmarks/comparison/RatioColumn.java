package dev.lockstep.benchmarks.comparison;

import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * A column that shows a figure of each client as a multiple of that of one of them.
 *
 * @param other the client compared with
 */
record RatioColumn(String title, String other, ToDoubleFunction<Turn> figure) {

    /** Below this two digits say too little. */
    private static final double SMALL = 0.1;

    String cell(Standings standings, String client, Cell cell) {
        Optional<Spread> ratio = standings.ratio(client, other, cell, figure);
        return ratio.map(spread -> String.format(
                        Locale.ROOT,
                        spread.median() < SMALL ? "%.4f (%.4f-%.4f)" : "%.2f (%.2f-%.2f)",
                        spread.median(),
                        spread.lowest(),
                        spread.highest()))
                .orElse("-");
    }
}
