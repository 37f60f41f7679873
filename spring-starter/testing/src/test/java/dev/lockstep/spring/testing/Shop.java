package dev.lockstep.spring.testing;

import dev.lockstep.tm.GlobalTransactional;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.jdbc.core.JdbcTemplate;

/** An application that sells what it has. */
@SpringBootConfiguration
@EnableAutoConfiguration
class Shop {

    private final JdbcTemplate database;

    Shop(JdbcTemplate database) {
        this.database = database;
    }

    @GlobalTransactional(name = "sell")
    public void sell(String item, int amount, boolean paid) {
        database.update("update stock set amount = amount - ? where item = ?", amount, item);
        if (!paid) {
            throw new IllegalStateException("not paid");
        }
    }

    /** Runs in the middle of a sale. */
    @GlobalTransactional(name = "sell")
    public void sell(String item, Runnable meanwhile) {
        database.update("update stock set amount = amount - 1 where item = ?", item);
        meanwhile.run();
    }

    int left(String item) {
        return database.queryForObject("select amount from stock where item = ?", Integer.class, item);
    }
}
