package dev.lockstep.generations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.testing.tc.SharedTc;
import dev.lockstep.testing.tc.TcServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What an operator sees of an application that works against a real TC, over HTTP. */
class SightIT {

    private static final Duration SOON = Duration.ofSeconds(20);

    private static Service stock;
    private static Service orders;
    private static String tcAddress;

    @BeforeAll
    static void start_both_applications_and_place_an_order(@SharedTc TcServer tc) throws Exception {
        tcAddress = tc.address();
        stock = Service.start(StockApplication.class, "stock", tcAddress);
        orders = Service.start(
                OrderApplication.class,
                "orders",
                tcAddress,
                "stock.url=" + stock.url(),
                "management.server.port=0",
                "management.endpoints.web.exposure.include=*",
                "management.endpoint.health.show-details=always");
        assertThat(orders.post("/orders/bolt?amount=1&paid=true&caller=REST_CLIENT")
                        .statusCode())
                .isEqualTo(200);
        assertThat(orders.post("/orders/bolt?amount=1&paid=false&caller=REST_CLIENT")
                        .statusCode())
                .isEqualTo(500);
    }

    @AfterAll
    static void stop_both_applications() {
        orders.close();
        stock.close();
    }

    @Test
    void the_health_says_which_tc_is_connected() throws Exception {
        String health = orders.manage("/actuator/health");

        assertThat(health)
                .contains("\"seata\":{")
                .contains(tcAddress)
                .contains("connected, TC 1.")
                .contains("\"status\":\"UP\"");
    }

    @Test
    void global_transactions_are_counted_by_name_and_outcome() throws Exception {
        String meter = orders.manage("/actuator/metrics/seata.global.transactions?tag=name:place-order");

        assertThat(meter).contains("\"committed\"").contains("\"rolled back\"");
        assertThat(orders.manage(
                        "/actuator/metrics/seata.global.transactions?tag=name:place-order&tag=outcome:committed"))
                .contains("\"statistic\":\"COUNT\",\"value\":1");
    }

    @Test
    void branches_round_trips_and_second_phases_are_counted() throws Exception {
        assertThat(orders.manage("/actuator/metrics/seata.branches")).contains("\"Registered\"");
        assertThat(orders.manage("/actuator/metrics/seata.tc.requests"))
                .contains("GlobalBeginRequest")
                .contains("BranchRegisterRequest");
        assertThat(orders.manage("/actuator/metrics/seata.tc.connections")).contains("\"value\":1");
        assertThat(orders.manage("/actuator/metrics/seata.tc.usable")).contains("\"value\":1");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(orders.manage("/actuator/metrics/seata.phase.two"))
                        .contains("BranchCommitRequest"));
    }

    @Test
    void a_global_transaction_is_observed() throws Exception {
        assertThat(orders.manage("/actuator/metrics/seata.transaction")).contains("place-order");
    }

    @Test
    void a_running_global_transaction_is_listed_with_its_branches_and_locks() throws Exception {
        String seen = orders.context
                .getBean(OrderApplication.Orders.class)
                .lookWithBranch("nut", () -> unchecked("/actuator/seata"));

        assertThat(seen)
                .contains("\"name\":\"look-around\"")
                .contains("\"xid\":\"")
                .contains("\"lockKeys\":\"ORDERS:")
                .contains("\"address\":\"" + tcAddress + "\"");
        assertThat(orders.manage("/actuator/seata")).contains("\"transactions\":[]");
        // What docs/operations.md shows is taken from here.
        Files.writeString(
                Path.of("target", "sight.txt"),
                seen + "\n" + orders.manage("/actuator/health") + "\n"
                        + orders.manage("/actuator/metrics/seata.global.transactions") + "\n");
    }

    private static String unchecked(String path) {
        try {
            return orders.manage(path);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
