package dev.lockstep.generations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.generations.OrderApplication.Caller;
import dev.lockstep.testing.tc.SharedTc;
import dev.lockstep.testing.tc.TcServer;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.WebApplicationType;

/** A participant on WebFlux, called from a launcher on servlets, against a real TC. */
class WebFluxIT {

    private static final Duration SOON = Duration.ofSeconds(20);

    private static Service stock;
    private static Service orders;

    @BeforeAll
    static void start_both_applications(@SharedTc TcServer tc) {
        stock = Service.start(WebApplicationType.REACTIVE, ReactiveStockApplication.class, "stock", tc.address());
        orders = Service.start(OrderApplication.class, "orders", tc.address(), "stock.url=" + stock.url());
    }

    @AfterAll
    static void stop_both_applications() {
        orders.close();
        stock.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = Caller.class,
            names = {"REST_CLIENT", "WEB_CLIENT", "OPEN_FEIGN"})
    void what_a_reactive_participant_writes_on_other_threads_is_part_of_the_order(Caller caller) throws Exception {
        long before = bolts();

        HttpResponse<String> failed = orders.post("/orders/bolt?amount=7&paid=false&caller=" + caller);
        assertThat(failed.statusCode()).isEqualTo(500);
        assertThat(bolts()).isEqualTo(before);

        HttpResponse<String> placed = orders.post("/orders/bolt?amount=7&paid=true&caller=" + caller);
        assertThat(placed.statusCode()).isEqualTo(200);
        assertThat(bolts()).isEqualTo(before - 7);
        await().atMost(SOON).until(() -> stock.number("SELECT COUNT(*) FROM undo_log") == 0);
    }

    @Test
    void a_reactive_participant_that_had_all_rolled_back_says_so() throws Exception {
        long before = bolts();

        var refused = RefusedOrder.place(orders, "/stock/bolt/refuse");

        assertThat(refused.rollbackOnly()).contains("the stock is closed");
        assertThat(refused.rolledBack()).isEqualTo("true");
        assertThat(refused.toldToCaller()).contains("It was rolled back.");
        assertThat(bolts()).isEqualTo(before);
    }

    @Test
    void a_request_sees_the_xid_that_it_brings_and_the_next_one_sees_none() throws Exception {
        String xid = "127.0.0.1:8091:42";

        assertThat(stock.get("/xid", "TX_XID", xid).body()).endsWith(" " + xid);
        for (int i = 0; i < 10; i++) {
            assertThat(stock.get("/xid").body()).endsWith(" null");
        }
        assertThat(stock.get("/xid", "TX_XID", "nonsense").statusCode()).isEqualTo(400);
    }

    private static long bolts() throws SQLException {
        return stock.number("SELECT amount FROM stock WHERE item = 'bolt'");
    }
}
