package dev.lockstep.rpc.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.rpc.channel.CountingEvents;
import dev.lockstep.rpc.discovery.TcAddress;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The rest of it is seen through a cluster of two nodes. */
class NodeHealthTest {

    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final AtomicInteger probes = new AtomicInteger();
    private final NodeHealth health = new NodeHealth(
            new TcAddress("tc", 8091), new CountingEvents(), channel.eventLoop(), INTERVAL, probes::incrementAndGet);

    NodeHealthTest() {
        channel.freezeTime();
    }

    @AfterEach
    void close_the_channel() {
        channel.finishAndReleaseAll();
    }

    @Test
    void node_that_was_set_aside_is_asked_now_and_again_until_it_is_used_no_longer() {
        for (var i = 0; i < 3; i++) {
            health.timedOut();
        }
        pass(INTERVAL.multipliedBy(2));
        assertThat(probes).hasValue(3);

        health.stop();
        pass(INTERVAL.multipliedBy(2));

        assertThat(probes).hasValue(3);
        assertThat(channel.runScheduledPendingTasks())
                .as("nothing is left to wait for")
                .isEqualTo(-1);
    }

    @Test
    void node_that_is_used_no_longer_is_not_asked_when_it_fails() {
        health.stop();

        for (var i = 0; i < 3; i++) {
            health.timedOut();
        }

        assertThat(probes).hasValue(0);
        assertThat(channel.runScheduledPendingTasks()).isEqualTo(-1);
    }

    private void pass(Duration time) {
        for (var left = time.toSeconds(); left > 0; left--) {
            channel.advanceTimeBy(1, TimeUnit.SECONDS);
            channel.runScheduledPendingTasks();
        }
    }
}
