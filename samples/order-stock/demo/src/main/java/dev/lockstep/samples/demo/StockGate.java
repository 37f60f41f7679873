package dev.lockstep.samples.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Stands between the order service and the stock service and passes every request on. One answer can be held back: at
 * that moment the stock has been taken and committed locally while the global transaction is still open, so the caller
 * can look around. The services know nothing of it.
 *
 * <p>Thread-safe.
 */
final class StockGate implements AutoCloseable {

    /** Belong to one connection, so they are not passed on. */
    private static final Set<String> CONNECTION_HEADERS =
            Set.of("connection", "content-length", "expect", "host", "http2-settings", "transfer-encoding", "upgrade");

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicReference<Consumer<String>> beforeNextAnswer = new AtomicReference<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private final URI stock;

    private StockGate(HttpServer server, URI stock) {
        this.server = server;
        this.stock = stock;
    }

    /** Opens the gate on a free port. */
    static StockGate before(URI stock) throws IOException {
        var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var gate = new StockGate(HttpServer.create(loopback, 0), stock);
        gate.server.setExecutor(gate.threads);
        gate.server.createContext("/", gate::pass);
        gate.server.start();
        return gate;
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /**
     * Holds the next answer of the stock service until the action has run.
     *
     * @param action gets the xid that the request carried
     */
    void holdNextAnswer(Consumer<String> action) {
        beforeNextAnswer.set(action);
    }

    private void pass(HttpExchange exchange) throws IOException {
        try (exchange) {
            HttpResponse<byte[]> answer = client.send(copyOf(exchange), HttpResponse.BodyHandlers.ofByteArray());
            Consumer<String> action = beforeNextAnswer.getAndSet(null);
            if (action != null) {
                String xid = exchange.getRequestHeaders().getFirst("TX_XID");
                action.accept(xid == null ? "none" : xid);
            }
            answer.headers()
                    .firstValue("content-type")
                    .ifPresent(type -> exchange.getResponseHeaders().set("Content-Type", type));
            exchange.sendResponseHeaders(answer.statusCode(), answer.body().length == 0 ? -1 : answer.body().length);
            exchange.getResponseBody().write(answer.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the demo is ending", e);
        }
    }

    private HttpRequest copyOf(HttpExchange exchange) throws IOException {
        var copy =
                HttpRequest.newBuilder(stock.resolve(exchange.getRequestURI())).timeout(LIMIT);
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!CONNECTION_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> copy.header(name, value));
            }
        });
        byte[] body = exchange.getRequestBody().readAllBytes();
        return copy.method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
