package dev.lockstep.generations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.testing.tc.SharedTc;
import dev.lockstep.testing.tc.TcServer;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.test.simple.SimpleSpan;
import io.micrometer.tracing.test.simple.SimpleTracer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;

/** What an operator sees of an application that works against a real TC, over HTTP. */
class SightIT {

    private static final Duration SOON = Duration.ofSeconds(20);

    private static Service stock;
    private static Service orders;
    private static String tcAddress;

    /** With a tracer that keeps its spans. */
    static class TracedOrderApplication extends OrderApplication {

        @Bean
        SimpleTracer tracer() {
            return new SimpleTracer();
        }

        @Bean
        DefaultTracingObservationHandler tracingHandler(SimpleTracer tracer) {
            return new DefaultTracingObservationHandler(tracer);
        }
    }

    @BeforeAll
    static void start_both_applications_and_place_an_order(@SharedTc TcServer tc) throws Exception {
        tcAddress = tc.address();
        stock = Service.start(StockApplication.class, "stock", tcAddress);
        orders = Service.start(
                TracedOrderApplication.class,
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
                .contains("\"status\":\"UP\"")
                .contains("\"undoBacklog\":{\"jdbc:h2:mem:orders_")
                .contains("of 10000");
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
        assertThat(orders.manage("/actuator/metrics/seata.branches")).contains("\"committed\"");
        assertThat(orders.manage("/actuator/metrics/seata.undo.rows")).contains("\"statistic\":\"COUNT\"");
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
    void the_table_of_meters_in_the_documentation_is_complete() throws Exception {
        Set<String> documented = documentedMeters();

        // Some come into being with their first event; the last are those of phase two.
        await().atMost(SOON).untilAsserted(() -> assertThat(meterNames()).isEqualTo(documented));
    }

    private static Set<String> meterNames() {
        return orders.context.getBean(MeterRegistry.class).getMeters().stream()
                .map(meter -> meter.getId().getName())
                .filter(name -> name.startsWith("seata."))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The names that stand first in the lines of the table. */
    private static Set<String> documentedMeters() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("..", "..", "..", "docs", "operations.md"));
        return lines
                .subList(
                        lines.indexOf("<!-- checked by SightIT: begin -->"),
                        lines.indexOf("<!-- checked by SightIT: end -->"))
                .stream()
                .filter(line -> line.startsWith("| `seata."))
                .flatMap(line -> Pattern.compile("`(seata\\.[a-z.]+)`")
                        .matcher(line.substring(0, line.indexOf('|', 1)))
                        .results()
                        .map(found -> found.group(1)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void the_spans_of_a_global_transaction_join_the_trace_of_the_http_request() throws Exception {
        String xid = orders.post("/orders/bolt?amount=1&paid=true&caller=REST_CLIENT")
                .body();

        SimpleSpan transaction = span(xid, "global transaction place-order");
        SimpleSpan request = orders.context.getBean(SimpleTracer.class).getSpans().stream()
                .filter(span -> span.getSpanId().equals(transaction.getParentId()))
                .findFirst()
                .orElseThrow();
        // It gets its name at its end, which comes after the answer.
        await().atMost(SOON).untilAsserted(() -> assertThat(request.getName()).isEqualTo("http post /orders/{item}"));
        assertThat(transaction.getTraceId()).isEqualTo(request.getTraceId());
        assertThat(transaction.getTags()).containsEntry("outcome", "committed");
        SimpleSpan branch = span(xid, "branch");
        assertThat(branch.getParentId()).isEqualTo(transaction.getSpanId());
        await().atMost(SOON).untilAsserted(() -> {
            SimpleSpan end = span(xid, "branch commit");
            assertThat(end.getTraceId()).isEqualTo(request.getTraceId());
            assertThat(end.getParentId()).isEqualTo(branch.getSpanId());
        });
        assertThat(branch.getEvents())
                .extracting(Map.Entry::getValue)
                .containsExactly("registered", "undo log written");
        // What docs/operations.md shows is taken from here.
        Files.writeString(Path.of("target", "spans.txt"), lines(request, "").collect(Collectors.joining("\n")));
    }

    /** One for the span and one for each below it, in the order of their beginnings. */
    private static Stream<String> lines(SimpleSpan span, String indentation) {
        String events = span.getEvents().stream().map(Map.Entry::getValue).collect(Collectors.joining(", "));
        String line = indentation + span.getName() + " " + new TreeMap<>(span.getTags())
                + (events.isEmpty() ? "" : ", events: " + events) + ", "
                + Duration.between(span.getStartTimestamp(), span.getEndTimestamp())
                        .toMillis() + " ms";
        return Stream.concat(
                Stream.of(line),
                orders.context.getBean(SimpleTracer.class).getSpans().stream()
                        .filter(child -> span.getSpanId().equals(child.getParentId()))
                        .sorted(Comparator.comparing(SimpleSpan::getStartTimestamp))
                        .flatMap(child -> lines(child, indentation + "    ")));
    }

    private static SimpleSpan span(String xid, String name) {
        return orders.context.getBean(SimpleTracer.class).getSpans().stream()
                .filter(span ->
                        name.equals(span.getName()) && xid.equals(span.getTags().get("xid")))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no span " + name + " of " + xid));
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
                .contains("\"address\":\"" + tcAddress + "\"")
                .contains("\"branchCommandsWaiting\":0")
                .contains("\"undoLogsToDelete\":")
                .contains("\"plans\":")
                .contains("\"tables\":");
        assertThat(orders.manage("/actuator/seata")).contains("\"transactions\":[]");
        // What docs/operations.md shows is taken from here.
        Files.writeString(
                Path.of("target", "sight.txt"),
                seen + "\n" + orders.manage("/actuator/health") + "\n"
                        + orders.manage("/actuator/metrics/seata.global.transactions") + "\n" + meters());
    }

    private static String meters() {
        return orders.context.getBean(MeterRegistry.class).getMeters().stream()
                .filter(meter -> meter.getId().getName().startsWith("seata."))
                .map(SightIT::line)
                .sorted()
                .collect(Collectors.joining("\n"));
    }

    private static String line(Meter meter) {
        String tags = meter.getId().getTags().stream()
                .map(tag -> tag.getKey() + "=" + tag.getValue())
                .collect(Collectors.joining(", "));
        String values = StreamSupport.stream(meter.measure().spliterator(), false)
                .map(value -> value.getStatistic().name().toLowerCase(Locale.ROOT) + " " + value.getValue())
                .collect(Collectors.joining(", "));
        return meter.getId().getName() + (tags.isEmpty() ? "" : " {" + tags + "}") + ": " + values;
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
