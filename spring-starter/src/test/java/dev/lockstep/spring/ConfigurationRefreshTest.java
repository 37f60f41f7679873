package dev.lockstep.spring;

import static dev.lockstep.spring.StockDatabase.amount;
import static dev.lockstep.spring.StockDatabase.undoLogs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.lockstep.rm.ResourceManager;
import dev.lockstep.testing.memory.InMemoryClient;
import dev.lockstep.testing.memory.InMemoryCoordinator;
import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.GlobalTransactionTemplate;
import java.time.Duration;
import java.util.Set;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cloud.autoconfigure.ConfigurationPropertiesRebinderAutoConfiguration;
import org.springframework.cloud.context.environment.EnvironmentChangeEvent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** Spring Cloud binds the beans of an application to its properties anew when those have changed, as by Nacos or Config. */
class ConfigurationRefreshTest {

    private static final GlobalTransactionDefinition SELL = GlobalTransactionDefinition.named("sell");

    private static final DataSource DATABASE = StockDatabase.create();

    private final InMemoryCoordinator tc = InMemoryCoordinator.open();
    private final InMemoryClient client = tc.connect("shop");
    private final ApplicationContextRunner runner = Contexts.on(client)
            .withConfiguration(AutoConfigurations.of(ConfigurationPropertiesRebinderAutoConfiguration.class))
            .withPropertyValues("pool.pool-name=bound");

    @AfterEach
    void close() {
        tc.close();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties
    static class Hikari {
        @Bean
        @ConfigurationProperties("pool")
        HikariDataSource dataSource() {
            var pool = new HikariDataSource();
            pool.setDataSource(DATABASE);
            return pool;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties
    static class ByInterface {
        @Bean
        @ConfigurationProperties("pool")
        DataSource dataSource() {
            return new Pool(DATABASE);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties
    static class ByClass {
        @Bean
        @ConfigurationProperties("pool")
        Pool dataSource() {
            return new Pool(DATABASE);
        }
    }

    interface Named extends DataSource {
        String getPoolName();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties
    static class ByItsInterface {
        @Bean
        @ConfigurationProperties("pool")
        Named dataSource() {
            return new Pool(DATABASE);
        }
    }

    /** Stands for the pools that can change while they are in use. */
    static class Pool extends DelegatingDataSource implements Named {
        private String poolName = "";

        Pool(DataSource target) {
            super(target);
        }

        @Override
        public String getPoolName() {
            return poolName;
        }

        public void setPoolName(String name) {
            poolName = name;
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Hikari, true",
        "Hikari, false",
        "ByInterface, true",
        "ByInterface, false",
        "ByClass, true",
        "ByClass, false"
    })
    void after_a_refresh_what_is_rolled_back_is_undone_as_before(String application, boolean useJdkProxy)
            throws ClassNotFoundException {
        runner.withUserConfiguration(Class.forName(getClass().getName() + "$" + application))
                .withPropertyValues("seata.use-jdk-proxy=" + useJdkProxy)
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    var template = context.getBean(GlobalTransactionTemplate.class);
                    var database = new JdbcTemplate(context.getBean(DataSource.class));
                    template.execute(SELL, () -> database.update("UPDATE stock SET amount = 10"));

                    context.publishEvent(new EnvironmentChangeEvent(
                            context.getSourceApplicationContext(), Set.of("pool.pool-name")));

                    assertThatThrownBy(() -> template.execute(SELL, () -> {
                                database.update("UPDATE stock SET amount = 0");
                                throw new IllegalStateException("changed our mind");
                            }))
                            .hasMessage("changed our mind");
                    assertThat(amount(DATABASE)).isEqualTo(10);
                    template.execute(SELL, () -> database.update("UPDATE stock SET amount = 9"));
                    await().atMost(Duration.ofSeconds(20)).until(() -> undoLogs(DATABASE) == 0);
                    assertThat(context.getBean(ResourceManager.class).resources())
                            .hasSize(1);
                    if (context.getBean(DataSource.class) instanceof Named pool) {
                        assertThat(pool.getPoolName()).isEqualTo("bound");
                    }
                });
    }

    @Test
    void the_users_own_names_stay_beside_ours() {
        runner.withUserConfiguration(Hikari.class)
                .withPropertyValues("spring.cloud.refresh.never-refreshable=com.example.Pool")
                .run(context -> assertThat(
                                context.getEnvironment().getProperty("spring.cloud.refresh.never-refreshable"))
                        .startsWith("com.example.Pool,")
                        .contains("dataSource"));
    }
}
