package dev.lockstep.benchmarks.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimeBudgetTest {

    private static final int CLIENTS = 11;
    private static final int TURNS = 40;

    @ParameterizedTest
    @ValueSource(ints = {8, 12, 24, 60, 240})
    void what_is_planned_fits_into_the_time(int minutes) {
        var total = Duration.ofMinutes(minutes);

        var time = TimeBudget.of(total, CLIENTS, TURNS);

        var planned =
                time.warmUp().multipliedBy(CLIENTS).plus(time.roundLength().multipliedBy((long) TURNS * time.rounds()));
        assertThat(planned).isLessThan(total);
        assertThat(time.limit()).isEqualTo(total);
    }

    @Test
    void more_time_gives_longer_turns_and_then_more_of_them() {
        var little = TimeBudget.of(Duration.ofMinutes(5), CLIENTS, TURNS);
        var enough = TimeBudget.of(Duration.ofMinutes(24), CLIENTS, TURNS);
        var much = TimeBudget.of(Duration.ofMinutes(60), CLIENTS, TURNS);

        assertThat(enough.roundLength()).isGreaterThan(little.roundLength());
        assertThat(much.roundLength()).isEqualTo(enough.roundLength());
        assertThat(much.rounds()).isGreaterThan(enough.rounds());
    }

    @Test
    void warm_up_takes_a_minute_where_there_is_time_for_them() {
        assertThat(TimeBudget.of(Duration.ofMinutes(40), CLIENTS, TURNS).warmUp())
                .isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void one_round_is_made_however_little_the_time() {
        assertThat(TimeBudget.of(Duration.ofSeconds(1), CLIENTS, TURNS).rounds())
                .isEqualTo(1);
    }
}
