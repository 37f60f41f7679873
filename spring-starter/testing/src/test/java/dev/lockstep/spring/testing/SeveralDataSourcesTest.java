package dev.lockstep.spring.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.GlobalTransactionTemplate;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;

/** An undo log counts once, however many data sources lead to it, and a database that takes no part is not asked. */
@SpringBootTest(properties = "seata.excludes-for-auto-proxying=reports")
@WithTc
class SeveralDataSourcesTest {

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        private static final String STOCK = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";

        @Bean
        @Primary
        DataSource writing() {
            return database(STOCK);
        }

        @Bean
        DataSource reading() {
            return database(STOCK);
        }

        @Bean
        DataSource routing(DataSource writing, DataSource reading) {
            var routing = new AbstractRoutingDataSource() {
                @Override
                protected Object determineCurrentLookupKey() {
                    return "nowhere";
                }
            };
            routing.setTargetDataSources(Map.of("writing", writing, "reading", reading));
            routing.setLenientFallback(false);
            return routing;
        }

        @Bean
        DataSource reports() {
            return database("jdbc:h2:mem:");
        }

        private static DataSource database(String url) {
            var database = new JdbcDataSource();
            database.setURL(url);
            return database;
        }
    }

    @Autowired
    DataSource writing;

    @Autowired
    GlobalTransactionTemplate template;

    @Autowired
    SeenTransactions transactions;

    @Test
    void undo_logs_are_counted_once_in_each_database_that_takes_part() {
        template.execute(GlobalTransactionDefinition.named("sell"), () -> {
            assertThat(new JdbcTemplate(writing).update("update stock set amount = 9 where item = 'bike'"))
                    .isOne();
            transactions.assertLast().hasUndoLogs(1);
            return null;
        });

        transactions.assertLast().isCommitted().leavesNothing();
    }
}
