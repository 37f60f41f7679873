package dev.lockstep.spring.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.lockstep.spring.RecordingCoordinator;
import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.GlobalTransactionTemplate;
import dev.lockstep.tm.GlobalTransactions;
import dev.lockstep.tm.TmOptions;
import io.seata.core.context.RootContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/**
 * What a WebClient sends from threads of Reactor's, in an application that is not WebFlux and leaves Reactor's automatic context
 * propagation off, as is the default. Real client, real server.
 */
class WebClientOnOtherThreadsTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    private final List<String> received = new CopyOnWriteArrayList<>();
    private final List<String> threads = new CopyOnWriteArrayList<>();
    private final GlobalTransactionTemplate launcher = new GlobalTransactionTemplate(
            new GlobalTransactions(new RecordingCoordinator(), TmOptions.of("shop", "default_tx_group")));
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(SeataWebAutoConfiguration.class))
            .withBean(WebClient.Builder.class, WebClient::builder);
    private final boolean automatic = Hooks.isAutomaticContextPropagationEnabled();
    private HttpServer server;

    @BeforeEach
    void startServer() throws IOException {
        Hooks.disableAutomaticContextPropagation();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            received.add(String.valueOf(exchange.getRequestHeaders().getFirst("TX_XID")));
            exchange.sendResponseHeaders(received.size() == 1 ? 503 : 204, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
        if (automatic) {
            Hooks.enableAutomaticContextPropagation();
        }
    }

    /** Ways to send a second request, or the same again, from another thread. */
    enum Way {
        FLAT_MAP(call -> call.onErrorComplete().then(Mono.just(1)).flatMap(one -> call)),
        DELAY(call ->
                call.onErrorComplete().then(Mono.delay(Duration.ofMillis(5))).then(call)),
        RETRY(call -> call.retryWhen(Retry.fixedDelay(3, Duration.ofMillis(5)))),
        SUBSCRIBE_ON(call -> call.onErrorComplete().then(call.subscribeOn(Schedulers.boundedElastic()))),
        SEVERAL_AT_ONCE(call -> Flux.range(0, 4)
                .flatMap(i -> call.onErrorComplete().subscribeOn(Schedulers.parallel()))
                .then()),
        FUSED(call -> Flux.range(0, 4)
                .publishOn(Schedulers.single())
                .concatMap(i -> call.onErrorComplete())
                .then());

        private final Function<Mono<Void>, Mono<Void>> way;

        Way(Function<Mono<Void>, Mono<Void>> way) {
            this.way = way;
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_xid_goes_along_from_whatever_thread_it_is_sent(Way way) {
        runner.run(context -> {
            Mono<Void> call = way.way.apply(call(context.getBean(WebClient.Builder.class)));

            String xid = inGlobalTransaction(call);

            assertThat(received).hasSizeGreaterThan(1).containsOnly(xid);
            assertThat(threads)
                    .anyMatch(thread -> !thread.equals(Thread.currentThread().getName()));
        });
    }

    @Test
    void what_is_subscribed_outside_goes_without_though_it_was_put_together_inside() {
        runner.run(context -> {
            Mono<Void> call = call(context.getBean(WebClient.Builder.class)).onErrorComplete();
            Mono<Void> made = launcher.execute(GlobalTransactionDefinition.named("buy"), () -> call.then(call));

            made.block(SOON);

            assertThat(received).containsExactly("null", "null");
        });
    }

    @Test
    void of_two_global_transactions_the_one_of_the_thread_that_subscribes_counts() {
        runner.run(context -> {
            Mono<Void> call = call(context.getBean(WebClient.Builder.class)).onErrorComplete();
            Mono<Void> later = Mono.delay(Duration.ofMillis(5)).then(call);

            List<String> xids = List.of(inGlobalTransaction(later), inGlobalTransaction(later));
            later.block(SOON);

            assertThat(received).containsExactly(xids.get(0), xids.get(1), "null");
        });
    }

    private Mono<Void> call(WebClient.Builder builder) {
        return builder.baseUrl("http://127.0.0.1:" + server.getAddress().getPort())
                .filter((request, next) -> {
                    threads.add(Thread.currentThread().getName());
                    return next.exchange(request);
                })
                .build()
                .get()
                .uri("/take")
                .retrieve()
                .bodyToMono(Void.class);
    }

    private String inGlobalTransaction(Mono<Void> call) {
        return Objects.requireNonNull(
                launcher.<@Nullable String, RuntimeException>execute(GlobalTransactionDefinition.named("buy"), () -> {
                    call.block(SOON);
                    return RootContext.getXID();
                }));
    }
}
