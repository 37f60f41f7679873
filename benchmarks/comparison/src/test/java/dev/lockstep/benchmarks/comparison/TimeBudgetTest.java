package dev.lockstep.benchmarks.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimeBudgetTest {

    private static final List<Bout> BOUTS = GoalBouts.inMemory();
    private static final int CLIENTS = 12;
    private static final int TURNS = 41;

    @ParameterizedTest
    @ValueSource(ints = {10, 12, 16, 24, 60, 240})
    void what_is_planned_fits_into_the_time(int minutes) {
        var total = Duration.ofMinutes(minutes);

        var time = planned(total);

        var turn = time.leadIn().plus(time.window());
        var work = time.warmUp().multipliedBy(CLIENTS).plus(turn.multipliedBy((long) TURNS * time.rounds()));
        assertThat(work).isLessThan(total);
        assertThat(time.limit()).isEqualTo(total);
    }

    @Test
    void more_time_gives_longer_windows_and_then_more_of_them() {
        var little = planned(Duration.ofMinutes(10));
        var enough = planned(Duration.ofMinutes(24));
        var much = planned(Duration.ofMinutes(60));

        assertThat(enough.window()).isGreaterThan(little.window());
        assertThat(much.window()).isEqualTo(enough.window());
        assertThat(much.rounds()).isGreaterThan(enough.rounds());
    }

    @Test
    void forty_minutes_give_three_rounds_of_the_longest_windows_everywhere() {
        var inMemory = planned(Duration.ofMinutes(40 * 62 / 100));
        var onServer = TimeBudget.of(Duration.ofMinutes(40 * 30 / 100), GoalBouts.onServer(), Schedule.LEAD_IN);

        for (var time : List.of(inMemory, onServer)) {
            assertThat(time.rounds()).isGreaterThanOrEqualTo(3);
            assertThat(time.leadIn()).isEqualTo(Duration.ofSeconds(2));
            assertThat(time.window()).isEqualTo(Duration.ofSeconds(2));
            assertThat(time.warmUp()).isGreaterThanOrEqualTo(Duration.ofSeconds(25));
        }
    }

    @Test
    void warm_up_gets_shorter_where_that_makes_the_third_round() {
        var enough = planned(Duration.ofMinutes(24));
        var scarce = planned(Duration.ofMinutes(20));

        assertThat(enough.rounds()).isEqualTo(3);
        assertThat(scarce.rounds()).isEqualTo(3);
        assertThat(scarce.window()).isEqualTo(enough.window());
        assertThat(scarce.warmUp()).isLessThan(enough.warmUp().multipliedBy(3).dividedBy(4));
    }

    @Test
    void warm_up_takes_a_minute_where_there_is_time_for_them() {
        assertThat(planned(Duration.ofMinutes(40)).warmUp()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void one_round_is_made_however_little_the_time() {
        assertThat(planned(Duration.ofSeconds(1)).rounds()).isEqualTo(1);
    }

    private static Schedule planned(Duration total) {
        return TimeBudget.of(total, BOUTS, Schedule.LEAD_IN);
    }
}
