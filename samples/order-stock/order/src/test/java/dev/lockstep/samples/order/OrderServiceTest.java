package dev.lockstep.samples.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.lockstep.spring.testing.SeenTransactions;
import dev.lockstep.spring.testing.WithTc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The order service with a TC in memory, its own database, and a stock service that always has what is wanted. */
@SpringBootTest
@WithTc
class OrderServiceTest {

    private static final List<String> XIDS_AT_STOCK = new CopyOnWriteArrayList<>();
    private static final HttpServer STOCK = stock();

    @Autowired
    OrderService orderService;

    @Autowired
    OrderBook orderBook;

    @Autowired
    SeenTransactions transactions;

    @DynamicPropertySource
    static void whereTheStockIs(DynamicPropertyRegistry properties) {
        properties.add(
                "stock.url", () -> "http://127.0.0.1:" + STOCK.getAddress().getPort());
    }

    private static HttpServer stock() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/stock", exchange -> {
                try (exchange) {
                    XIDS_AT_STOCK.add(exchange.getRequestHeaders().getFirst("TX_XID"));
                    byte[] body = "{\"price\":300}".getBytes(StandardCharsets.UTF_8);
                    exchange.getResponseHeaders().set("Content-Type", "application/json");
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                }
            });
            server.start();
            return server;
        } catch (IOException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @AfterAll
    static void close() {
        STOCK.stop(0);
    }

    @BeforeEach
    void forget() {
        transactions.forget();
        XIDS_AT_STOCK.clear();
    }

    @Test
    void an_order_commits_in_both_its_local_transactions_and_the_stock_hears_of_it() {
        int before = credit();

        Order order = orderService.place("ann", "bike", 1);

        transactions
                .assertLast()
                .hasName("place-order")
                .isCommitted()
                .hasBranches(2)
                .locked("orders", order.id())
                .locked("customers", "ann")
                .leavesNothing();
        assertThat(XIDS_AT_STOCK).containsExactly(transactions.last().xid());
        assertThat(credit()).isEqualTo(before - 300);
    }

    @Test
    void an_order_above_the_credit_is_taken_back() {
        int before = credit();
        List<Order> ordersBefore = orderBook.orders();

        assertThatThrownBy(() -> orderService.place("ann", "bike", 100)).isInstanceOf(OrderRefusedException.class);

        transactions.assertLast().isRolledBack().hasBranches(1).leavesNothing();
        assertThat(orderBook.orders()).isEqualTo(ordersBefore);
        assertThat(credit()).isEqualTo(before);
    }

    private int credit() {
        return orderBook.customers().get(0).credit();
    }
}
