package dev.lockstep.benchmarks.plot;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Groups of horizontal bars, from zero, with one scale for all. Not thread-safe. */
public final class BarPlot {

    private static final int LEFT = 230;
    private static final int BARS = 560;
    private static final int RIGHT = 70;
    private static final int TOP = 60;
    private static final int BAR = 13;
    private static final int GAP = 12;
    private static final String GOAL_COLOUR = "#cc0000";

    private record Group(String title, Map<String, Double> bars, double goal) {}

    private final String title;
    private final List<String> series;
    private final List<Group> groups = new ArrayList<>();

    /**
     * @param series in the order of the bars of each group, with the same names as there
     */
    public BarPlot(String title, List<String> series) {
        this.title = title;
        this.series = List.copyOf(series);
    }

    /**
     * Adds a group below those there are.
     *
     * @param bars lengths by series; one that is missing leaves a gap
     * @param goal where a mark stands, 0 for none
     */
    public void group(String groupTitle, Map<String, Double> bars, double goal) {
        groups.add(new Group(groupTitle, Map.copyOf(bars), goal));
    }

    public String svg() {
        var groupHeight = series.size() * BAR + GAP;
        var svg = new Svg(LEFT + BARS + RIGHT, TOP + groups.size() * groupHeight + GAP);
        svg.text(new Svg.Point(GAP, 22), Svg.Anchor.START, 16, title);
        legend(svg);
        var scale = BARS / longest();
        for (var index = 0; index < groups.size(); index++) {
            draw(svg, groups.get(index), TOP + index * groupHeight, scale);
        }
        return svg.toString();
    }

    private void legend(Svg svg) {
        for (var index = 0; index < series.size(); index++) {
            var x = LEFT + index * 140;
            svg.bar(new Svg.Point(x, 34), BAR, BAR, Svg.colour(index));
            svg.text(new Svg.Point(x + BAR + 4, 45), Svg.Anchor.START, 12, series.get(index));
        }
    }

    private double longest() {
        return groups.stream()
                .flatMap(group -> Stream.concat(group.bars().values().stream(), Stream.of(group.goal())))
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(1);
    }

    private void draw(Svg svg, Group group, int y, double scale) {
        svg.text(new Svg.Point(LEFT - 8, y + series.size() * BAR / 2.0 + 4), Svg.Anchor.END, 12, group.title());
        for (var index = 0; index < series.size(); index++) {
            var length = group.bars().get(series.get(index));
            if (length != null) {
                var top = y + index * BAR;
                svg.bar(new Svg.Point(LEFT, top), length * scale, BAR - 2, Svg.colour(index));
                svg.text(
                        new Svg.Point(LEFT + length * scale + 4, top + BAR - 3),
                        Svg.Anchor.START,
                        10,
                        String.format(Locale.ROOT, "%.2f", length));
            }
        }
        if (group.goal() > 0) {
            var x = LEFT + group.goal() * scale;
            svg.line(new Svg.Point(x, y - 2), new Svg.Point(x, y + series.size() * BAR), GOAL_COLOUR);
        }
    }
}
