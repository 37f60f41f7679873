package dev.lockstep.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.lockstep.spring.RecordingCoordinator;
import dev.lockstep.tm.GlobalScope;
import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.GlobalTransactionTemplate;
import dev.lockstep.tm.GlobalTransactions;
import dev.lockstep.tm.TmOptions;
import feign.AsyncFeign;
import feign.Capability;
import feign.Feign;
import feign.RequestLine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.support.HttpRequestWrapper;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;
import org.springframework.web.client.support.RestClientAdapter;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.support.WebClientAdapter;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;

/** To whom the clients send the xid, the same for all; each is the real library, and calls a real server. */
class OutgoingHostsTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    private final List<List<String>> received = new CopyOnWriteArrayList<>();
    private final RecordingCoordinator coordinator = new RecordingCoordinator();
    private final GlobalTransactionTemplate launcher = new GlobalTransactionTemplate(
            new GlobalTransactions(coordinator, TmOptions.of("shop", "default_tx_group")));
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(SeataWebAutoConfiguration.class))
            .withBean(RestTemplate.class)
            .withBean(RestClient.Builder.class, RestClient::builder)
            .withBean(RestClient.class, RestClient::create)
            .withBean(WebClient.Builder.class, WebClient::builder)
            .withBean(WebClient.class, WebClient::create);
    private HttpServer server;

    interface Stock {
        @GetExchange("/take")
        void take();
    }

    interface FeignStock {
        @RequestLine("GET /take")
        void take();
    }

    interface AsynchronousFeignStock {
        @RequestLine("GET /take")
        CompletableFuture<Void> take();
    }

    /** Each as an application has it from its context. */
    enum Client {
        REST_TEMPLATE {
            @Override
            void call(ApplicationContext context, String url) {
                context.getBean(RestTemplate.class).getForEntity(url + "/take", Void.class);
            }

            @Override
            void balance(ApplicationContext context, URI instance) {
                context.getBean(RestTemplate.class)
                        .getInterceptors()
                        .add(0, (request, body, next) -> next.execute(at(instance, request), body));
            }
        },
        REST_CLIENT {
            @Override
            void call(ApplicationContext context, String url) {
                context.getBean(RestClient.Builder.class)
                        .build()
                        .get()
                        .uri(url + "/take")
                        .retrieve()
                        .toBodilessEntity();
            }

            @Override
            void balance(ApplicationContext context, URI instance) {
                context.getBean(RestClient.Builder.class)
                        .requestInterceptors(all ->
                                all.add(0, (request, body, next) -> next.execute(at(instance, request), body)));
            }
        },
        REST_CLIENT_BEAN {
            @Override
            void call(ApplicationContext context, String url) {
                context.getBean(RestClient.class)
                        .get()
                        .uri(url + "/take")
                        .retrieve()
                        .toBodilessEntity();
            }
        },
        HTTP_INTERFACE_OF_REST_CLIENT {
            @Override
            void call(ApplicationContext context, String url) {
                RestClient client = context.getBean(RestClient.Builder.class)
                        .clone()
                        .baseUrl(url)
                        .build();
                HttpServiceProxyFactory.builderFor(RestClientAdapter.create(client))
                        .build()
                        .createClient(Stock.class)
                        .take();
            }

            @Override
            void balance(ApplicationContext context, URI instance) {
                REST_CLIENT.balance(context, instance);
            }
        },
        WEB_CLIENT {
            @Override
            void call(ApplicationContext context, String url) {
                context.getBean(WebClient.Builder.class)
                        .build()
                        .get()
                        .uri(url + "/take")
                        .retrieve()
                        .toBodilessEntity()
                        .block(SOON);
            }

            @Override
            void balance(ApplicationContext context, URI instance) {
                context.getBean(WebClient.Builder.class)
                        .filter((request, next) -> next.exchange(ClientRequest.create(
                                        request.method(),
                                        instance.resolve(request.url().getPath()))
                                .headers(headers -> headers.addAll(request.headers()))
                                .build()));
            }
        },
        WEB_CLIENT_BEAN {
            @Override
            void call(ApplicationContext context, String url) {
                context.getBean(WebClient.class)
                        .get()
                        .uri(url + "/take")
                        .retrieve()
                        .toBodilessEntity()
                        .block(SOON);
            }
        },
        HTTP_INTERFACE_OF_WEB_CLIENT {
            @Override
            void call(ApplicationContext context, String url) {
                WebClient client = context.getBean(WebClient.Builder.class)
                        .clone()
                        .baseUrl(url)
                        .build();
                HttpServiceProxyFactory.builderFor(WebClientAdapter.create(client))
                        .build()
                        .createClient(Stock.class)
                        .take();
            }

            @Override
            void balance(ApplicationContext context, URI instance) {
                WEB_CLIENT.balance(context, instance);
            }
        },
        FEIGN {
            @Override
            void call(ApplicationContext context, String url) {
                Feign.builder()
                        .addCapability(context.getBean(Capability.class))
                        .target(FeignStock.class, url)
                        .take();
            }
        },
        ASYNCHRONOUS_FEIGN {
            @Override
            void call(ApplicationContext context, String url) {
                AsyncFeign.builder()
                        .addCapability(context.getBean(Capability.class))
                        .target(AsynchronousFeignStock.class, url)
                        .take()
                        .join();
            }
        };

        abstract void call(ApplicationContext context, String url);

        /** Adds what sends the calls of this client to an instance, in front of all that the client has. */
        void balance(ApplicationContext context, URI instance) {
            throw new UnsupportedOperationException(name());
        }

        private static HttpRequest at(URI instance, HttpRequest request) {
            return new HttpRequestWrapper(request) {
                @Override
                public URI getURI() {
                    return instance.resolve(request.getURI().getPath());
                }
            };
        }
    }

    @BeforeEach
    void startServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            received.add(Optional.ofNullable(exchange.getRequestHeaders().get("TX_XID"))
                    .orElse(List.of()));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
    }

    @ParameterizedTest
    @EnumSource(Client.class)
    void every_host_is_sent_the_xid_unless_settings_say_otherwise(Client client) {
        runner.run(context -> {
            inGlobalTransaction(() -> client.call(context, at("127.0.0.1")));
            inGlobalTransaction(() -> client.call(context, at("localhost")));
        });

        assertThat(received).containsExactly(List.of("127.0.0.1:8091:1"), List.of("127.0.0.1:8091:2"));
    }

    @ParameterizedTest
    @EnumSource(Client.class)
    void a_host_that_is_not_named_is_sent_nothing_and_nothing_begins_for_it(Client client) {
        runner.withPropertyValues("lockstep.propagation.hosts=stock,127.0.*").run(context -> {
            inGlobalTransaction(() -> client.call(context, at("localhost")));
            assertThat(coordinator.events()).isEmpty();

            inGlobalTransaction(() -> client.call(context, at("127.0.0.1")));
        });

        assertThat(received).containsExactly(List.of(), List.of("127.0.0.1:8091:1"));
        assertThat(coordinator.events()).containsExactly("begin buy", "commit");
    }

    @ParameterizedTest
    @EnumSource(Client.class)
    void a_host_that_is_excluded_is_sent_nothing(Client client) {
        runner.withPropertyValues("lockstep.propagation.excluded-hosts=localhost")
                .run(context -> inGlobalTransaction(() -> {
                    client.call(context, at("localhost"));
                    client.call(context, at("127.0.0.1"));
                }));

        assertThat(received).containsExactly(List.of(), List.of("127.0.0.1:8091:1"));
    }

    @ParameterizedTest
    @EnumSource(Client.class)
    void a_policy_of_the_application_decides_and_is_asked_inside_global_transactions_alone(Client client) {
        List<String> asked = new ArrayList<>();
        OutgoingXidPolicy onlyInside = uri -> {
            asked.add(uri.getPath() + " " + (GlobalScope.current().xidIfBegun() == null ? "before" : "after"));
            return asked.size() == 2;
        };
        runner.withBean(OutgoingXidPolicy.class, () -> onlyInside)
                .withPropertyValues("lockstep.propagation.hosts=nobody")
                .run(context -> {
                    client.call(context, at("127.0.0.1"));
                    inGlobalTransaction(() -> {
                        client.call(context, at("127.0.0.1"));
                        client.call(context, at("127.0.0.1"));
                    });
                });

        assertThat(asked).containsExactly("/take before", "/take before");
        assertThat(received).containsExactly(List.of(), List.of(), List.of("127.0.0.1:8091:1"));
    }

    /** OpenFeign balances load inside of what is wrapped here. */
    @ParameterizedTest
    @EnumSource(
            value = Client.class,
            names = {
                "REST_TEMPLATE",
                "REST_CLIENT",
                "HTTP_INTERFACE_OF_REST_CLIENT",
                "WEB_CLIENT",
                "HTTP_INTERFACE_OF_WEB_CLIENT"
            })
    void the_name_of_a_service_counts_where_something_in_the_client_chooses_an_instance(Client client) {
        runner.withPropertyValues("lockstep.propagation.hosts=stock").run(context -> {
            client.balance(context, URI.create(at("127.0.0.1")));

            inGlobalTransaction(() -> client.call(context, "http://stock"));
            inGlobalTransaction(() -> client.call(context, "http://pay"));
        });

        assertThat(received).containsExactly(List.of("127.0.0.1:8091:1"), List.of());
    }

    @ParameterizedTest
    @EnumSource(Client.class)
    void a_policy_that_fails_keeps_the_call_from_being_made(Client client) {
        OutgoingXidPolicy broken = uri -> {
            throw new IllegalStateException("no list of hosts");
        };
        runner.withBean(OutgoingXidPolicy.class, () -> broken)
                .run(context -> assertThatThrownBy(
                                () -> inGlobalTransaction(() -> client.call(context, at("127.0.0.1"))))
                        .hasStackTraceContaining("no list of hosts"));

        assertThat(received).isEmpty();
        assertThat(coordinator.events()).isEmpty();
    }

    private String at(String host) {
        return "http://" + host + ":" + server.getAddress().getPort();
    }

    private void inGlobalTransaction(Runnable work) {
        launcher.execute(GlobalTransactionDefinition.named("buy"), () -> {
            work.run();
            return Map.of();
        });
    }
}
