package dev.lockstep.generations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.lockstep.testing.tc.SharedTc;
import dev.lockstep.testing.tc.TcServer;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ClosingIT {

    private static final Duration SOON = Duration.ofSeconds(20);
    /** So that a slow machine is no reason to give anything up. */
    private static final String WAIT = "seata.transport.shutdown.wait=60";

    @Test
    void closing_an_application_ends_every_thread_of_ours_without_a_complaint(@SharedTc TcServer tc) throws Exception {
        Service stock = Service.start(StockApplication.class, "stock", tc.address(), WAIT);
        Service orders =
                Service.start(OrderApplication.class, "orders", tc.address(), "stock.url=" + stock.url(), WAIT);
        assertThat(orders.post("/orders/nut?amount=3&paid=true&caller=REST_TEMPLATE")
                        .statusCode())
                .isEqualTo(200);
        assertThat(threadsOfOurs()).isNotEmpty();
        // Each start of an application sets up logging anew; here are the lines of both.
        var lines = new LinesOfOurs();

        orders.close();
        stock.close();
        LoggerFactory.getLogger(ClosingIT.class).warn("Both are closed.");

        assertThat(lines.complaints)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly("Both are closed.");
        await().atMost(SOON).untilAsserted(() -> assertThat(threadsOfOurs()).isEmpty());
        assertThat(stock.number("SELECT amount FROM stock WHERE item = 'nut'")).isEqualTo(97);
    }

    /** What our loggers complain of from now on. */
    private static final class LinesOfOurs extends AppenderBase<ILoggingEvent> {
        private final Queue<ILoggingEvent> complaints = new ConcurrentLinkedQueue<>();

        LinesOfOurs() {
            var logger = (Logger) LoggerFactory.getLogger("dev.lockstep");
            setContext(logger.getLoggerContext());
            start();
            logger.addAppender(this);
        }

        @Override
        protected void append(ILoggingEvent line) {
            if (line.getLevel().isGreaterOrEqual(Level.WARN)) {
                complaints.add(line);
            }
        }
    }

    private static Set<String> threadsOfOurs() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("lockstep"))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
