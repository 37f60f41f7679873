package dev.lockstep.generations.boot4;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.seata.core.context.RootContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.registry.HttpServiceGroup;
import org.springframework.web.service.registry.ImportHttpServices;

/** HTTP interface clients as Boot 4 registers them, against the JDK's server. */
class HttpServicesTest {

    private static final String XID = "10.0.0.5:8091:123";

    interface Stock {
        @GetExchange("/take")
        void take();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @ImportHttpServices(group = "stock", types = Stock.class)
    static class Application {}

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @ImportHttpServices(group = "stock", types = Stock.class, clientType = HttpServiceGroup.ClientType.WEB_CLIENT)
    static class ReactiveApplication {}

    @AfterEach
    void cleanThread() {
        RootContext.unbind();
    }

    @ParameterizedTest
    @ValueSource(classes = {Application.class, ReactiveApplication.class})
    void a_registered_http_service_sends_the_xid_of_the_thread_once(Class<?> application) throws Exception {
        List<List<String>> received = new CopyOnWriteArrayList<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            received.add(exchange.getRequestHeaders().getOrDefault("TX_XID", List.of()));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        try {
            new ApplicationContextRunner()
                    .withUserConfiguration(application)
                    .withPropertyValues(
                            "spring.application.name=shop",
                            "spring.http.serviceclient.stock.base-url=http://127.0.0.1:"
                                    + server.getAddress().getPort(),
                            "seata.service.vgroup-mapping.default_tx_group=default",
                            // Port 1 answers nobody.
                            "seata.service.grouplist.default=127.0.0.1:1")
                    .run(context -> {
                        assertThat(context).hasNotFailed();
                        Stock stock = context.getBean(Stock.class);
                        stock.take();
                        RootContext.bind(XID);
                        stock.take();
                    });
        } finally {
            server.stop(0);
        }

        assertThat(received).containsExactly(List.of(), List.of(XID));
    }
}
