package dev.lockstep.generations;

import io.seata.core.context.RootContext;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The stock application on WebFlux: takes part on the threads that are there for what blocks. */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import({ReactiveStockApplication.StockController.class, Refusal.class})
class ReactiveStockApplication {

    @RestController
    static class StockController {

        private final JdbcTemplate database;
        private final Refusal refusal;

        StockController(JdbcTemplate database, Refusal refusal) {
            this.database = database;
            this.refusal = refusal;
        }

        @PostMapping("/stock/{item}/take")
        Mono<Void> take(@PathVariable("item") String item, @RequestParam("amount") int amount) {
            return Mono.<Void>fromRunnable(
                            () -> database.update("UPDATE stock SET amount = amount - ? WHERE item = ?", amount, item))
                    .subscribeOn(Schedulers.boundedElastic());
        }

        @PostMapping("/stock/{item}/refuse")
        Mono<Void> refuse(@PathVariable("item") String item) {
            return Mono.<Void>fromRunnable(() -> refusal.takeAndFail(item)).subscribeOn(Schedulers.boundedElastic());
        }

        @GetMapping("/xid")
        Mono<String> xidOfThread() {
            return Mono.fromSupplier(() -> Thread.currentThread().getName() + " " + RootContext.getXID())
                    .subscribeOn(Schedulers.boundedElastic());
        }
    }
}
