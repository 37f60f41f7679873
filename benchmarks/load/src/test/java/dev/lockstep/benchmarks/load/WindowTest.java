package dev.lockstep.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WindowTest {

    private static final Round ROUND = new Round("single", 4, Duration.ofNanos(2_000), Duration.ofNanos(1_000));

    @Test
    void what_ends_in_the_window_is_counted_whenever_it_began() {
        var tally = new Tally(Window.of(ROUND, 0));

        tally.committed(0, 1_999);
        tally.committed(500, 2_000);
        tally.committed(2_400, 2_999);
        tally.committed(2_500, 3_000);

        assertThat(tally.transactions()).isEqualTo(4);
        assertThat(tally.inWindow()).isEqualTo(2);
        assertThat(tally.latencyMicros(100)).isBetween(1.4, 1.6);
    }

    @Test
    void no_transaction_begins_when_the_window_is_over() {
        var window = Window.of(ROUND, 0);

        assertThat(window.isOver(2_999)).isFalse();
        assertThat(window.isOver(3_000)).isTrue();
    }

    @Test
    void a_clock_that_overflows_meanwhile_does_no_harm() {
        var start = Long.MAX_VALUE - 100;
        var tally = new Tally(Window.of(ROUND, start));

        tally.committed(start, start + 200);
        tally.committed(start, start + 2_500);

        assertThat(tally.inWindow()).isEqualTo(1);
        assertThat(Window.of(ROUND, start).isOver(start + 2_500)).isFalse();
        assertThat(Window.of(ROUND, start).isOver(start + 3_000)).isTrue();
    }

    @Test
    void failures_are_counted_over_the_whole_round() {
        var total = new Tally(Window.of(ROUND, 0));
        var caller = new Tally(Window.of(ROUND, 0));
        caller.failed("in the lead-in");
        caller.committed(2_000, 2_500);
        total.add(caller);
        total.add(caller);

        assertThat(total.failures()).isEqualTo(2);
        assertThat(total.inWindow()).isEqualTo(2);
    }

    @Test
    void a_round_survives_its_order() {
        var round = new Round("single", 16, Duration.ofMillis(2_000), Duration.ofMillis(1_500));

        assertThat(Round.parse(round.line())).isEqualTo(round);
        assertThat(round.length()).isEqualTo(Duration.ofMillis(3_500));
        assertThatThrownBy(() -> Round.parse("single 16 1500")).hasMessageContaining("lead-in");
    }
}
