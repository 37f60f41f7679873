package dev.lockstep.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.lockstep.spring.RecordingCoordinator;
import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.GlobalTransactionFailedException;
import dev.lockstep.tm.GlobalTransactionTemplate;
import dev.lockstep.tm.GlobalTransactions;
import dev.lockstep.tm.TmOptions;
import feign.Capability;
import feign.Client;
import feign.Feign;
import feign.Request;
import feign.RequestLine;
import feign.Response;
import io.seata.core.context.RootContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Feign, real, against the JDK's server. */
class FeignTest {

    private static final String XID = "10.0.0.5:8091:123";

    interface Stock {
        @RequestLine("GET /take")
        void take();
    }

    @AfterEach
    void cleanThread() {
        RootContext.unbind();
    }

    @Test
    void a_feign_client_sends_the_xid_of_the_thread_once() throws Exception {
        List<List<String>> received = new CopyOnWriteArrayList<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            received.add(Optional.ofNullable(exchange.getRequestHeaders().get("TX_XID"))
                    .orElse(List.of()));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        try {
            new ApplicationContextRunner()
                    .withConfiguration(AutoConfigurations.of(SeataWebAutoConfiguration.class))
                    .run(context -> {
                        Stock stock = Feign.builder()
                                .addCapability(context.getBean(Capability.class))
                                .target(
                                        Stock.class,
                                        "http://127.0.0.1:"
                                                + server.getAddress().getPort());
                        stock.take();
                        RootContext.bind(XID);
                        stock.take();
                    });
        } finally {
            server.stop(0);
        }

        assertThat(received).containsExactly(List.of(), List.of(XID));
    }

    /** As integrations of other clients leave it, and characters that Feign sends although a URI has none. */
    @Test
    void a_header_set_before_gives_way_to_the_xid_of_the_thread() throws Exception {
        List<List<String>> received = new CopyOnWriteArrayList<>();
        List<String> sent = new CopyOnWriteArrayList<>();
        Client recording = (request, options) -> {
            received.add(List.copyOf(request.headers().get("tx_xid")));
            sent.add(request.url());
            return Response.builder()
                    .status(204)
                    .request(request)
                    .headers(Map.of())
                    .build();
        };
        Client client = new XidFeignCapability(new OutgoingCalls(() -> uri -> true)).enrich(recording);

        RootContext.bind(XID);
        client.execute(
                Request.create(
                        Request.HttpMethod.GET,
                        "http://stock/take?kind=a|b",
                        Map.of("tx_xid", List.of("10.0.0.5:8091:1")),
                        null,
                        null,
                        null),
                new Request.Options());

        assertThat(received).containsExactly(List.of(XID));
        assertThat(sent).containsExactly("http://stock/take?kind=a|b");
    }

    @Test
    void a_feign_client_tells_the_time_left_and_hears_that_a_participant_forbids_the_commit() throws Exception {
        List<String> remaining = new CopyOnWriteArrayList<>();
        var coordinator = new RecordingCoordinator();
        var launcher = new GlobalTransactionTemplate(
                new GlobalTransactions(coordinator, TmOptions.of("shop", "default_tx_group")));
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            remaining.add(exchange.getRequestHeaders().getFirst("Lockstep-Remaining-Millis"));
            exchange.getResponseHeaders().set("lockstep-rollback-only", "no credit");
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        try {
            new ApplicationContextRunner()
                    .withConfiguration(AutoConfigurations.of(SeataWebAutoConfiguration.class))
                    .run(context -> {
                        Stock stock = Feign.builder()
                                .addCapability(context.getBean(Capability.class))
                                .target(
                                        Stock.class,
                                        "http://127.0.0.1:"
                                                + server.getAddress().getPort());

                        assertThatThrownBy(() -> launcher.execute(
                                        GlobalTransactionDefinition.named("buy").withTimeout(Duration.ofSeconds(30)),
                                        () -> {
                                            stock.take();
                                            return null;
                                        }))
                                .isInstanceOf(GlobalTransactionFailedException.class)
                                .hasMessageContaining("no credit");
                    });
        } finally {
            server.stop(0);
        }

        assertThat(remaining)
                .singleElement()
                .satisfies(millis -> assertThat(Long.parseLong(millis)).isBetween(1L, 30_000L));
        assertThat(coordinator.events()).containsExactly("begin buy", "rollback");
    }
}
