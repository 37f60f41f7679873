package dev.lockstep.generations;

import io.seata.core.context.RootContext;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
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
@Import({StockApplication.StockController.class, Refusal.class})
class StockApplication {

    @RestController
    static class StockController {

        private final JdbcTemplate database;
        private final Refusal refusal;

        StockController(JdbcTemplate database, Refusal refusal) {
            this.database = database;
            this.refusal = refusal;
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

        @PostMapping("/stock/{item}/refuse")
        void refuse(
                @PathVariable("item") String item,
                @RequestParam("told") Refusal.Told told,
                HttpServletResponse response)
                throws IOException {
            try {
                refusal.takeAndFail(item);
            } catch (IllegalStateException failure) {
                switch (told) {
                    case AS_ERROR -> throw failure;
                    case EARLY -> response.flushBuffer();
                    case BY_HANDLER -> response.setStatus(202);
                }
            }
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
