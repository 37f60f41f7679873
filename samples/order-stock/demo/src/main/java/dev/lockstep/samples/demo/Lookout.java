package dev.lockstep.samples.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Looks at both services and at the TC from outside. Thread-safe. */
final class Lookout {

    private static final Duration PAUSE = Duration.ofMillis(50);

    private final JsonHttp http;
    private final URI order;
    private final URI stock;
    private final URI tcConsole;

    Lookout(JsonHttp http, URI order, URI stock, URI tcConsole) {
        this.http = http;
        this.order = order;
        this.stock = stock;
        this.tcConsole = tcConsole;
    }

    /** What stands in both databases and at the TC now. */
    Snapshot look() throws IOException, InterruptedException {
        return new Snapshot(
                http.get(stock.resolve("/stock")).path(0).path("available").asInt(),
                orders(),
                http.get(order.resolve("/customers")).path(0).path("credit").asInt(),
                http.get(order.resolve("/undo-log")).size(),
                http.get(stock.resolve("/undo-log")).size(),
                locks());
    }

    /**
     * Looks until nothing of any global transaction is left. Phase two of a commit deletes the undo rows in the
     * background, so they may stay for a moment.
     *
     * @return a look after that, or after the limit if nothing was settled by then
     */
    Snapshot lookUntilSettled(Duration limit) throws IOException, InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        Snapshot seen = look();
        while (!seen.isSettled() && System.nanoTime() - end < 0) {
            Thread.sleep(PAUSE.toMillis());
            seen = look();
        }
        // A look takes several questions: of those that came before the last undo row went some are out of date.
        return look();
    }

    private List<String> orders() throws IOException, InterruptedException {
        var orders = new ArrayList<String>();
        for (JsonNode row : http.get(order.resolve("/orders"))) {
            String total =
                    row.path("total").isNull() ? "open" : row.path("total").asText();
            orders.add("#" + row.path("id").asText() + " " + total);
        }
        return orders;
    }

    /** The list that the console of a TC 1.5 or newer shows under "GlobalLock". */
    private List<String> locks() throws IOException, InterruptedException {
        var locks = new ArrayList<String>();
        URI list = tcConsole.resolve("/api/v1/console/globalLock/query?pageNum=1&pageSize=100");
        for (JsonNode lock : http.get(list).path("data")) {
            locks.add(lock.path("tableName").asText() + ":" + lock.path("pk").asText());
        }
        return locks;
    }
}
