package dev.lockstep.benchmarks.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.benchmarks.load.Round;
import dev.lockstep.benchmarks.load.RoundResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StandingsTest {

    private static final Cell CELL = new Cell("empty", 64);

    private final Standings standings = new Standings();

    @Test
    void the_ratio_is_the_median_of_the_ratios_of_neighbouring_turns() {
        // The machine slows down by half between the turns; each time the client has 80, 90 and 100 % of the other.
        turn("client", 1, 80_000, 0);
        turn("other", 1, 100_000, 0);
        turn("client", 2, 45_000, 0);
        turn("other", 2, 50_000, 0);
        turn("client", 3, 25_000, 0);
        turn("other", 3, 25_000, 0);

        var ratio = standings.ratio("client", "other", CELL, Turn::perSecond).orElseThrow();

        assertThat(ratio.median()).isEqualTo(0.9);
        assertThat(ratio.lowest()).isEqualTo(0.8);
        assertThat(ratio.highest()).isEqualTo(1.0);
    }

    @Test
    void there_is_no_ratio_to_a_client_that_did_not_take_part() {
        turn("client", 1, 80_000, 0);

        assertThat(standings.ratio("client", "other", CELL, Turn::perSecond)).isEmpty();
    }

    @Test
    void turns_with_other_callers_do_not_count() {
        turn("client", 1, 80_000, 0);

        assertThat(standings.figure("client", new Cell("empty", 16), Turn::perSecond))
                .isEmpty();
        assertThat(standings.figure("client", new Cell("branch", 64), Turn::perSecond))
                .isEmpty();
    }

    @Test
    void a_failed_transaction_is_trouble() {
        turn("client", 1, 80_000, 0);
        assertThat(standings.troubles(Set.of())).isEmpty();

        turn("client", 2, 80_000, 1);
        assertThat(standings.troubles(Set.of())).singleElement().asString().contains("1 failed");
    }

    @Test
    void a_turn_without_a_transaction_in_its_window_is_trouble() {
        turn("client", 1, 0, 0);

        assertThat(standings.troubles(Set.of("empty")))
                .singleElement()
                .asString()
                .contains("0 of them in the window");
    }

    @Test
    void the_median_of_an_even_number_lies_between_the_two_in_the_middle() {
        assertThat(Spread.of(List.of(4.0, 1.0, 2.0, 10.0))).isEqualTo(new Spread(1, 3, 10));
    }

    @Test
    void an_unknown_option_is_refused_and_the_known_ones_are_told() {
        assertThatThrownBy(() -> plan("--cell=empty:4"))
                .hasMessageContaining("cell")
                .hasMessageContaining("--cells")
                .hasMessageContaining("--lead-millis");
        assertThatThrownBy(() -> plan("--clients=nobody"))
                .hasMessageContaining("nobody")
                .hasMessageContaining("pipelined");
    }

    @Test
    void a_turn_has_the_lead_in_and_the_window_that_the_options_tell() {
        var given = plan("--lead-millis=0", "--round-millis=4000").schedule().turnIn(CELL);
        var otherwise = plan().schedule().turnIn(CELL);

        assertThat(given).isEqualTo(new Round("empty", 64, Duration.ZERO, Duration.ofSeconds(4)));
        assertThat(otherwise).isEqualTo(new Round("empty", 64, Duration.ofSeconds(2), Duration.ofSeconds(2)));
    }

    @Test
    void where_transactions_may_fail_they_are_counted_and_only_wrong_data_is_trouble() {
        turn("client", 1, 99, 1);

        assertThat(standings.troubles(Set.of("empty"))).isEmpty();
        assertThat(standings
                        .figure("client", CELL, Turn::failedPercent)
                        .orElseThrow()
                        .median())
                .isEqualTo(1.0);
    }

    private static Plan plan(String... arguments) {
        var defaults = new Plan.Defaults("1.8.0", "pipelined", "empty:64", "empty:1", 3);
        return Plan.of(
                "test",
                defaults,
                Set.of(),
                List.of(),
                Contestant.TRANSPORTS,
                null,
                new Arguments(arguments, defaults.usage()),
                Path.of("."));
    }

    private void turn(String client, int number, double transactions, double failures) {
        var result = new RoundResult(
                Map.of(
                        RoundResult.TRANSACTIONS,
                        transactions,
                        RoundResult.FAILURES,
                        failures,
                        RoundResult.BRANCHES_OPEN,
                        0.0,
                        RoundResult.DATA_WRONG,
                        0.0,
                        RoundResult.IN_WINDOW,
                        transactions / 2,
                        RoundResult.WINDOW_SECONDS,
                        2.0),
                "");
        standings.add(new Turn(client, new Round("empty", 64, Duration.ofSeconds(2)), number, result));
    }
}
