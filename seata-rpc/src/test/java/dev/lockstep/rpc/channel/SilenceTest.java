package dev.lockstep.rpc.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SilenceTest {

    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final Silence silence = new Silence();

    @Test
    void nothing_asked_is_no_silence() {
        assertThat(silence.nanos(1_000)).isZero();
        assertThat(silence.isUnusual(1_000, 0)).isFalse();
    }

    @Test
    void silence_begins_with_the_first_question_and_ends_with_anything_heard() {
        silence.asked(100, 1);
        silence.asked(500, 1);
        assertThat(silence.nanos(1_000)).isEqualTo(900);

        silence.heard(1_000);
        assertThat(silence.nanos(2_000)).isZero();

        silence.asked(2_000, 1);
        assertThat(silence.nanos(2_050)).isEqualTo(50);
    }

    @Test
    void clock_may_stand_anywhere() {
        silence.asked(Long.MIN_VALUE, 1);
        assertThat(silence.nanos(Long.MIN_VALUE + 100)).isEqualTo(99);

        silence.heard(Long.MIN_VALUE + 100);
        silence.asked(Long.MAX_VALUE, 1);
        assertThat(silence.nanos(Long.MIN_VALUE + 9)).isEqualTo(10);
    }

    @Test
    void quick_tc_is_unusually_silent_after_milliseconds() {
        answersOf(100, MILLI / 5);
        silence.asked(0, 1);

        assertThat(silence.isUnusual(2 * MILLI, 0)).isFalse();
        assertThat(silence.isUnusual(3 * MILLI, 0)).isTrue();
    }

    @Test
    void slow_tc_is_given_the_time_it_usually_takes() {
        answersOf(100, 50 * MILLI);
        silence.asked(0, 1);

        assertThat(silence.isUnusual(150 * MILLI, 0)).isFalse();
        assertThat(silence.isUnusual(250 * MILLI, 0)).isTrue();
    }

    @Test
    void one_slow_answer_excuses_those_after_it_for_a_few_only() {
        answersOf(100, MILLI / 5);
        answersOf(1, 10_000 * MILLI);
        answersOf(15, MILLI / 5);
        silence.asked(0, 1);

        assertThat(silence.isUnusual(3 * MILLI, 0)).isTrue();
    }

    @Test
    void many_requests_without_a_word_are_unusual_at_once_written_or_not() {
        silence.asked(0, 3);
        assertThat(silence.isUnusual(1, 1)).isFalse();
        assertThat(silence.isUnusual(1, 2)).isTrue();
        silence.asked(0, 2);
        assertThat(silence.isUnusual(1, 0)).isTrue();

        silence.heard(1);

        assertThat(silence.isUnusual(1, 0)).isFalse();
    }

    private void answersOf(int count, long nanos) {
        for (var i = 0; i < count; i++) {
            silence.asked(0, 1);
            silence.heard(nanos);
        }
    }
}
