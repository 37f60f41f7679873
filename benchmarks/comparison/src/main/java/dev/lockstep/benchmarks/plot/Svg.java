package dev.lockstep.benchmarks.plot;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A drawing that grows. The origin is the upper left corner, all lengths are pixels. Not thread-safe. */
final class Svg {

    /** Told apart by those who see no red, too. */
    private static final List<String> COLOURS =
            List.of("#0072b2", "#d55e00", "#999999", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000");

    private static final String INK = "#333333";

    /** How a text stands to its point. */
    enum Anchor {
        START,
        MIDDLE,
        END
    }

    record Point(double x, double y) {}

    private final StringBuilder body = new StringBuilder();
    private final int width;
    private final int height;

    Svg(int width, int height) {
        this.width = width;
        this.height = height;
    }

    /** The colour of a series. */
    static String colour(int series) {
        return COLOURS.get(series % COLOURS.size());
    }

    void line(Point from, Point to, String colour) {
        add("<line x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f' stroke='%s'/>", from.x(), from.y(), to.x(), to.y(), colour);
    }

    void polyline(List<Point> points, String colour) {
        var path = points.stream()
                .map(point -> String.format(Locale.ROOT, "%.1f,%.1f", point.x(), point.y()))
                .collect(Collectors.joining(" "));
        add("<polyline points='%s' fill='none' stroke='%s' stroke-width='2'/>", path, colour);
    }

    void dot(Point centre, String colour) {
        add("<circle cx='%.1f' cy='%.1f' r='3' fill='%s'/>", centre.x(), centre.y(), colour);
    }

    void bar(Point corner, double barWidth, double barHeight, String colour) {
        add(
                "<rect x='%.1f' y='%.1f' width='%.1f' height='%.1f' fill='%s'/>",
                corner.x(), corner.y(), Math.max(0, barWidth), barHeight, colour);
    }

    void text(Point at, Anchor anchor, int size, String text) {
        add(
                "<text x='%.1f' y='%.1f' text-anchor='%s' font-size='%d' fill='%s'>%s</text>",
                at.x(), at.y(), anchor.name().toLowerCase(Locale.ROOT), size, INK, escaped(text));
    }

    private void add(String element, Object... values) {
        body.append("  ").append(String.format(Locale.ROOT, element, values)).append('\n');
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    /** The whole file. */
    @Override
    public String toString() {
        return "<svg xmlns='http://www.w3.org/2000/svg' width='" + width + "' height='" + height + "' viewBox='0 0 "
                + width + " " + height + "' font-family='sans-serif'>\n  <rect width='" + width + "' height='" + height
                + "' fill='white'/>\n" + body + "</svg>\n";
    }
}
