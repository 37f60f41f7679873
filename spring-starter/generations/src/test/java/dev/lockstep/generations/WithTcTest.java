package dev.lockstep.generations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.spring.testing.SeenTransactions;
import dev.lockstep.spring.testing.WithTc;
import dev.lockstep.tm.GlobalTransactional;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

/** What an application's own tests have, on each generation of Boot and the JUnit that comes with it. */
@SpringBootTest(
        webEnvironment = WebEnvironment.NONE,
        properties = {
            "spring.application.name=shop",
            "spring.datasource.url=jdbc:h2:mem:with-tc-${random.uuid};DB_CLOSE_DELAY=-1",
            "spring.sql.init.schema-locations=classpath:dev/lockstep/rm/undo_log/h2.sql"
        })
@WithTc
class WithTcTest {

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        Shop shop(JdbcTemplate database) {
            database.execute("CREATE TABLE stock (item VARCHAR(20) PRIMARY KEY, amount INT)");
            database.update("INSERT INTO stock VALUES ('bike', 10)");
            return new Shop(database);
        }
    }

    static class Shop {

        private final JdbcTemplate database;

        Shop(JdbcTemplate database) {
            this.database = database;
        }

        @GlobalTransactional(name = "sell")
        public void sell(boolean paid) {
            database.update("UPDATE stock SET amount = amount - 1 WHERE item = 'bike'");
            if (!paid) {
                throw new IllegalStateException("not paid");
            }
        }

        Integer left() {
            return database.queryForObject("SELECT amount FROM stock", Integer.class);
        }
    }

    @Autowired
    Shop shop;

    @Autowired
    SeenTransactions transactions;

    @Test
    void a_test_sees_what_became_of_its_global_transactions() {
        shop.sell(true);
        transactions
                .assertLast()
                .hasName("sell")
                .isCommitted()
                .locked("stock", "bike")
                .leavesNothing();

        assertThatThrownBy(() -> shop.sell(false)).hasMessage("not paid");
        transactions.assertLast().isRolledBack().hasBranches(1).leavesNothing();
        assertThat(shop.left()).isEqualTo(9);
    }
}
