package dev.lockstep.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.lockstep.spring.RecordingCoordinator;
import dev.lockstep.tm.GlobalScope;
import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.GlobalTransactionTemplate;
import dev.lockstep.tm.GlobalTransactions;
import dev.lockstep.tm.IncomingCall;
import dev.lockstep.tm.ScopeHandover;
import dev.lockstep.tm.TmOptions;
import io.seata.core.context.RootContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
import reactor.core.publisher.Sinks;
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
        } else {
            Hooks.disableAutomaticContextPropagation();
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

    /** Such a source outlives whoever happened to use it first, like a refreshed token, or a batch that others add to. */
    @Test
    void what_a_source_for_all_sends_is_never_sent_for_a_global_transaction_that_is_over() {
        runner.run(context -> {
            Mono<Void> call = call(context.getBean(WebClient.Builder.class)).onErrorComplete();
            Sinks.Many<Integer> source = Sinks.many().unicast().onBackpressureBuffer();
            var answered = new AtomicInteger();
            String first = inGlobalTransaction(Mono.fromRunnable(() -> source.asFlux()
                    .concatMap(i -> call.thenReturn(i).doAfterTerminate(answered::incrementAndGet))
                    .subscribe()));

            source.tryEmitNext(1);
            // Until then the next one would wait in the queue, and go on from the thread of this answer.
            await().atMost(SOON).until(() -> answered.get() == 1);
            String second = inGlobalTransaction(Mono.fromRunnable(() -> {
                source.tryEmitNext(2);
                await().atMost(SOON).until(() -> received.size() == 2);
            }));

            assertThat(second).isNotEqualTo(first);
            assertThat(received).containsExactly("null", second);
        });
    }

    @Test
    void a_source_for_all_that_a_participant_was_the_first_to_use_sends_nothing_for_it_when_its_call_is_over() {
        runner.run(context -> {
            Mono<Void> call = call(context.getBean(WebClient.Builder.class)).onErrorComplete();
            Sinks.Many<Integer> source = Sinks.many().unicast().onBackpressureBuffer();
            var incoming = new IncomingCall("10.0.0.5:8091:123", null, null);
            incoming.handover().takeUp();
            source.asFlux().concatMap(i -> call.thenReturn(i)).subscribe();
            ScopeHandover.clear();
            incoming.close();
            RootContext.bind("10.0.0.5:8091:124");
            Sinks.Many<Integer> another = Sinks.many().unicast().onBackpressureBuffer();
            another.asFlux().concatMap(i -> call.thenReturn(i)).subscribe();
            RootContext.unbind();

            source.tryEmitNext(1);
            another.tryEmitNext(1);

            await().atMost(SOON).until(() -> received.size() == 2);
            assertThat(received).containsOnly("null");
        });
    }

    @Test
    void a_source_for_all_goes_on_though_the_global_transaction_that_came_first_never_began() {
        runner.run(context -> {
            Mono<Void> call = call(context.getBean(WebClient.Builder.class)).onErrorComplete();
            Sinks.Many<Integer> source = Sinks.many().unicast().onBackpressureBuffer();
            launcher.execute(
                    GlobalTransactionDefinition.named("look"),
                    () -> source.asFlux().concatMap(i -> call.thenReturn(i)).subscribe());

            source.tryEmitNext(1);

            await().atMost(SOON).until(() -> received.size() == 1);
            assertThat(received).containsExactly("null");
        });
    }

    @Test
    void an_operator_on_another_thread_is_outside_as_ever() {
        runner.run(context -> {
            Mono<Boolean> inside = Mono.delay(Duration.ofMillis(5))
                    .<Boolean>handle((tick, sink) -> sink.next(GlobalScope.current() != null));

            assertThat(launcher.<@Nullable Boolean, RuntimeException>execute(
                            GlobalTransactionDefinition.named("buy"), () -> inside.block(SOON)))
                    .isFalse();
        });
    }

    @Test
    void where_reactor_carries_the_global_transaction_itself_a_subscriber_is_inside_as_ever() {
        Hooks.enableAutomaticContextPropagation();
        runner.run(context -> {
            var inside = new CompletableFuture<Boolean>();

            launcher.execute(GlobalTransactionDefinition.named("buy"), () -> {
                Flux.just(1).map(i -> i + 1).subscribe(i -> inside.complete(GlobalScope.current() != null));
                return inside.get(20, TimeUnit.SECONDS);
            });

            assertThat(inside).isCompletedWithValue(true);
        });
    }

    @Test
    void where_reactor_carries_it_the_xid_goes_along_from_threads_that_it_does_not_know_as_well() {
        Hooks.enableAutomaticContextPropagation();
        runner.run(context -> {
            Mono<Void> call = call(context.getBean(WebClient.Builder.class)).onErrorComplete();
            Mono<Void> later = Mono.<Integer>create(sink -> new Thread(() -> sink.success(1), "of-nobody").start())
                    .flatMap(one -> call);

            String first = inGlobalTransaction(later);
            String second = Objects.requireNonNull(launcher.<@Nullable String, Exception>execute(
                    GlobalTransactionDefinition.named("buy"), () -> {
                        later.contextCapture().toFuture().get(20, TimeUnit.SECONDS);
                        return RootContext.getXID();
                    }));

            assertThat(received).containsExactly(first, second);
            assertThat(threads).containsOnly("of-nobody");
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
