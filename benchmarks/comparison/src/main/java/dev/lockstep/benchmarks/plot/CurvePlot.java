package dev.lockstep.benchmarks.plot;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Curves with logarithmic axes, so that what grows linearly is a straight line with the same slope everywhere. A
 * thin line shows that slope. Not thread-safe.
 */
public final class CurvePlot {

    private static final int WIDTH = 640;
    private static final int HEIGHT = 420;
    private static final int LEFT = 80;
    private static final int RIGHT = 30;
    private static final int TOP = 60;
    private static final int BOTTOM = 50;
    private static final String GRID = "#dddddd";
    private static final String LINEAR = "#aaaaaa";

    private final String title;
    private final String x;
    private final String y;
    private final Map<String, SortedMap<Double, Double>> curves = new LinkedHashMap<>();

    public CurvePlot(String title, String x, String y) {
        this.title = title;
        this.x = x;
        this.y = y;
    }

    /**
     * Adds a point.
     *
     * @param amount above zero; what has none is drawn where {@code amount} says it may stand
     * @param value above zero; another is left out
     */
    public void point(String series, double amount, double value) {
        if (amount > 0 && value > 0) {
            curves.computeIfAbsent(series, any -> new TreeMap<>()).put(amount, value);
        }
    }

    public String svg() {
        var svg = new Svg(WIDTH, HEIGHT);
        svg.text(new Svg.Point(LEFT, 22), Svg.Anchor.START, 16, title);
        svg.text(new Svg.Point(LEFT, 42), Svg.Anchor.START, 12, y + ", by " + x + "; thin: linear");
        if (curves.isEmpty()) {
            return svg.toString();
        }
        var across = Axis.over(amounts(), LEFT, WIDTH - RIGHT);
        var up = Axis.over(values(), HEIGHT - BOTTOM, TOP);
        for (var tick : across.ticks()) {
            var at = across.at(tick);
            svg.line(new Svg.Point(at, TOP), new Svg.Point(at, HEIGHT - BOTTOM), GRID);
            svg.text(new Svg.Point(at, HEIGHT - BOTTOM + 16), Svg.Anchor.MIDDLE, 11, Axis.label(tick));
        }
        for (var tick : up.ticks()) {
            var at = up.at(tick);
            svg.line(new Svg.Point(LEFT, at), new Svg.Point(WIDTH - RIGHT, at), GRID);
            svg.text(new Svg.Point(LEFT - 6, at + 4), Svg.Anchor.END, 11, Axis.label(tick));
        }
        var number = 0;
        for (var curve : curves.entrySet()) {
            draw(svg, curve.getKey(), curve.getValue(), number++, across, up);
        }
        return svg.toString();
    }

    private static void draw(
            Svg svg, String series, SortedMap<Double, Double> curve, int number, Axis across, Axis up) {
        var points = new ArrayList<Svg.Point>();
        curve.forEach((amount, value) -> points.add(new Svg.Point(across.at(amount), up.at(value))));
        svg.line(points.get(0), linearEnd(curve, across, up), LINEAR);
        svg.polyline(points, Svg.colour(number));
        points.forEach(point -> svg.dot(point, Svg.colour(number)));
        svg.bar(new Svg.Point(LEFT + 10 + number * 120.0, HEIGHT - 22.0), 12, 12, Svg.colour(number));
        svg.text(new Svg.Point(LEFT + 26 + number * 120.0, HEIGHT - 12.0), Svg.Anchor.START, 12, series);
    }

    /** Where a line from the first point that grows linearly leaves the plot. */
    private static Svg.Point linearEnd(SortedMap<Double, Double> curve, Axis across, Axis up) {
        var first = curve.firstKey();
        var value = curve.get(first);
        var factor = Math.min(across.highest() / first, up.highest() / value);
        return new Svg.Point(across.at(first * factor), up.at(value * factor));
    }

    private List<Double> amounts() {
        return curves.values().stream()
                .flatMap(curve -> curve.keySet().stream())
                .toList();
    }

    private List<Double> values() {
        return curves.values().stream()
                .flatMap(curve -> curve.values().stream())
                .toList();
    }

    /** A logarithmic axis of whole decades. */
    private record Axis(double lowest, double highest, double from, double to) {

        static Axis over(List<Double> numbers, double from, double to) {
            var lowest = Math.pow(10, Math.floor(Math.log10(least(numbers))));
            var highest = Math.pow(10, Math.ceil(Math.log10(most(numbers))));
            return new Axis(lowest, highest > lowest ? highest : lowest * 10, from, to);
        }

        private static double least(List<Double> numbers) {
            return numbers.stream().mapToDouble(Double::doubleValue).min().orElse(1);
        }

        private static double most(List<Double> numbers) {
            return numbers.stream().mapToDouble(Double::doubleValue).max().orElse(10);
        }

        double at(double number) {
            return from + (to - from) * Math.log10(number / lowest) / Math.log10(highest / lowest);
        }

        List<Double> ticks() {
            return Stream.iterate(lowest, tick -> tick <= highest * 1.001, tick -> tick * 10)
                    .toList();
        }

        static String label(double tick) {
            if (tick >= 1_000_000) {
                return Math.round(tick / 1_000_000) + "M";
            }
            if (tick >= 1_000) {
                return Math.round(tick / 1_000) + "k";
            }
            return tick >= 1 ? Long.toString(Math.round(tick)) : Double.toString(tick);
        }
    }
}
