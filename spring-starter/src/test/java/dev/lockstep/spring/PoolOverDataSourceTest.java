package dev.lockstep.spring;

import static dev.lockstep.spring.StockDatabase.amount;
import static dev.lockstep.spring.StockDatabase.undoLogs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.lockstep.rm.ResourceManager;
import dev.lockstep.rm.at.AtDataSource;
import dev.lockstep.testing.memory.InMemoryClient;
import dev.lockstep.testing.memory.InMemoryCoordinator;
import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.GlobalTransactionTemplate;
import java.time.Duration;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.JdbcTemplate;

/** A data source bean, and a pool over it that is a bean as well and does not say what is within before it has started. */
@ExtendWith(OutputCaptureExtension.class)
class PoolOverDataSourceTest {

    private static final GlobalTransactionDefinition SELL = GlobalTransactionDefinition.named("sell");

    private final InMemoryCoordinator tc = InMemoryCoordinator.open();
    private final InMemoryClient client = tc.connect("shop");

    @AfterEach
    void close() {
        tc.close();
    }

    @Configuration(proxyBeanMethods = false)
    static class PoolOverBean {
        @Bean
        DataSource raw() {
            return StockDatabase.create();
        }

        @Bean
        @Primary
        HikariDataSource pool(@Qualifier("raw") DataSource raw) {
            var pool = new HikariDataSource();
            pool.setDataSource(raw);
            return pool;
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void each_write_through_the_pool_is_one_branch_with_one_undo_log_and_comes_back(boolean jdkProxy) {
        contexts().withPropertyValues("seata.use-jdk-proxy=" + jdkProxy).run(selling((template, pool, raw) -> {
            JdbcTemplate database = new JdbcTemplate(pool);

            assertThatThrownBy(() -> template.execute(SELL, () -> {
                        database.update("UPDATE stock SET amount = amount - 3 WHERE id = 1");
                        assertThat(tc.transactions().get(0).branches()).hasSize(1);
                        assertThat(undoLogs(raw)).isEqualTo(1);
                        database.update("UPDATE stock SET amount = amount - 3 WHERE id = 1");
                        assertThat(tc.transactions().get(0).branches()).hasSize(2);
                        assertThat(undoLogs(raw)).isEqualTo(2);
                        throw new IllegalStateException("changed our mind");
                    }))
                    .hasMessage("changed our mind");
            assertThat(amount(raw)).isEqualTo(10);

            template.execute(SELL, () -> database.update("UPDATE stock SET amount = amount - 3 WHERE id = 1"));
            assertThat(amount(raw)).isEqualTo(7);
            await().atMost(Duration.ofSeconds(20)).until(() -> undoLogs(raw) == 0);
            database.update("UPDATE stock SET amount = amount - 3 WHERE id = 1");
            assertThat(amount(raw)).isEqualTo(4);
        }));
    }

    @Test
    void the_pool_is_no_resource_of_its_own_and_nothing_is_said_of_it(CapturedOutput output) {
        contexts().withPropertyValues("seata.use-jdk-proxy=true").run(context -> {
            selling((template, pool, raw) -> assertThat(
                                    pool.unwrap(AtDataSource.class).open())
                            .isSameAs(raw.unwrap(AtDataSource.class).open()))
                    .accept(context);

            assertThat(context.getBean(ResourceManager.class).resources()).hasSize(1);
            assertThat(output).doesNotContain("WARN", "ERROR");
        });
    }

    private interface Steps {
        void run(GlobalTransactionTemplate template, DataSource pool, DataSource raw) throws Exception;
    }

    private ContextConsumer<AssertableApplicationContext> selling(Steps steps) {
        return context -> {
            assertThat(context).hasNotFailed();
            steps.run(
                    context.getBean(GlobalTransactionTemplate.class),
                    context.getBean("pool", DataSource.class),
                    context.getBean("raw", DataSource.class));
        };
    }

    private ApplicationContextRunner contexts() {
        return Contexts.on(client).withUserConfiguration(PoolOverBean.class);
    }
}
