package dev.lockstep.benchmarks.comparison;

import java.util.SortedMap;

/**
 * How cost follows amount, as the exponent of a power: 1 is linear, 0 does not depend on it. Fitted to the logarithms, by
 * least squares.
 */
final class Slope {

    private Slope() {}

    /**
     * @param costs by amount, both above zero; amounts of 0 are left out, because they have no logarithm
     * @return NaN for fewer than two points
     */
    static double of(SortedMap<Integer, Double> costs) {
        var number = 0;
        var sumX = 0.0;
        var sumY = 0.0;
        var sumXx = 0.0;
        var sumXy = 0.0;
        for (var point : costs.entrySet()) {
            if (point.getKey() > 0) {
                var x = Math.log(point.getKey());
                var y = Math.log(point.getValue());
                number++;
                sumX += x;
                sumY += y;
                sumXx += x * x;
                sumXy += x * y;
            }
        }
        return number < 2 ? Double.NaN : (number * sumXy - sumX * sumY) / (number * sumXx - sumX * sumX);
    }
}
