package dev.lockstep.benchmarks.plot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class PlotTest {

    @Test
    void bars_are_as_long_as_their_figures_say() throws Exception {
        var plot = new BarPlot("Throughput", List.of("theirs", "ours"));
        plot.group("a <b> & c", Map.of("theirs", 1.0, "ours", 4.0), 0);

        var drawn = document(plot.svg());

        assertThat(width(drawn, Svg.colour(1)) / width(drawn, Svg.colour(0))).isBetween(3.99, 4.01);
        assertThat(drawn.getDocumentElement().getTextContent()).contains("a <b> & c");
    }

    @Test
    void what_grows_linearly_lies_on_the_thin_line() throws Exception {
        var plot = new CurvePlot("Growth", "rows", "cost");
        plot.point("ours", 1, 5);
        plot.point("ours", 10, 50);
        plot.point("ours", 100, 500);

        var drawn = document(plot.svg());

        var points = ((Element) drawn.getElementsByTagName("polyline").item(0))
                .getAttribute("points")
                .split("[ ,]");
        var fromTo = slope(points[0], points[1], points[4], points[5]);
        var lines = drawn.getElementsByTagName("line");
        var thin = (Element) lines.item(lines.getLength() - 1);
        var linear = slope(
                thin.getAttribute("x1"), thin.getAttribute("y1"), thin.getAttribute("x2"), thin.getAttribute("y2"));
        assertThat(fromTo).isBetween(linear - 0.01, linear + 0.01);
    }

    @Test
    void what_has_no_logarithm_is_left_out() throws Exception {
        var plot = new CurvePlot("Growth", "rows", "cost");
        plot.point("ours", 0, 5);
        plot.point("ours", 1, 0);

        assertThat(document(plot.svg()).getElementsByTagName("circle").getLength())
                .isZero();
    }

    private static double slope(String x1, String y1, String x2, String y2) {
        return (Double.parseDouble(y2) - Double.parseDouble(y1)) / (Double.parseDouble(x2) - Double.parseDouble(x1));
    }

    /** Of the longest rectangle of a colour; the shorter one is its key. */
    private static double width(Document drawn, String colour) {
        var bars = drawn.getElementsByTagName("rect");
        var longest = 0.0;
        for (var index = 0; index < bars.getLength(); index++) {
            var bar = (Element) bars.item(index);
            if (bar.getAttribute("fill").equals(colour)) {
                longest = Math.max(longest, Double.parseDouble(bar.getAttribute("width")));
            }
        }
        return longest;
    }

    private static Document document(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
    }
}
