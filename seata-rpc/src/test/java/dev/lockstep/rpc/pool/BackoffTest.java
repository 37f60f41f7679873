package dev.lockstep.rpc.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BackoffTest {

    private final Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5), new SplittableRandom(1));

    @Test
    void first_attempt_waits_for_nothing() {
        assertThat(backoff.delay(0)).isZero();
    }

    @Test
    void waits_double_from_the_least_to_the_most_within_their_upper_half() {
        var ceiling = Duration.ofMillis(100);
        for (var failures = 1; failures < 1_000; failures++) {
            assertThat(backoff.delay(failures)).isBetween(ceiling.dividedBy(2), ceiling);
            ceiling = ceiling.multipliedBy(2).compareTo(Duration.ofSeconds(5)) > 0
                    ? Duration.ofSeconds(5)
                    : ceiling.multipliedBy(2);
        }
    }

    @Test
    void huge_number_of_failures_does_not_overflow() {
        assertThat(backoff.delay(Integer.MAX_VALUE)).isBetween(Duration.ofMillis(2_500), Duration.ofSeconds(5));
    }

    @Test
    void waits_of_two_clients_differ() {
        var other = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5), new SplittableRandom(2));
        assertThat(backoff.delay(5)).isNotEqualTo(other.delay(5));
    }
}
