package dev.lockstep.tm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RepetitionTest {

    private final List<Long> pauses = new ArrayList<>();
    private long now;

    private final Repetition repetition =
            new Repetition(Duration.ofMillis(50), Duration.ofSeconds(5), () -> now, nanos -> {
                pauses.add(TimeUnit.NANOSECONDS.toMillis(nanos));
                now += nanos;
            });

    @Test
    void the_first_repetition_comes_at_once_and_later_ones_with_pauses_that_double() {
        Repetition.Course course = repetition.start();

        assertThat(course.next()).isTrue();
        assertThat(course.next()).isTrue();
        assertThat(pauses).isEmpty();
        for (int i = 0; i < 4; i++) {
            assertThat(course.next()).isTrue();
        }
        assertThat(pauses.get(0)).isBetween(25L, 50L);
        assertThat(pauses.get(1)).isBetween(50L, 100L);
        assertThat(pauses.get(2)).isBetween(100L, 200L);
        assertThat(pauses.get(3)).isBetween(200L, 400L);
    }

    @Test
    void the_limit_counts_from_the_end_of_the_first_try_and_ends_the_course() {
        Repetition.Course course = repetition.start();
        assertThat(course.next()).isTrue();
        now += TimeUnit.SECONDS.toNanos(30);
        int tries = 1;
        while (course.next()) {
            tries++;
        }

        assertThat(tries).isBetween(7, 16);
        assertThat(pauses.stream().mapToLong(Long::longValue).sum()).isBetween(4_900L, 5_000L);
        assertThat(pauses).allMatch(pause -> pause <= TmOptions.LONGEST_PAUSE.toMillis());
    }

    @Test
    void an_interrupt_does_not_cut_a_pause_short_and_is_not_lost() {
        Repetition.Course course = new Repetition(Duration.ofMillis(40), Duration.ofSeconds(5)).start();
        course.next();
        course.next();

        Thread.currentThread().interrupt();
        long began = System.nanoTime();
        course.next();

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofMillis(20));
        assertThat(Thread.interrupted()).isTrue();
    }
}
