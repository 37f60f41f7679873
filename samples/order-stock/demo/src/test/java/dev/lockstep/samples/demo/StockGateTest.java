package dev.lockstep.samples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StockGateTest {

    private final List<String> received = new CopyOnWriteArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private HttpServer stock;
    private StockGate gate;

    @BeforeEach
    void open() throws IOException {
        stock = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        stock.createContext("/", exchange -> {
            try (exchange) {
                received.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                        + exchange.getRequestHeaders().getFirst("TX_XID") + " "
                        + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                byte[] body = "{\"price\":300}".getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(409, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        stock.start();
        gate = StockGate.before(
                URI.create("http://127.0.0.1:" + stock.getAddress().getPort()));
    }

    @AfterEach
    void close() {
        gate.close();
        stock.stop(0);
    }

    @Test
    void request_and_answer_pass_unchanged() throws Exception {
        HttpResponse<String> answer = client.send(request(), HttpResponse.BodyHandlers.ofString());

        assertThat(received).containsExactly("POST /stock/bike/take?amount=2 127.0.0.1:8091:7 hello");
        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(answer.headers().firstValue("content-type")).contains("application/json");
        assertThat(answer.body()).isEqualTo("{\"price\":300}");
    }

    @Test
    void the_answer_is_held_until_the_action_has_run() throws Exception {
        var xidSeen = new CompletableFuture<String>();
        var release = new CountDownLatch(1);
        gate.holdNextAnswer(xid -> {
            xidSeen.complete(xid);
            awaitQuietly(release);
        });

        CompletableFuture<HttpResponse<String>> answer =
                client.sendAsync(request(), HttpResponse.BodyHandlers.ofString());

        assertThat(xidSeen.get(10, TimeUnit.SECONDS)).isEqualTo("127.0.0.1:8091:7");
        assertThat(received).hasSize(1);
        assertThat(answer).isNotDone();
        release.countDown();
        assertThat(answer.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(409);
    }

    @Test
    void only_one_answer_is_held() throws Exception {
        var held = new CopyOnWriteArrayList<String>();
        gate.holdNextAnswer(held::add);

        client.send(request(), HttpResponse.BodyHandlers.ofString());
        client.send(request(), HttpResponse.BodyHandlers.ofString());

        assertThat(held).hasSize(1);
        assertThat(received).hasSize(2);
    }

    private HttpRequest request() {
        return HttpRequest.newBuilder(gate.address().resolve("/stock/bike/take?amount=2"))
                .header("TX_XID", "127.0.0.1:8091:7")
                .POST(HttpRequest.BodyPublishers.ofString("hello"))
                .build();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
