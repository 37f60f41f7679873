package dev.lockstep.generations;

import io.seata.core.context.RootContext;
import java.util.concurrent.Callable;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Keeps the stock: takes part in the global transaction of whoever calls, and knows nothing of it. */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import(StockApplication.StockController.class)
class StockApplication {

    @RestController
    static class StockController {

        private final JdbcTemplate database;

        StockController(JdbcTemplate database) {
            this.database = database;
        }

        @PostMapping("/stock/{item}/take")
        void take(@PathVariable("item") String item, @RequestParam("amount") int amount) {
            database.update("UPDATE stock SET amount = amount - ? WHERE item = ?", amount, item);
        }

        /** What it returns, Spring MVC runs on another thread. */
        @PostMapping("/stock/{item}/take-later")
        Callable<String> takeLater(@PathVariable("item") String item, @RequestParam("amount") int amount) {
            return () -> {
                take(item, amount);
                return "taken";
            };
        }

        @GetMapping("/xid")
        String xidOfThread() {
            return Thread.currentThread().getName() + " " + RootContext.getXID();
        }

        @GetMapping("/later")
        Callable<String> later() {
            return () -> "later " + RootContext.getXID();
        }
    }
}
