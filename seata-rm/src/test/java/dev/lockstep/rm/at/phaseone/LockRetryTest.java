package dev.lockstep.rm.at.phaseone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.rm.event.BranchListener;
import dev.lockstep.tm.LockRetryLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class LockRetryTest {

    private final List<Duration> pauses = new ArrayList<>();
    private long now;
    /** When who holds the rows ends, seen from the beginning of a pause; null for later than any pause. */
    private @Nullable Duration holderEndsAfter;

    private LockRetry retry(Duration interval, int times, Duration limit) {
        return new LockRetry(
                interval,
                times,
                limit,
                (duration, holder) -> {
                    pauses.add(duration);
                    now += holderEndsAfter == null ? duration.toNanos() : holderEndsAfter.toNanos();
                    return holderEndsAfter != null;
                },
                () -> now);
    }

    private static int all(LockRetry.Attempts attempts) {
        while (attempts.waitForNext(null)) {
            assertThat(attempts.tries()).isLessThan(10_000);
        }
        return attempts.tries();
    }

    @Test
    void tries_once_more_than_it_retries_with_jitter_around_the_interval() {
        assertThat(all(retry(Duration.ofMillis(10), 30, Duration.ofSeconds(5)).start(null)))
                .isEqualTo(31);
        assertThat(pauses)
                .hasSize(30)
                .allSatisfy(pause -> assertThat(pause).isBetween(Duration.ofMillis(5), Duration.ofMillis(15)));
        assertThat(pauses.stream().distinct().count()).isGreaterThan(1);
    }

    @Test
    void gives_up_when_the_limit_is_reached_though_tries_are_left() {
        LockRetry.Attempts attempts = retry(Duration.ofMillis(100), 1_000_000, Duration.ofMillis(1500))
                .start(null);
        assertThat(all(attempts)).isBetween(10, 31);
        assertThat(attempts.waited()).isEqualTo(Duration.ofMillis(1500));
        assertThat(attempts.end()).isEqualTo(LockRetry.End.TIME);
    }

    @Test
    void what_a_global_transaction_was_given_comes_first() {
        LockRetry retry = retry(Duration.ofMillis(10), 30, Duration.ofSeconds(5));
        assertThat(all(retry.start(new LockRetryLimits(null, 2)))).isEqualTo(3);
        assertThat(all(retry.start(new LockRetryLimits(null, 0)))).isEqualTo(1);
        pauses.clear();
        assertThat(all(retry.start(new LockRetryLimits(Duration.ofMillis(40), null))))
                .isEqualTo(31);
        assertThat(pauses).allSatisfy(pause -> assertThat(pause).isGreaterThanOrEqualTo(Duration.ofMillis(20)));
    }

    @Test
    void a_pause_that_the_end_of_the_holder_cuts_short_costs_the_time_it_took_and_no_try() {
        holderEndsAfter = Duration.ofMillis(1);
        LockRetry.Attempts attempts =
                retry(Duration.ofMillis(10), 3, Duration.ofSeconds(5)).start(null);
        assertThat(all(attempts)).isEqualTo(31);
        assertThat(attempts.waited()).isEqualTo(Duration.ofMillis(30));
    }

    @Test
    void pauses_cut_short_end_at_the_limit_too() {
        holderEndsAfter = Duration.ofMillis(1);
        LockRetry.Attempts attempts =
                retry(Duration.ofMillis(10), 1_000, Duration.ofMillis(20)).start(null);
        assertThat(all(attempts)).isEqualTo(21);
    }

    @Test
    void an_interrupt_ends_the_wait_and_is_kept() {
        LockRetry retry = new LockRetry(
                Duration.ofMillis(10),
                30,
                Duration.ofSeconds(5),
                (duration, holder) -> {
                    throw new InterruptedException();
                },
                () -> now);
        assertThat(retry.start(null).waitForNext(null)).isFalse();
        assertThat(Thread.interrupted()).isTrue();
    }

    /** Writes down what it is told. */
    private static final class Heard implements BranchListener {

        private final List<String> said = new ArrayList<>();

        @Override
        public void lockConflict(String resourceId) {
            said.add("conflict on " + resourceId);
        }

        @Override
        public void lockWaitEnded(String resourceId, long nanos, boolean obtained) {
            said.add((obtained ? "obtained after " : "gave up after ") + nanos + " ns");
        }
    }

    @Test
    void a_listener_hears_of_a_wait_when_it_is_over_and_only_if_there_was_one() {
        var heard = new Heard();
        LockRetry told = retry(Duration.ofMillis(10), 1, Duration.ofSeconds(5)).toldTo(heard, "stock");

        told.start(null).obtained();
        assertThat(heard.said).isEmpty();

        LockRetry.Attempts obtained = told.start(null);
        obtained.refused();
        obtained.waitForNext(null);
        obtained.obtained();
        assertThat(heard.said)
                .containsExactly(
                        "conflict on stock", "obtained after " + pauses.get(0).toNanos() + " ns");

        heard.said.clear();
        LockRetry.Attempts lost = told.start(null);
        assertThat(all(lost)).isEqualTo(2);
        assertThat(heard.said).containsExactly("gave up after " + pauses.get(1).toNanos() + " ns");
    }
}
