package dev.lockstep.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lockstep.spring.RecordingCoordinator;
import dev.lockstep.spring.kotlin.Handlers;
import dev.lockstep.spring.kotlin.SuspendingFilter;
import dev.lockstep.tm.GlobalLockScope;
import dev.lockstep.tm.GlobalScope;
import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.GlobalTransactionFailedException;
import dev.lockstep.tm.GlobalTransactionTemplate;
import dev.lockstep.tm.GlobalTransactions;
import dev.lockstep.tm.LockRetryLimits;
import dev.lockstep.tm.ScopeHandover;
import dev.lockstep.tm.TmOptions;
import io.seata.core.context.RootContext;
import io.seata.core.model.BranchType;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseEntity;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.web.reactive.config.EnableWebFlux;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.ConnectionProvider;

/** A WebFlux server on Reactor Netty and a WebClient, both real. */
@ExtendWith(OutputCaptureExtension.class)
class ReactivePropagationTest {

    private static final String XID = "10.0.0.5:8091:123";
    private static final Duration SOON = Duration.ofSeconds(20);

    private final ReactiveWebApplicationContextRunner runner = new ReactiveWebApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(SeataWebAutoConfiguration.class))
            .withUserConfiguration(Application.class);

    private final RecordingCoordinator coordinator = new RecordingCoordinator();
    private final GlobalTransactions transactions =
            new GlobalTransactions(coordinator, TmOptions.of("shop", "default_tx_group"));

    @AfterEach
    void cleanThread() {
        ScopeHandover.clear();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableWebFlux
    static class Application {
        @Bean
        WebClient.Builder webClientBuilder() {
            return WebClient.builder();
        }

        @Bean
        RouterFunction<ServerResponse> routes() {
            return RouterFunctions.route()
                    .GET(
                            "/xid",
                            request -> Mono.fromSupplier(() -> String.valueOf(RootContext.getXID()))
                                    .flatMap(xid -> ServerResponse.ok().bodyValue(xid)))
                    .GET(
                            "/elsewhere",
                            request -> Mono.fromSupplier(() -> String.valueOf(RootContext.getXID()))
                                    .subscribeOn(Schedulers.boundedElastic())
                                    .flatMap(xid -> ServerResponse.ok().bodyValue(xid)))
                    .GET(
                            "/remaining",
                            request -> Mono.fromSupplier(() -> String.valueOf(scope().remaining()))
                                    .subscribeOn(Schedulers.boundedElastic())
                                    .flatMap(remaining -> ServerResponse.ok().bodyValue(remaining)))
                    .GET(
                            "/forbid",
                            request -> Mono.fromRunnable(() -> scope().setRollbackOnly("no credit"))
                                    .subscribeOn(Schedulers.boundedElastic())
                                    .then(ServerResponse.ok().build()))
                    .GET(
                            "/forbid-and-fail",
                            request -> Mono.error(() -> {
                                scope().setRollbackOnly("no credit");
                                return new IllegalStateException("no credit");
                            }))
                    .build();
        }
    }

    @Test
    void a_handler_sees_the_xid_on_whatever_thread_it_runs() {
        serve(runner, url -> {
            WebClient client = client(url);
            RootContext.bind(XID);

            assertThat(get(client, "/xid")).isEqualTo(XID);
            assertThat(get(client, "/elsewhere")).isEqualTo(XID);
        });
    }

    @Test
    void a_thread_that_waits_for_an_answer_keeps_what_is_bound_to_it_beside_no_xid() {
        var limits = new LockRetryLimits(Duration.ofMillis(5), 3);
        RootContext.bindBranchType(BranchType.TCC);

        serve(
                runner,
                url -> GlobalLockScope.execute(limits, () -> {
                    assertThat(get(client(url), "/elsewhere")).isEqualTo("null");

                    assertThat(GlobalLockScope.current()).isEqualTo(new GlobalLockScope(limits));
                    return assertThat(RootContext.entries()).containsEntry(RootContext.KEY_BRANCH_TYPE, BranchType.TCC);
                }));
    }

    @Test
    void what_an_operator_does_on_the_thread_that_waits_looks_for_global_locks_and_on_another_does_not() {
        serve(
                runner,
                url -> GlobalLockScope.execute(null, () -> {
                    Mono<Boolean> look = Mono.fromSupplier(RootContext::requireGlobalLock);

                    assertThat(look.block(SOON)).isTrue();
                    return assertThat(look.subscribeOn(Schedulers.boundedElastic())
                                    .block(SOON))
                            .isFalse();
                }));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/suspended", "/carried", "/listed-carried", "/suspended-listed-carried"})
    void a_suspending_handler_sees_the_xid_on_whatever_thread_it_goes_on(String path) {
        serve(runner.withBean(Handlers.class), url -> {
            RootContext.bind(XID);
            assertThat(get(client(url), path)).isEqualTo(XID + " " + XID);
            RootContext.unbind();

            for (int i = 0; i < 20; i++) {
                assertThat(get(client(url), path)).isEqualTo("null null");
            }
        });
    }

    @Test
    void a_flow_that_may_lose_the_xid_is_told_of_once(CapturedOutput output) {
        serve(runner.withBean(Handlers.class), url -> {
            RootContext.bind(XID);

            assertThat(get(client(url), "/listed")).isEqualTo(XID + " null");
            assertThat(get(client(url), "/listed")).isEqualTo(XID + " null");
            assertThat(get(client(url), "/suspended")).isEqualTo(XID + " " + XID);
        });

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(output.getOut())
                        .containsOnlyOnce("Handlers.listed took part in a global transaction")
                        .doesNotContain("Handlers.suspended took part"));
    }

    /** A filter written in Kotlin gives the handler the context of its own coroutine. */
    @Test
    void a_suspending_handler_behind_a_suspending_filter_sees_the_xid_too() {
        serve(runner.withBean(Handlers.class).withBean(SuspendingFilter.class), url -> {
            RootContext.bind(XID);

            assertThat(get(client(url), "/suspended")).isEqualTo(XID + " " + XID);
        });
    }

    @Test
    void a_request_without_an_xid_runs_without_and_leaves_no_thread_behind_with_one() {
        serve(runner, url -> {
            RootContext.bind(XID);
            assertThat(get(client(url), "/elsewhere")).isEqualTo(XID);
            RootContext.unbind();

            for (int i = 0; i < 20; i++) {
                assertThat(get(client(url), i % 2 == 0 ? "/xid" : "/elsewhere")).isEqualTo("null");
            }
        });
    }

    @Test
    void a_malformed_xid_is_refused() {
        serve(
                runner,
                url -> assertThat(WebClient.create(url)
                                .get()
                                .uri("/xid")
                                .header("TX_XID", "nonsense")
                                .exchangeToMono(response -> Mono.just(response.statusCode()))
                                .block(SOON))
                        .isEqualTo(HttpStatusCode.valueOf(400)));
    }

    @Test
    void an_xid_from_outside_can_be_ignored() {
        serve(runner.withPropertyValues("lockstep.propagation.foreign-xid=ignore"), url -> {
            RootContext.bind(XID);

            assertThat(get(client(url), "/xid")).isEqualTo("null");
        });
    }

    @Test
    void a_policy_of_the_application_decides() {
        serve(
                runner.withBean(
                        ForeignXidPolicy.class, () -> (xid, headers) -> "friend".equals(headers.getFirst("From"))),
                url -> {
                    RootContext.bind(XID);

                    assertThat(get(client(url), "/xid")).isEqualTo("null");
                    assertThat(client(url)
                                    .get()
                                    .uri("/xid")
                                    .header("From", "friend")
                                    .retrieve()
                                    .bodyToMono(String.class)
                                    .block(SOON))
                            .isEqualTo(XID);
                });
    }

    @Test
    void a_handler_knows_what_is_left_of_the_time() {
        serve(runner, url -> {
            assertThat(Duration.parse(get(launcher(), client(url), "/remaining")))
                    .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(30));

            RootContext.bind(XID);
            assertThat(get(client(url), "/remaining")).isEqualTo("null");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"/forbid", "/forbid-and-fail"})
    void a_request_that_forbids_the_commit_says_so_and_is_rolled_back_at_its_end(String path) {
        serve(runner.withBean(GlobalTransactions.class, () -> transactions), url -> {
            ResponseEntity<Void> answer = WebClient.create(url)
                    .get()
                    .uri(path)
                    .header("TX_XID", XID)
                    .exchangeToMono(ClientResponse::toBodilessEntity)
                    .block(SOON);

            assertThat(answer).isNotNull();
            assertThat(answer.getHeaders().getFirst("Lockstep-Rollback-Only")).isEqualTo("no credit");
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(coordinator.events()).containsExactly("rollback"));
        });
    }

    @Test
    void a_web_client_hears_that_a_participant_forbids_the_commit() {
        serve(
                runner,
                url -> assertThatThrownBy(() -> get(launcher(), client(url), "/forbid"))
                        .isInstanceOf(GlobalTransactionFailedException.class)
                        .hasMessageContaining("no credit"));

        assertThat(coordinator.events()).containsExactly("begin buy", "rollback");
    }

    private static GlobalScope scope() {
        return Objects.requireNonNull(GlobalScope.current());
    }

    private GlobalTransactionTemplate launcher() {
        return new GlobalTransactionTemplate(transactions);
    }

    private static String get(GlobalTransactionTemplate launcher, WebClient client, String path) {
        return String.valueOf(launcher.<@Nullable String, RuntimeException>execute(
                GlobalTransactionDefinition.named("buy").withTimeout(Duration.ofSeconds(30)), () -> get(client, path)));
    }

    private WebClient client(String url) {
        // A connection for each request: Reactor Netty's server now and then loses one that comes on a kept connection
        // while the
        // answer before it is still being finished on another thread (1.2.18, with and without an xid).
        WebClient.Builder builder = WebClient.builder()
                .clientConnector(new ReactorClientHttpConnector(HttpClient.create(ConnectionProvider.newConnection())))
                .baseUrl(url);
        new XidWebClientBeanPostProcessor(new OutgoingCalls(() -> uri -> true))
                .postProcessAfterInitialization(builder, "builder");
        return builder.build();
    }

    private static @Nullable String get(WebClient client, String path) {
        return client.get().uri(path).retrieve().bodyToMono(String.class).block(SOON);
    }

    private interface Use {
        void of(String url);
    }

    private static void serve(ReactiveWebApplicationContextRunner runner, Use use) {
        runner.run(context -> {
            assertThat(context).hasNotFailed();
            AtomicReference<@Nullable DisposableServer> server = new AtomicReference<>();
            try {
                DisposableServer bound = HttpServer.create()
                        .host("127.0.0.1")
                        .port(0)
                        .handle(new ReactorHttpHandlerAdapter(WebHttpHandlerBuilder.applicationContext(context)
                                .build()))
                        .bindNow(SOON);
                server.set(bound);
                use.of("http://127.0.0.1:" + bound.port());
            } finally {
                DisposableServer bound = server.get();
                if (bound != null) {
                    bound.disposeNow(SOON);
                }
            }
        });
    }
}
