package dev.lockstep.benchmarks.comparison;

import java.util.Collection;

/** The median of several figures, with the lowest and the highest. */
record Spread(double lowest, double median, double highest) {

    /** Of a figure that was taken once. */
    static Spread of(double figure) {
        return new Spread(figure, figure, figure);
    }

    /**
     * @param figures at least one
     */
    static Spread of(Collection<Double> figures) {
        var sorted = figures.stream().sorted().toList();
        if (sorted.isEmpty()) {
            throw new IllegalArgumentException("No figures, no median.");
        }
        var middle = sorted.size() / 2;
        var median = sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
        return new Spread(sorted.get(0), median, sorted.get(sorted.size() - 1));
    }
}
