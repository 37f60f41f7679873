package dev.lockstep.benchmarks.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SlopeTest {

    @Test
    void what_doubles_with_the_amount_is_linear() {
        assertThat(slope(Map.of(1, 3.0, 10, 30.0, 100, 300.0))).isCloseTo(1, within(1e-9));
    }

    @Test
    void what_does_not_follow_the_amount_has_no_slope() {
        assertThat(slope(Map.of(1, 7.0, 10, 7.0, 1_000, 7.0))).isCloseTo(0, within(1e-9));
    }

    @Test
    void what_grows_with_the_square_is_told() {
        assertThat(slope(Map.of(2, 4.0, 4, 16.0, 8, 64.0))).isCloseTo(2, within(1e-9));
    }

    @Test
    void an_amount_of_nothing_has_no_part_in_it() {
        assertThat(slope(Map.of(0, 500.0, 1, 3.0, 10, 30.0))).isCloseTo(1, within(1e-9));
    }

    @Test
    void one_point_has_no_slope() {
        assertThat(slope(Map.of(0, 5.0, 1, 3.0))).isNaN();
    }

    private static double slope(Map<Integer, Double> costs) {
        return Slope.of(new TreeMap<>(costs));
    }
}
