package dev.lockstep.generations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.testing.tc.SharedTc;
import dev.lockstep.testing.tc.TcServer;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An application is closed while customers order, and another takes its place on the same database. */
@Tag("long")
@Tag("generations")
class ClosingUnderLoadIT {

    private static final Duration LATER = Duration.ofSeconds(120);
    private static final Duration BREATH = Duration.ofMillis(5);
    private static final String MANY_THREADS = "server.tomcat.threads.max=4";
    /** Without markers: one stays where the TC asks once more for a rollback whose answer the closing one did not get out. */
    private static final String UNDO_LOGS = "SELECT COUNT(*) FROM undo_log WHERE log_status = 0";

    @ParameterizedTest
    @ValueSource(strings = {"orders", "stock"})
    void closing_an_application_under_load_leaves_every_order_whole(String closed, @SharedTc TcServer tc)
            throws Exception {
        Service stock = Service.start(StockApplication.class, "stock", tc.address(), MANY_THREADS);
        Service orders =
                Service.start(OrderApplication.class, "orders", tc.address(), "stock.url=" + stock.url(), MANY_THREADS);
        var load = new Load(orders);

        load.awaitAnswers(20);
        try (Service other = closed.equals("orders") ? stock : orders) {
            (closed.equals("orders") ? orders : stock).close();
            load.end();
            try (Service restarted =
                    closed.equals("orders") ? successorOf(orders, stock, tc) : successorOf(stock, tc)) {
                // What the closed one has handed over, the TC sends to the one that took its place.
                await().atMost(LATER).untilAsserted(() -> {
                    assertThat(new long[] {orders.number(UNDO_LOGS), stock.number(UNDO_LOGS)})
                            .containsOnly(0);
                    assertThat(200 - stock.number("SELECT SUM(amount) FROM stock"))
                            .isEqualTo(orders.number("SELECT SUM(amount) FROM orders"))
                            .isGreaterThanOrEqualTo(load.placed());
                });
                assertThat(restarted).isNotNull();
            }
            assertThat(other).isNotNull();
        }
    }

    private static Service successorOf(Service orders, Service stock, TcServer tc) {
        return Service.start(
                OrderApplication.class,
                "orders",
                tc.address(),
                "stock.url=" + stock.url(),
                "spring.sql.init.mode=never",
                "spring.datasource.url=" + orders.databaseUrl);
    }

    private static Service successorOf(Service stock, TcServer tc) {
        return Service.start(
                StockApplication.class,
                "stock",
                tc.address(),
                "spring.sql.init.mode=never",
                "spring.datasource.url=" + stock.databaseUrl);
    }

    /** Two customers who order until they are told to stop, whatever they are answered. */
    private static final class Load {
        private final AtomicInteger answers = new AtomicInteger();
        private final AtomicInteger placed = new AtomicInteger();
        private final AtomicBoolean ended = new AtomicBoolean();
        private final CompletableFuture<?> customers;

        Load(Service orders) {
            Executor threadEach = task -> new Thread(task).start();
            customers = CompletableFuture.allOf(
                    CompletableFuture.runAsync(() -> orderAll(orders, "bolt"), threadEach),
                    CompletableFuture.runAsync(() -> orderAll(orders, "nut"), threadEach));
        }

        private void orderAll(Service orders, String item) {
            for (int i = 0; !ended.get(); i++) {
                try {
                    int status = orders.post("/orders/" + item + "?amount=1&caller=REST_CLIENT&paid=" + (i % 4 != 3))
                            .statusCode();
                    if (status == 200) {
                        placed.incrementAndGet();
                    }
                } catch (IOException refusedOrCut) {
                    // As customers see it when a service goes away. Spinning ones would starve whatever is to come.
                    LockSupport.parkNanos(BREATH.toNanos());
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                answers.incrementAndGet();
            }
        }

        void awaitAnswers(int enough) {
            await().atMost(LATER).until(() -> answers.get() >= enough);
        }

        void end() throws Exception {
            ended.set(true);
            customers.get(LATER.toSeconds(), TimeUnit.SECONDS);
        }

        int placed() {
            return placed.get();
        }
    }
}
