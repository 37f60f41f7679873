package dev.lockstep.benchmarks.comparison;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * All turns of a comparison, and what they say. A ratio of two clients is taken from turns that ran next to each other, and
 * the median of those ratios is what counts: the speed of a machine drifts more within minutes than clients differ.
 *
 * <p>Not thread-safe.
 */
final class Standings {

    private final List<Turn> turns = new ArrayList<>();

    void add(Turn turn) {
        turns.add(turn);
    }

    List<Turn> turns() {
        return List.copyOf(turns);
    }

    List<Turn> turnsOf(String client, Cell cell) {
        return turns.stream().filter(turn -> turn.isOf(client, cell)).toList();
    }

    /** A figure of a client; empty if it had no turn. */
    Optional<Spread> figure(String client, Cell cell, ToDoubleFunction<Turn> figure) {
        var figures = turnsOf(client, cell).stream().map(figure::applyAsDouble).toList();
        return figures.isEmpty() ? Optional.empty() : Optional.of(Spread.of(figures));
    }

    /** A figure of one client as a multiple of that of another; empty if they had no turns next to each other. */
    Optional<Spread> ratio(String client, String other, Cell cell, ToDoubleFunction<Turn> figure) {
        var ratios = new ArrayList<Double>();
        for (var turn : turnsOf(client, cell)) {
            turnsOf(other, cell).stream()
                    .filter(opposite -> opposite.number() == turn.number())
                    .forEach(opposite -> ratios.add(figure.applyAsDouble(turn) / figure.applyAsDouble(opposite)));
        }
        return ratios.isEmpty() ? Optional.empty() : Optional.of(Spread.of(ratios));
    }

    /**
     * What went wrong; a table with any of these is worth nothing.
     *
     * @param mayFail workloads in which a transaction may fail
     */
    List<String> troubles(Set<String> mayFail) {
        return turns.stream()
                .filter(turn -> !turn.isSound(mayFail.contains(turn.round().workload())))
                .map(Turn::troubles)
                .toList();
    }
}
