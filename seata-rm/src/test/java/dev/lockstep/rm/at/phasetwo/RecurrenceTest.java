package dev.lockstep.rm.at.phasetwo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.rm.at.phasetwo.Recurrence.Line;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class RecurrenceTest {

    private final AtomicLong now = new AtomicLong();

    private void forward(Duration time) {
        now.addAndGet(time.toNanos());
    }

    @Test
    void a_day_of_one_trouble_each_second_has_some_thirty_lines() {
        Recurrence trouble = new Recurrence(now::get);
        SQLException down = new SQLException("down", "08001");
        assertThat(trouble.next(down)).isEqualTo(new Line(true, true, 1));
        int lines = 1;
        long last = 0;
        for (int second = 1; second < Duration.ofDays(1).toSeconds(); second++) {
            forward(Duration.ofSeconds(1));
            Line line = trouble.next(down);
            assertThat(line.first()).isFalse();
            if (line.due()) {
                lines++;
                last = line.times();
            }
        }
        assertThat(lines).isBetween(24, 32);
        assertThat(last).isGreaterThan(80_000);
    }

    @Test
    void another_cause_is_told_at_once_and_the_words_of_a_message_are_none() {
        Recurrence trouble = new Recurrence(now::get);
        trouble.next(new SQLException("waited for 1001 ms", "57014"));
        assertThat(trouble.next(new SQLException("waited for 1002 ms", "57014")).due())
                .isFalse();
        assertThat(trouble.next(new SQLException("gone", "08006"))).isEqualTo(new Line(true, true, 3));
        assertThat(trouble.next(new IllegalStateException("gone")).first()).isTrue();
    }

    @Test
    void more_troubles_than_are_kept_have_no_lines_until_others_are_forgotten() {
        Recurrences troubles = new Recurrences(2, now::get);
        assertThat(troubles.next("a", null).due()).isTrue();
        assertThat(troubles.next("b", null).due()).isTrue();
        assertThat(troubles.next("c", null).due()).isFalse();
        assertThat(troubles.size()).isEqualTo(2);

        assertThat(troubles.over("a")).isEqualTo(1);
        assertThat(troubles.over("a")).isZero();
        assertThat(troubles.next("c", null).due()).isTrue();

        forward(Duration.ofMinutes(11));
        assertThat(troubles.next("d", null).due()).isTrue();
        assertThat(troubles.size()).isEqualTo(1);
    }
}
