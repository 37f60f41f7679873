package dev.lockstep.generations;

import dev.lockstep.tm.UnfinishedLocalWorkException;
import io.seata.core.context.RootContext;
import io.seata.spring.annotation.GlobalTransactional;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.cloud.openfeign.EnableFeignClients;
import org.springframework.cloud.openfeign.FeignClient;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Scope;
import org.springframework.core.task.support.ContextPropagatingTaskDecorator;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;
import org.springframework.web.client.support.RestClientAdapter;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.service.annotation.PostExchange;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;

/**
 * Takes orders: begins the global transaction, has the stock application take the goods, writes its own row. Written for the
 * official client, of either line: its annotations and its RootContext.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
@EnableAsync
@EnableFeignClients(clients = OrderApplication.FeignStockClient.class)
@Import({
    OrderApplication.Orders.class,
    OrderApplication.Elsewhere.class,
    OrderApplication.LocalOutside.class,
    OrderApplication.OrderController.class
})
class OrderApplication {

    public static void main(String[] arguments) {
        SpringApplication.run(OrderApplication.class, arguments);
    }

    @Bean
    RestTemplate restTemplate() {
        return new RestTemplate();
    }

    @Bean
    @Scope("prototype")
    WebClient.Builder webClientBuilder() {
        return WebClient.builder();
    }

    /** How the order application calls the stock application. */
    enum Caller {
        REST_TEMPLATE,
        REST_CLIENT,
        WEB_CLIENT,
        HTTP_INTERFACE,
        OPEN_FEIGN,
        /** Of a participant that does its work on another thread than the one that was called. */
        ASYNCHRONOUS_PARTICIPANT,
        /** From the thread of an asynchronous method, which the launcher waits for. */
        ASYNC
    }

    @FeignClient(name = "stock", url = "${stock.url}")
    interface FeignStockClient {
        @PostMapping("/stock/{item}/take")
        void take(@PathVariable("item") String item, @RequestParam("amount") int amount);
    }

    /** Spring's own executor; what carries the global transaction to it is the decorator. */
    @Bean
    ContextPropagatingTaskDecorator carryContext() {
        return new ContextPropagatingTaskDecorator();
    }

    @Service
    static class Elsewhere {

        private final RestTemplate restTemplate;
        private final JdbcTemplate database;

        Elsewhere(RestTemplate restTemplate, JdbcTemplate database) {
            this.restTemplate = restTemplate;
            this.database = database;
        }

        /** Another connection than the launcher's, so a branch of its own. */
        @Async
        public CompletableFuture<String> takeStock(String url, String item, int amount) {
            restTemplate.postForEntity(url, null, Void.class, item, amount);
            database.update("INSERT INTO shipments (item, amount) VALUES (?, ?)", item, amount);
            return CompletableFuture.completedFuture(Thread.currentThread().getName());
        }
    }

    interface StockClient {
        @PostExchange("/stock/{item}/take")
        void take(@PathVariable("item") String item, @RequestParam("amount") int amount);
    }

    @Service
    static class Orders {

        private final JdbcTemplate database;
        private final RestTemplate restTemplate;
        private final RestClient restClient;
        private final WebClient webClient;
        private final StockClient stockClient;
        private final FeignStockClient feignClient;
        private final Elsewhere elsewhere;
        private final String stockUrl;

        Orders(
                JdbcTemplate database,
                RestTemplate restTemplate,
                RestClient.Builder restClientBuilder,
                WebClient.Builder webClientBuilder,
                FeignStockClient feignClient,
                Elsewhere elsewhere,
                @Value("${stock.url}") String stockUrl) {
            this.database = database;
            this.restTemplate = restTemplate;
            this.restClient = restClientBuilder.build();
            this.webClient = webClientBuilder.build();
            this.stockClient = HttpServiceProxyFactory.builderFor(RestClientAdapter.create(
                            restClientBuilder.clone().baseUrl(stockUrl).build()))
                    .build()
                    .createClient(StockClient.class);
            this.feignClient = feignClient;
            this.elsewhere = elsewhere;
            this.stockUrl = stockUrl + "/stock/{item}/take?amount={amount}";
        }

        @GlobalTransactional(name = "place-order", timeoutMills = 30_000)
        @Transactional
        public String place(String item, int amount, Caller caller, boolean paid) {
            takeStock(item, amount, caller);
            database.update("INSERT INTO orders (item, amount) VALUES (?, ?)", item, amount);
            if (!paid) {
                throw new IllegalStateException("payment refused");
            }
            return RootContext.getXID();
        }

        /** The local transaction has ended, so its branch is registered. */
        @GlobalTransactional(name = "look-around", timeoutMills = 30_000)
        public String lookWithBranch(String item, Supplier<String> endpoint) {
            database.update("INSERT INTO orders (item, amount) VALUES (?, ?)", item, 1);
            return endpoint.get();
        }

        @org.apache.seata.spring.annotation.GlobalTransactional(name = "place-order-inside", timeoutMills = 30_000)
        public void placeInside(String item, int amount) {
            takeStock(item, amount, Caller.REST_CLIENT);
            database.update("INSERT INTO orders (item, amount) VALUES (?, ?)", item, amount);
        }

        long count() {
            return Objects.requireNonNull(database.queryForObject("SELECT COUNT(*) FROM orders", Long.class));
        }

        private void takeStock(String item, int amount, Caller caller) {
            switch (caller) {
                case REST_TEMPLATE -> restTemplate.postForEntity(stockUrl, null, Void.class, item, amount);
                case REST_CLIENT ->
                    restClient.post().uri(stockUrl, item, amount).retrieve().toBodilessEntity();
                case WEB_CLIENT ->
                    webClient
                            .post()
                            .uri(stockUrl, item, amount)
                            .retrieve()
                            .toBodilessEntity()
                            .block();
                case HTTP_INTERFACE -> stockClient.take(item, amount);
                case ASYNCHRONOUS_PARTICIPANT ->
                    restTemplate.postForEntity(
                            stockUrl.replace("/take?", "/take-later?"), null, String.class, item, amount);
                case OPEN_FEIGN -> feignClient.take(item, amount);
                case ASYNC ->
                    elsewhere
                            .takeStock(stockUrl, item, amount)
                            .orTimeout(20, TimeUnit.SECONDS)
                            .join();
            }
        }
    }

    /** The wrong nesting: its local transaction ends after the global one. */
    @Service
    static class LocalOutside {

        private final Orders orders;

        LocalOutside(Orders orders) {
            this.orders = orders;
        }

        @Transactional
        public void place(String item, int amount) {
            orders.placeInside(item, amount);
        }
    }

    @RestController
    static class OrderController {

        private final Orders orders;
        private final LocalOutside localOutside;

        OrderController(Orders orders, LocalOutside localOutside) {
            this.orders = orders;
            this.localOutside = localOutside;
        }

        @PostMapping("/nested-orders/{item}")
        ResponseEntity<String> placeNested(@PathVariable("item") String item, @RequestParam("amount") int amount) {
            try {
                localOutside.place(item, amount);
                return ResponseEntity.ok("placed");
            } catch (UnfinishedLocalWorkException told) {
                return ResponseEntity.status(HttpStatus.CONFLICT).body(told.getMessage());
            }
        }

        @PostMapping("/orders/{item}")
        String place(
                @PathVariable("item") String item,
                @RequestParam("amount") int amount,
                @RequestParam("caller") Caller caller,
                @RequestParam("paid") boolean paid) {
            return orders.place(item, amount, caller, paid);
        }

        @GetMapping("/orders/count")
        long count() {
            return orders.count();
        }

        @GetMapping("/xid")
        String xidOfThread() {
            return Thread.currentThread().getName() + " " + RootContext.getXID();
        }
    }
}
