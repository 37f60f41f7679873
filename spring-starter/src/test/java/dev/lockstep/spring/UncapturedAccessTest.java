package dev.lockstep.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import reactor.core.publisher.Mono;

@ExtendWith(OutputCaptureExtension.class)
class UncapturedAccessTest {

    private final ApplicationContextRunner runner = Contexts.withoutTc();

    /** Each call of a method of a bean in it makes another data source, which Spring never sees. */
    @Configuration(proxyBeanMethods = false)
    static class CallsTheMethodOfTheBean {
        @Bean
        DataSource pool() {
            return new HikariDataSource();
        }

        @Bean
        JdbcTemplate queries() {
            return new JdbcTemplate(pool());
        }

        @Bean
        DataSourceTransactionManager transactions() {
            return new DataSourceTransactionManager(pool());
        }
    }

    @Test
    void a_bean_with_a_data_source_of_its_own_is_named(CapturedOutput output) {
        runner.withUserConfiguration(CallsTheMethodOfTheBean.class)
                .run(context -> await().untilAsserted(() -> assertThat(output)
                        .contains("[starter] Bean 'queries' works on a data source that is no bean"
                                + " (com.zaxxer.hikari.HikariDataSource)")
                        .contains("[starter] Bean 'transactions' works on a data source that is no bean")));
    }

    @Configuration(proxyBeanMethods = false)
    static class TakesTheBean {
        @Bean
        DataSource pool() {
            return new HikariDataSource();
        }

        @Bean
        JdbcTemplate queries(DataSource pool) {
            return new JdbcTemplate(new LazyConnectionDataSourceProxy(pool));
        }

        @Bean
        DataSourceTransactionManager transactions(DataSource pool) {
            return new DataSourceTransactionManager(pool);
        }
    }

    @Test
    void one_that_works_on_the_bean_is_not(CapturedOutput output) {
        runner.withUserConfiguration(TakesTheBean.class).run(context -> {
            new UncapturedAccess(context.getBeanFactory(), context.getBean(DataSourceBeans.class)).tell();

            assertThat(output).doesNotContain("works on a data source that is no bean");
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class OfTomcat {
        @Bean
        DataSource pool() {
            return new org.apache.tomcat.jdbc.pool.DataSource();
        }

        @Bean
        JdbcTemplate queries(DataSource pool) {
            return new JdbcTemplate(new LazyConnectionDataSourceProxy(pool));
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {TakesTheBean.class, OfTomcat.class})
    void nor_one_that_works_on_a_data_source_that_was_left_out(Class<?> configuration, CapturedOutput output) {
        runner.withPropertyValues("seata.excludes-for-auto-proxying=pool")
                .withUserConfiguration(configuration)
                .run(context -> {
                    new UncapturedAccess(context.getBeanFactory(), context.getBean(DataSourceBeans.class)).tell();

                    assertThat(output).doesNotContain("works on a data source that is no bean");
                });
    }

    private static final class Unreachable implements ConnectionFactory {
        @Override
        public Publisher<Connection> create() {
            return Mono.error(new IllegalStateException("unreachable"));
        }

        @Override
        public ConnectionFactoryMetadata getMetadata() {
            return () -> "unreachable";
        }
    }

    @Test
    void a_bean_that_reaches_a_database_by_r2dbc_is_named(CapturedOutput output) {
        runner.withBean("reactive", ConnectionFactory.class, Unreachable::new)
                .run(context -> await().untilAsserted(() ->
                        assertThat(output).contains("[starter] Bean 'reactive' reaches a database by R2DBC")));
    }
}
