package dev.lockstep.generations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfigMXBean;
import com.zaxxer.hikari.HikariDataSource;
import dev.lockstep.generations.OrderApplication.Caller;
import dev.lockstep.spring.SeataAutoConfiguration;
import dev.lockstep.testing.tc.SharedTc;
import dev.lockstep.testing.tc.TcServer;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.jdbc.DataSourceUnwrapper;

/** Two applications in one JVM, each in a context of its own, against a real TC. */
class OverHttpIT {

    private static final Duration SOON = Duration.ofSeconds(20);

    private static Service stock;
    private static Service orders;

    private long boltsBefore;
    private long ordersBefore;

    @BeforeAll
    static void start_both_applications(@SharedTc TcServer tc) {
        stock = Service.start(StockApplication.class, "stock", tc.address());
        orders = Service.start(OrderApplication.class, "orders", tc.address(), "stock.url=" + stock.url());
    }

    @AfterAll
    static void stop_both_applications() {
        orders.close();
        stock.close();
    }

    @BeforeEach
    void count() throws SQLException {
        boltsBefore = bolts();
        ordersBefore = placedOrders();
    }

    @Test
    void the_starter_under_test_is_the_packaged_jar() {
        assertThat(SeataAutoConfiguration.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath())
                .endsWith(".jar");
    }

    @ParameterizedTest
    @EnumSource(Caller.class)
    void an_order_that_succeeds_is_there_in_both_databases(Caller caller) throws Exception {
        HttpResponse<String> answer = orders.post("/orders/bolt?amount=7&paid=true&caller=" + caller);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).matches("\\S+:\\d+:\\d+");
        assertThat(bolts()).isEqualTo(boltsBefore - 7);
        assertThat(placedOrders()).isEqualTo(ordersBefore + 1);
        await().atMost(SOON).until(OverHttpIT::noUndoLogIsLeft);
    }

    @ParameterizedTest
    @EnumSource(Caller.class)
    void an_order_that_fails_after_the_stock_was_taken_leaves_no_trace(Caller caller) throws Exception {
        HttpResponse<String> answer = orders.post("/orders/bolt?amount=7&paid=false&caller=" + caller);

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(bolts()).isEqualTo(boltsBefore);
        assertThat(placedOrders()).isEqualTo(ordersBefore);
        await().atMost(SOON).until(OverHttpIT::noUndoLogIsLeft);
    }

    @Test
    void what_an_asynchronous_method_writes_shares_the_fate_of_the_order() throws Exception {
        long shipped = orders.number("SELECT COUNT(*) FROM shipments");

        orders.post("/orders/bolt?amount=7&paid=false&caller=ASYNC");
        assertThat(orders.number("SELECT COUNT(*) FROM shipments")).isEqualTo(shipped);

        orders.post("/orders/bolt?amount=7&paid=true&caller=ASYNC");
        assertThat(orders.number("SELECT COUNT(*) FROM shipments")).isEqualTo(shipped + 1);
    }

    @Test
    void a_local_transaction_around_the_global_one_undoes_both_services_and_is_named() throws Exception {
        HttpResponse<String> answer = orders.post("/nested-orders/bolt?amount=7");

        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(answer.body()).contains("@Transactional stands outside @GlobalTransactional");
        assertThat(bolts()).isEqualTo(boltsBefore);
        assertThat(placedOrders()).isEqualTo(ordersBefore);
        await().atMost(SOON).until(OverHttpIT::noUndoLogIsLeft);
    }

    /** The TC forgets a transaction when it is rolled back, so what the participant said is all that the launcher has. */
    @ParameterizedTest
    @EnumSource(Refusal.Told.class)
    void a_participant_that_had_all_rolled_back_says_so_where_its_answer_has_not_left(Refusal.Told told)
            throws Exception {
        var refused = RefusedOrder.place(orders, "/stock/bolt/refuse?told=" + told);

        assertThat(refused.rollbackOnly()).contains("the stock is closed");
        assertThat(bolts()).isEqualTo(boltsBefore);
        if (told == Refusal.Told.EARLY) {
            assertThat(refused.rolledBack()).isNull();
            assertThat(refused.toldToCaller())
                    .contains("The TC does not know it any more")
                    .doesNotContain("It was rolled back.");
        } else {
            assertThat(refused.rolledBack()).isEqualTo("true");
            assertThat(refused.toldToCaller()).contains("It was rolled back.");
        }
    }

    @Test
    void a_participant_that_forbids_nothing_says_nothing() {
        var placed = RefusedOrder.answerTo(orders, "/stock/bolt/take?amount=0");

        assertThat(placed.getHeaders().getFirst("Lockstep-Rollback-Only")).isNull();
        assertThat(placed.getHeaders().getFirst("Lockstep-Rolled-Back")).isNull();
    }

    @Test
    void no_thread_keeps_an_xid() throws Exception {
        orders.post("/orders/bolt?amount=1&paid=true&caller=REST_CLIENT");
        orders.post("/orders/bolt?amount=1&paid=false&caller=REST_CLIENT");
        String xid = "127.0.0.1:8091:42";
        String bound = stock.get("/xid", "TX_XID", xid).body();
        assertThat(bound).endsWith(" " + xid);
        assertThat(stock.get("/later", "TX_XID", xid).body()).isEqualTo("later " + xid);
        assertThat(stock.get("/later").body()).isEqualTo("later null");

        // The web servers have one thread each, so these run where the ones before ran.
        String thread = bound.substring(0, bound.indexOf(' '));
        assertThat(stock.get("/xid").body()).isEqualTo(thread + " null");
        assertThat(orders.get("/xid").body()).endsWith(" null");
    }

    @Test
    void the_meters_of_the_pool_still_tell_of_it() {
        DataSource dataSource = orders.context.getBean(DataSource.class);
        MeterRegistry meters = orders.context.getBean(MeterRegistry.class);

        assertThat(DataSourceUnwrapper.unwrap(dataSource, HikariConfigMXBean.class, HikariDataSource.class))
                .isNotNull();
        assertThat(meters.get("hikaricp.connections.max").gauge().value()).isEqualTo(10);
        assertThat(meters.get("jdbc.connections.max").gauge().value()).isEqualTo(10);
    }

    @Test
    void text_that_is_no_xid_is_refused() throws Exception {
        assertThat(stock.get("/xid", "TX_XID", "neither host nor port").statusCode())
                .isEqualTo(400);
    }

    private static long bolts() throws SQLException {
        return stock.number("SELECT amount FROM stock WHERE item = 'bolt'");
    }

    private static long placedOrders() throws SQLException {
        return orders.number("SELECT COUNT(*) FROM orders");
    }

    private static boolean noUndoLogIsLeft() throws SQLException {
        return orders.number("SELECT COUNT(*) FROM undo_log") == 0
                && stock.number("SELECT COUNT(*) FROM undo_log") == 0;
    }
}
