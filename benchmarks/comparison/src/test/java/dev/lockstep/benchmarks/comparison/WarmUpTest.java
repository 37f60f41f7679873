package dev.lockstep.benchmarks.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.benchmarks.comparison.WarmUp.Lesson;
import dev.lockstep.benchmarks.load.Round;
import dev.lockstep.benchmarks.load.RoundResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WarmUpTest {

    private static final Duration TURN = Duration.ofSeconds(1);
    private static final Lesson QUICK = new Lesson("one", new Round("empty", 16, TURN));
    private static final Lesson SLOW = new Lesson("one", new Round("order", 16, TURN));

    private final List<Lesson> taken = new ArrayList<>();

    private WarmUp.Turns turns(int untilSlowIsWarm) {
        return lesson -> {
            taken.add(lesson);
            var warm =
                    lesson.equals(QUICK) || taken.stream().filter(SLOW::equals).count() >= untilSlowIsWarm;
            return new RoundResult(
                    Map.of(RoundResult.CPU_MILLIS, 1_000.0, RoundResult.COMPILER_MILLIS, warm ? 50.0 : 300.0), "");
        };
    }

    @Test
    void what_is_warm_leaves_its_time_to_what_is_not() {
        assertThat(WarmUp.run(List.of(QUICK, SLOW), TURN.multipliedBy(8), turns(6)))
                .isEmpty();

        assertThat(taken).containsExactly(QUICK, SLOW, QUICK, SLOW, SLOW, SLOW, SLOW, SLOW);
    }

    @Test
    void nobody_gets_more_time_than_there_is() {
        assertThat(WarmUp.run(List.of(QUICK, SLOW), TURN.multipliedBy(5), turns(6)))
                .containsExactly(SLOW);

        assertThat(taken).hasSize(5);
    }

    @Test
    void it_ends_when_all_are_warm() {
        assertThat(WarmUp.run(List.of(QUICK, SLOW), TURN.multipliedBy(100), turns(1)))
                .isEmpty();

        assertThat(taken).containsExactly(QUICK, SLOW, QUICK, SLOW);
    }
}
