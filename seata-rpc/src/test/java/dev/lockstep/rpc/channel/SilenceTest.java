package dev.lockstep.rpc.channel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SilenceTest {

    private final Silence silence = new Silence();

    @Test
    void nothing_asked_is_no_silence() {
        assertThat(silence.nanos(1_000)).isZero();
    }

    @Test
    void silence_begins_with_the_first_question_and_ends_with_anything_heard() {
        silence.asked(100);
        silence.asked(500);
        assertThat(silence.nanos(1_000)).isEqualTo(900);

        silence.heard();
        assertThat(silence.nanos(2_000)).isZero();

        silence.asked(2_000);
        assertThat(silence.nanos(2_050)).isEqualTo(50);
    }

    @Test
    void clock_may_stand_anywhere() {
        silence.asked(Long.MIN_VALUE);
        assertThat(silence.nanos(Long.MIN_VALUE + 100)).isEqualTo(99);

        silence.heard();
        silence.asked(Long.MAX_VALUE);
        assertThat(silence.nanos(Long.MIN_VALUE + 9)).isEqualTo(10);
    }
}
