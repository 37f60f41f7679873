package dev.lockstep.generations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.testing.tc.SharedTc;
import dev.lockstep.testing.tc.TcServer;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class ClosingIT {

    private static final Duration SOON = Duration.ofSeconds(20);

    @Test
    void closing_an_application_ends_every_thread_of_ours_without_a_complaint(
            @SharedTc TcServer tc, CapturedOutput output) throws Exception {
        Service stock = Service.start(StockApplication.class, "stock", tc.address());
        Service orders = Service.start(OrderApplication.class, "orders", tc.address(), "stock.url=" + stock.url());
        assertThat(orders.post("/orders/nut?amount=3&paid=true&caller=REST_TEMPLATE")
                        .statusCode())
                .isEqualTo(200);
        assertThat(threadsOfOurs()).isNotEmpty();
        int before = output.getAll().length();

        orders.close();
        stock.close();

        assertThat(output.getAll().substring(before)).doesNotContain("WARN").doesNotContain("ERROR");
        await().atMost(SOON).untilAsserted(() -> assertThat(threadsOfOurs()).isEmpty());
        assertThat(stock.number("SELECT amount FROM stock WHERE item = 'nut'")).isEqualTo(97);
    }

    private static Set<String> threadsOfOurs() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("lockstep"))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
