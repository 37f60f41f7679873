package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShrinkerTest {

    @Test
    void what_a_failure_needs_is_left_in_its_order() {
        List<Integer> steps = IntStream.range(0, 40).boxed().toList();

        assertThat(Shrinker.shrunk(
                        steps, some -> some.contains(31) && some.contains(4) && some.indexOf(4) < some.indexOf(31)))
                .containsExactly(4, 31);
        assertThat(Shrinker.shrunk(steps, some -> some.contains(17))).containsExactly(17);
    }

    @Test
    void a_failure_that_needs_nothing_shrinks_to_nothing() {
        assertThat(Shrinker.shrunk(List.of("a", "b", "c"), some -> true)).isEmpty();
    }

    @Test
    void one_that_does_not_come_again_stays_whole() {
        assertThat(Shrinker.shrunk(List.of("a", "b", "c"), some -> false)).containsExactly("a", "b", "c");
    }
}
