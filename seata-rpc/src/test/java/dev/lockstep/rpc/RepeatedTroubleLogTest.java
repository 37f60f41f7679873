package dev.lockstep.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.lockstep.rpc.discovery.StaticDiscovery;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The log tells each change of state once, however often it repeats. */
class RepeatedTroubleLogTest {

    /**
     * The time after which a connection counts as stable; what a test does before that has to be done within it, also on a
     * machine that is busy otherwise. No wait in the tests grows to this.
     */
    private static final Duration STABLE_AFTER = Duration.ofSeconds(6);

    private final ScriptedTc tc = new ScriptedTc();
    private final EventNotes events = new EventNotes();
    private final Lines lines = new Lines(tc.address());
    private final SeataRpcClient client = new SeataRpcClient(
            RpcOptions.builder("orders", "default_tx_group")
                    .reconnectMin(Duration.ofMillis(5))
                    .reconnectMax(STABLE_AFTER)
                    .maxConnections(3)
                    .build(),
            StaticDiscovery.of(tc.address()),
            events);

    @BeforeEach
    void listen() {
        lines.start();
        logger().setLevel(Level.INFO);
        logger().addAppender(lines);
    }

    @AfterEach
    void close() {
        client.close();
        tc.close();
        logger().detachAppender(lines);
        logger().setLevel(null);
    }

    @Test
    void outage_of_the_tc_is_four_lines_however_many_connections_and_attempts_it_costs() {
        client.open(new RecordingInbound(), new RecordingInbound());
        await().until(() -> events.count("connected") == 3);
        lines.seen.clear();

        tc.stop();
        await().until(() -> events.count("connectFailed") >= 15);
        tc.restart();
        await().until(() -> events.count("connected") == 6 && events.count("restored") == 1);

        assertThat(lines.seen)
                .satisfiesExactlyInAnyOrder(
                        line -> assertThat(line).startsWith("WARN").contains("Connection lost"),
                        line -> assertThat(line).startsWith("WARN").contains("Set aside after 3 failures"),
                        line -> assertThat(line).startsWith("INFO").contains("Connected to TC", "failed attempts"),
                        line -> assertThat(line).startsWith("INFO").contains("Answers again"));
    }

    @Test
    void connection_that_is_lost_again_and_again_is_told_once_and_its_end_with_the_count() {
        client.open(new RecordingInbound(), new RecordingInbound());
        await().until(() -> events.count("connected") == 3);
        lines.seen.clear();

        for (var round = 2; round <= 6; round++) {
            tc.cut();
            var connections = 3 * round;
            await().until(() -> events.count("connected") == connections);
        }
        await().atMost(STABLE_AFTER.multipliedBy(5)).until(() -> lines.seen.size() == 3);

        assertThat(lines.seen)
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("WARN").contains("Connection lost"),
                        line -> assertThat(line).startsWith("INFO").contains("Connected to TC"),
                        line -> assertThat(line).startsWith("INFO").contains("stable again, after 15 losses"));
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger("dev.lockstep.rpc.pool");
    }

    /** What is logged about one TC from INFO on; other tests log at the same time about theirs. */
    private static final class Lines extends AppenderBase<ILoggingEvent> {

        private final String address;
        private final List<String> seen = new CopyOnWriteArrayList<>();

        Lines(String address) {
            this.address = address;
        }

        @Override
        protected void append(ILoggingEvent event) {
            if (event.getLevel().isGreaterOrEqual(Level.INFO)
                    && event.getFormattedMessage().contains(address)) {
                seen.add(event.getLevel() + " " + event.getFormattedMessage());
            }
        }
    }
}
