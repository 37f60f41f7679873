package dev.lockstep.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.lockstep.rm.ResourceManager;
import dev.lockstep.rpc.SeataRpcClient;
import dev.lockstep.rpc.discovery.Discovery;
import dev.lockstep.rpc.discovery.StaticDiscovery;
import dev.lockstep.tm.GlobalScope;
import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.GlobalTransactionTemplate;
import dev.lockstep.tm.GlobalTransactional;
import dev.lockstep.tm.GlobalTransactions;
import dev.lockstep.tm.TmOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.config.AbstractFactoryBean;
import org.springframework.beans.factory.config.DestructionAwareBeanPostProcessor;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

@ExtendWith(OutputCaptureExtension.class)
class SeataAutoConfigurationTest {

    @Test
    void an_application_starts_without_a_tc() {
        Contexts.withoutTc().run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(context).hasSingleBean(SeataRpcClient.class);
            assertThat(context).hasSingleBean(ResourceManager.class);
            assertThat(context).hasSingleBean(GlobalTransactions.class);
            assertThat(context).hasSingleBean(GlobalTransactionTemplate.class);
        });
    }

    @Test
    void switched_off_it_leaves_nothing_behind() {
        Contexts.withoutTc()
                .withPropertyValues("seata.enabled=false")
                .withBean("dataSource", JdbcDataSource.class)
                .run(context -> {
                    assertThat(context).doesNotHaveBean(SeataRpcClient.class);
                    assertThat(context).doesNotHaveBean(ResourceManager.class);
                    assertThat(context).doesNotHaveBean("globalTransactionalAdvisor");
                    assertThat(context).doesNotHaveBean("seataXidServletFilter");
                    assertThat(context.getBean("dataSource")).isExactlyInstanceOf(JdbcDataSource.class);
                });
    }

    @Test
    void switched_off_it_lets_annotated_methods_run_alone() {
        Contexts.withoutTc()
                .withPropertyValues("seata.enabled=false")
                .withBean(Annotated.class)
                .run(context ->
                        assertThat(context.getBean(Annotated.class).scope()).isNull());
    }

    @Test
    void disabled_global_transactions_need_no_tc_and_are_told_once(CapturedOutput output) {
        Contexts.unconfigured()
                .withPropertyValues("seata.service.disable-global-transaction=true")
                .withBean("dataSource", JdbcDataSource.class)
                .withBean(Annotated.class)
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(context.getBean(Annotated.class).scope()).isNull();
                    assertThat(context.getBean("dataSource")).isExactlyInstanceOf(JdbcDataSource.class);
                    assertThat(context).doesNotHaveBean(SeataRpcClient.class);
                    assertThat(context).doesNotHaveBean("seataXidServletFilter");
                });

        assertThat(output.getAll().lines().filter(line -> line.contains("switched off by seata.service")))
                .singleElement(STRING)
                .contains("WARN");
    }

    @Test
    void with_global_transactions_disabled_what_is_given_to_the_template_runs_alone() {
        DataSource database = StockDatabase.create();
        Contexts.unconfigured()
                .withPropertyValues("seata.service.disable-global-transaction=true")
                .run(context -> {
                    DataSource wrapped = context.getBean(ResourceManager.class).wrap(database);
                    GlobalTransactionTemplate template = context.getBean(GlobalTransactionTemplate.class);

                    template.execute(
                            GlobalTransactionDefinition.named("sell"),
                            () -> new JdbcTemplate(wrapped).update("UPDATE stock SET amount = 9 WHERE id = 1"));

                    assertThat(StockDatabase.amount(database)).isEqualTo(9);
                    assertThat(StockDatabase.undoLogs(database)).isZero();
                    assertThat(context.getBean(ResourceManager.class).resources())
                            .isEmpty();
                });
    }

    @Test
    void global_transactions_that_are_not_disabled_work() {
        var coordinator = new RecordingCoordinator();
        Contexts.on(coordinator)
                .withPropertyValues("seata.service.disable-global-transaction=false")
                .withBean(Annotated.class)
                .run(context -> {
                    assertThat(context.getBean(Annotated.class).scope()).isNotNull();
                    assertThat(context).doesNotHaveBean(SeataSwitchedOffAutoConfiguration.class);
                });
    }

    static class Annotated {

        @GlobalTransactional
        public GlobalScope scope() {
            return GlobalScope.current();
        }
    }

    @Test
    void ports_of_the_application_take_the_place_of_the_transport() {
        Contexts.on(new RecordingCoordinator()).run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(context).doesNotHaveBean(SeataRpcClient.class);
            assertThat(context).hasSingleBean(GlobalTransactionTemplate.class);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"nacos", "custom"})
    void a_discovery_of_the_application_makes_addresses_in_properties_needless(String type) {
        Contexts.unconfigured()
                .withPropertyValues("spring.application.name=shop", "seata.registry.type=" + type)
                .withBean(Discovery.class, () -> StaticDiscovery.of("127.0.0.1:1"))
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(context).hasSingleBean(Discovery.class);
                });
    }

    @Test
    void tries_and_a_timeout_that_cannot_be_mean_the_default_as_in_the_official_client(CapturedOutput output) {
        Contexts.withoutTc()
                .withPropertyValues(
                        "seata.client.tm.commit-retry-count=0",
                        "seata.client.tm.rollback-retry-count=-1",
                        "seata.client.tm.default-global-transaction-timeout=0")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    TmOptions options = context.getBean(ClientOptions.class).tm();
                    assertThat(options.commitTries()).isEqualTo(5);
                    assertThat(options.rollbackTries()).isEqualTo(5);
                    assertThat(options.defaultTimeout()).isEqualTo(Duration.ofSeconds(60));
                });

        assertThat(output)
                .contains("seata.client.tm.commit-retry-count is 0, and the default counts: 5")
                .contains("seata.client.tm.rollback-retry-count is -1, and the default counts: 5")
                .contains("seata.client.tm.default-global-transaction-timeout is PT0S, and the default counts: PT1M");
    }

    @Test
    void tcs_that_would_be_looked_for_without_a_pause_stop_the_start() {
        Contexts.unconfigured()
                .withPropertyValues("spring.application.name=shop", "lockstep.registry.refresh-interval=0s")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(SeataConfigurationException.class)
                        .hasMessageContaining("lockstep.registry.refresh-interval is PT0S"));
    }

    @Test
    void the_resource_manager_is_closed_before_the_pools_and_the_transport_last() {
        List<String> closed = new CopyOnWriteArrayList<>();
        Contexts.withoutTc()
                .withBean(DestructionAwareBeanPostProcessor.class, () -> (bean, name) -> closed.add(name))
                .withBean("dataSource", ClosableDataSource.class)
                .run(context -> assertThat(context).hasNotFailed());

        assertThat(closed)
                .containsSubsequence("seataResourceManager", "dataSource")
                .containsSubsequence("seataResourceManager", "seataRpcClient");
    }

    static final class Failing implements SmartLifecycle {
        @Override
        public void start() {
            throw new IllegalStateException("the port is in use");
        }

        @Override
        public void stop() {}

        @Override
        public boolean isRunning() {
            return false;
        }
    }

    @Test
    void so_it_is_where_a_start_fails() {
        List<String> closed = new CopyOnWriteArrayList<>();
        Contexts.withoutTc()
                .withBean(DestructionAwareBeanPostProcessor.class, () -> (bean, name) -> closed.add(name))
                .withBean("dataSource", ClosableDataSource.class)
                .withBean(Failing.class)
                .run(context -> assertThat(context).getFailure().rootCause().hasMessage("the port is in use"));

        assertThat(closed)
                .containsSubsequence("seataResourceManager", "dataSource")
                .containsSubsequence("seataResourceManager", "seataRpcClient");
    }

    static final class FactoryOfOne extends AbstractFactoryBean<DataSource> {
        @Override
        public Class<?> getObjectType() {
            return DataSource.class;
        }

        @Override
        protected DataSource createInstance() {
            return new ClosableDataSource();
        }
    }

    @Test
    void so_it_is_where_a_factory_makes_a_pool() {
        List<String> closed = new CopyOnWriteArrayList<>();
        Contexts.withoutTc()
                .withBean(DestructionAwareBeanPostProcessor.class, () -> (bean, name) -> closed.add(name))
                .withBean("dataSource", ClosableDataSource.class)
                .withBean("made", FactoryOfOne.class)
                .run(context ->
                        assertThat(context.getBeansOfType(DataSource.class)).hasSize(2));

        assertThat(closed).containsSubsequence("seataResourceManager", "made");
    }

    static final class ClosableDataSource extends DriverManagerDataSource implements AutoCloseable {
        @Override
        public void close() {}
    }

    @Test
    void two_contexts_in_one_jvm_have_clients_of_their_own() {
        Contexts.withoutTc()
                .run(first -> Contexts.withoutTc()
                        .run(second -> assertThat(second.getBean(SeataRpcClient.class))
                                .isNotSameAs(first.getBean(SeataRpcClient.class))));
    }
}
