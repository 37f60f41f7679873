package dev.lockstep.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfigMXBean;
import com.zaxxer.hikari.HikariDataSource;
import dev.lockstep.rm.ResourceManager;
import dev.lockstep.rm.at.AtDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;
import org.apache.shardingsphere.driver.jdbc.core.datasource.ShardingSphereDataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.CustomScopeConfigurer;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.SimpleThreadScope;
import org.springframework.core.Ordered;
import org.springframework.jdbc.datasource.AbstractDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabase;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseBuilder;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseFactoryBean;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseType;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;

@ExtendWith(OutputCaptureExtension.class)
class DataSourceWrappingTest {

    private final ApplicationContextRunner runner = Contexts.withoutTc();

    @Test
    void a_data_source_bean_is_wrapped_around_its_pool() {
        runner.withPropertyValues("seata.use-jdk-proxy=true")
                .withBean("dataSource", HikariDataSource.class)
                .run(context -> {
                    DataSource dataSource = context.getBean(DataSource.class);

                    assertWrappedOnce(context, dataSource);
                    assertThat(dataSource.unwrap(HikariDataSource.class)).isNotNull();
                });
    }

    @Configuration(proxyBeanMethods = false)
    static class NeedsThePoolByItsClass {
        @Bean
        HikariDataSource dataSource() {
            var pool = new HikariDataSource();
            pool.setJdbcUrl("jdbc:h2:mem:by_class");
            pool.setPoolName("by-class");
            pool.setMaximumPoolSize(3);
            return pool;
        }

        @Bean
        String poolName(HikariDataSource pool) {
            return pool.getPoolName();
        }
    }

    @Test
    void a_pool_that_takes_part_can_be_injected_as_the_class_of_its_bean() {
        runner.withPropertyValues("seata.use-jdk-proxy=false")
                .withUserConfiguration(NeedsThePoolByItsClass.class)
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(context.getBean("poolName")).isEqualTo("by-class");
                    var pool = context.getBean(HikariDataSource.class);
                    try (Connection connection = pool.getConnection()) {
                        assertThat(connection.getClass().getSimpleName()).isEqualTo("AtConnection");
                        // Another one while the database is being reached in the background.
                        await().until(() -> pool.getHikariPoolMXBean().getActiveConnections() == 1);
                    }
                    assertThat(pool.unwrap(AtDataSource.class)).isNotNull();
                    assertThat(context.getBean(ResourceManager.class).wrap(pool))
                            .isSameAs(pool);
                });
    }

    @Test
    void boot_derives_another_pool_from_one_that_takes_part_as_for_migrations_under_a_user_of_their_own() {
        runner.withPropertyValues("seata.use-jdk-proxy=false")
                .withUserConfiguration(NamedPool.class)
                .run(context -> {
                    DataSource dataSource = context.getBean(DataSource.class);

                    DataSource derived = DataSourceBuilder.derivedFrom(dataSource)
                            .type(SimpleDriverDataSource.class)
                            .username("ddl")
                            .build();

                    assertThat(((SimpleDriverDataSource) derived).getUrl()).isEqualTo("jdbc:h2:mem:unwrapped");
                    assertThat(dataSource.unwrap(DataSource.class)).isSameAs(dataSource);
                    assertThat(dataSource.unwrap(AtDataSource.class)).isExactlyInstanceOf(AtDataSource.class);
                });
    }

    @Configuration(proxyBeanMethods = false)
    static class ScopedPool {
        @Bean
        static CustomScopeConfigurer scopes() {
            var scopes = new CustomScopeConfigurer();
            scopes.addScope("of-thread", new SimpleThreadScope());
            return scopes;
        }

        @Bean
        @Scope(scopeName = "of-thread", proxyMode = ScopedProxyMode.TARGET_CLASS)
        HikariDataSource dataSource() {
            var pool = new HikariDataSource();
            pool.setJdbcUrl("jdbc:h2:mem:scoped");
            return pool;
        }
    }

    @Test
    void a_pool_of_a_scope_takes_part_behind_its_proxy() {
        runner.withUserConfiguration(ScopedPool.class).run(context -> {
            assertThat(context).hasNotFailed();
            var pool = context.getBean(HikariDataSource.class);
            try (Connection connection = pool.getConnection()) {
                assertThat(connection.getClass().getSimpleName()).isEqualTo("AtConnection");
            }
            pool.close();
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void boots_unwrapper_finds_the_pool_inside(boolean jdkProxy) {
        runner.withPropertyValues("seata.use-jdk-proxy=" + jdkProxy)
                .withUserConfiguration(NamedPool.class)
                .run(context -> assertThat(DataSourceUnwrapper.unwrap(
                                context.getBean(DataSource.class), HikariConfigMXBean.class, HikariDataSource.class))
                        .extracting(HikariDataSource::getPoolName)
                        .isEqualTo("unwrapped"));
    }

    @Configuration(proxyBeanMethods = false)
    static class NamedPool {
        @Bean
        HikariDataSource dataSource() {
            var pool = new HikariDataSource();
            pool.setJdbcUrl("jdbc:h2:mem:unwrapped");
            pool.setPoolName("unwrapped");
            return pool;
        }
    }

    @Test
    void two_data_sources_of_one_database_both_take_part() {
        runner.withUserConfiguration(TwoOfOneDatabase.class).run(context -> {
            assertWrappedOnce(context, context.getBean("writing", DataSource.class));
            assertWrappedOnce(context, context.getBean("reading", DataSource.class));
            assertThat(context.getBean("writing")).isNotSameAs(context.getBean("reading"));
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class TwoOfOneDatabase {
        @Bean
        DataSource writing() {
            return memory("twice");
        }

        @Bean
        DataSource reading() {
            return memory("twice");
        }
    }

    @Test
    @Timeout(30)
    void a_database_that_does_not_answer_does_not_hold_up_the_start() {
        runner.withBean("dataSource", SilentDataSource.class).run(context -> {
            DataSource dataSource = context.getBean(DataSource.class);

            assertWrappedOnce(context, dataSource);
            dataSource.unwrap(SilentDataSource.class).closing.countDown();
        });
    }

    static final class SilentDataSource extends DriverManagerDataSource {
        final CountDownLatch closing = new CountDownLatch(1);

        @Override
        public Connection getConnection() throws SQLException {
            try {
                closing.await();
            } catch (InterruptedException closed) {
                Thread.currentThread().interrupt();
            }
            throw new SQLException("There is nobody.");
        }
    }

    @Test
    void a_data_source_made_by_a_factory_bean_is_wrapped() {
        runner.withUserConfiguration(MadeByFactory.class)
                .run(context -> assertWrappedOnce(context, context.getBean(DataSource.class)));
    }

    @Configuration(proxyBeanMethods = false)
    static class MadeByFactory {
        @Bean
        EmbeddedDatabaseFactoryBean dataSource() {
            var factory = new EmbeddedDatabaseFactoryBean();
            factory.setDatabaseType(EmbeddedDatabaseType.H2);
            factory.setGenerateUniqueDatabaseName(true);
            return factory;
        }
    }

    @Test
    void a_data_source_wrapped_by_hand_is_not_wrapped_again() {
        runner.withUserConfiguration(WrappedByHand.class).run(context -> {
            DataSource dataSource = context.getBean("dataSource", DataSource.class);

            assertWrappedOnce(context, dataSource);
            assertThat(dataSource.unwrap(JdbcDataSource.class)).isNotNull();
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class WrappedByHand {
        @Bean
        DataSource dataSource(ResourceManager resourceManager) {
            return resourceManager.wrap(new JdbcDataSource());
        }
    }

    @Test
    void data_sources_are_excluded_by_class_name_as_in_the_official_starter_and_by_bean_name() {
        runner.withPropertyValues("seata.excludes-for-auto-proxying=com.zaxxer.hikari.HikariDataSource,audit")
                .withBean("pool", HikariDataSource.class)
                .withBean("audit", JdbcDataSource.class)
                .withBean("orders", JdbcDataSource.class)
                .run(context -> {
                    assertThat(context.getBean("pool")).isExactlyInstanceOf(HikariDataSource.class);
                    assertThat(context.getBean("audit")).isExactlyInstanceOf(JdbcDataSource.class);
                    assertWrappedOnce(context, context.getBean("orders", DataSource.class));
                });
    }

    @Test
    void switched_off_no_data_source_is_wrapped() {
        runner.withPropertyValues("seata.enable-auto-data-source-proxy=false")
                .withBean("dataSource", JdbcDataSource.class)
                .run(context -> assertThat(context.getBean("dataSource")).isExactlyInstanceOf(JdbcDataSource.class));
    }

    @Test
    void a_proxy_around_a_wrapped_bean_is_left_as_it_is() {
        runner.withUserConfiguration(LazyAroundBean.class).run(context -> {
            var lazy = context.getBean("lazy", DataSource.class);

            assertThat(lazy).isExactlyInstanceOf(LazyConnectionDataSourceProxy.class);
            assertWrappedOnce(context, ((LazyConnectionDataSourceProxy) lazy).getTargetDataSource());
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class LazyAroundBean {
        @Bean
        DataSource pool() {
            return memory("lazy");
        }

        @Bean
        DataSource lazy(DataSource pool) {
            return new LazyConnectionDataSourceProxy(pool);
        }
    }

    @Test
    void a_proxy_around_a_data_source_that_is_no_bean_is_wrapped() {
        runner.withUserConfiguration(LazyAroundNoBean.class)
                .run(context -> assertWrappedOnce(context, context.getBean(DataSource.class)));
    }

    @Configuration(proxyBeanMethods = false)
    static class LazyAroundNoBean {
        @Bean
        DataSource lazy() {
            return new LazyConnectionDataSourceProxy(memory("lazy2"));
        }
    }

    @Test
    void targets_of_a_routing_data_source_are_wrapped_once_whether_beans_or_not() {
        runner.withUserConfiguration(Routed.class).run(context -> {
            var routing = context.getBean("routing", AbstractRoutingDataSource.class);
            Map<Object, DataSource> targets = routing.getResolvedDataSources();

            assertThat(targets).containsOnlyKeys("east", "west");
            assertWrappedOnce(context, targets.get("east"));
            assertThat(targets.get("east")).isSameAs(context.getBean("east"));
            assertWrappedOnce(context, targets.get("west"));
            assertThat(routing.getResolvedDefaultDataSource()).isSameAs(targets.get("west"));
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class Routed {
        @Bean
        DataSource east() {
            return memory("east");
        }

        @Bean
        AbstractRoutingDataSource routing(DataSource east) {
            DataSource west = memory("west");
            var routing = new Routing();
            routing.setTargetDataSources(Map.of("east", east, "west", west));
            routing.setDefaultTargetDataSource(west);
            return routing;
        }
    }

    static class Routing extends AbstractRoutingDataSource {
        @Override
        protected Object determineCurrentLookupKey() {
            return "east";
        }
    }

    @Test
    void a_lazy_proxy_around_a_routing_data_source_is_not_wrapped_around_wrapped_targets() {
        runner.withUserConfiguration(LazyAroundRouting.class).run(context -> {
            var lazy = context.getBean(LazyConnectionDataSourceProxy.class);
            var routing = (AbstractRoutingDataSource) lazy.getTargetDataSource();

            assertThat(routing).isNotNull();
            assertWrappedOnce(context, routing.getResolvedDataSources().get("east"));
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class LazyAroundRouting {
        @Bean
        LazyConnectionDataSourceProxy dataSource() {
            var routing = new Routing();
            routing.setTargetDataSources(Map.of("east", memory("east2")));
            routing.afterPropertiesSet();
            return new LazyConnectionDataSourceProxy(routing);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class RoutedPool {
        @Bean
        HikariDataSource pool() {
            var pool = new HikariDataSource();
            pool.setJdbcUrl("jdbc:h2:mem:routed_pool");
            return pool;
        }

        @Bean
        Routing routing(DataSource pool) {
            var routing = new Routing();
            routing.setTargetDataSources(Map.of("east", pool));
            return routing;
        }
    }

    @Test
    void boots_unwrapper_finds_the_pool_behind_a_routing_data_source() {
        runner.withUserConfiguration(RoutedPool.class)
                .run(context -> assertThat(DataSourceUnwrapper.unwrap(
                                context.getBean(Routing.class), HikariConfigMXBean.class, HikariDataSource.class))
                        .extracting(HikariDataSource::getJdbcUrl)
                        .isEqualTo("jdbc:h2:mem:routed_pool"));
    }

    @Test
    void an_excluded_target_of_a_routing_data_source_stays_as_it_is() {
        runner.withPropertyValues("seata.excludes-for-auto-proxying=east")
                .withUserConfiguration(Routed.class)
                .run(context -> {
                    var routing = context.getBean("routing", AbstractRoutingDataSource.class);

                    assertThat(routing.getResolvedDataSources().get("east")).isExactlyInstanceOf(JdbcDataSource.class);
                    assertWrappedOnce(context, routing.getResolvedDataSources().get("west"));
                });
    }

    @Test
    void a_routing_data_source_that_hides_its_targets_stops_the_start() {
        runner.withBean("stubborn", StubbornRouting.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(SeataConfigurationException.class)
                        .hasMessageContaining("The routing DataSource 'stubborn'")
                        .hasMessageContaining("seata.excludes-for-auto-proxying=stubborn"));
    }

    static class StubbornRouting extends Routing {
        @Override
        public void afterPropertiesSet() {
            setTargetDataSources(new HashMap<>(Map.of("east", memory("stubborn"))));
            super.afterPropertiesSet();
        }
    }

    @Test
    void a_routing_data_source_of_another_library_is_told_of_at_the_start(CapturedOutput output) {
        runner.withBean(
                        "sharded",
                        ShardingSphereDataSource.class,
                        () -> new ShardingSphereDataSource(memory("sharded")))
                .run(context -> {
                    assertWrappedOnce(context, context.getBean(DataSource.class));
                    assertThat(output)
                            .contains("[starter] DataSource 'sharded' is a " + ShardingSphereDataSource.class.getName())
                            .contains("Give it what ResourceManager.wrap gives")
                            .contains("seata.excludes-for-auto-proxying=sharded");
                });
    }

    @Configuration(proxyBeanMethods = false)
    static class RoutedByAnotherLibrary {
        @Bean
        ShardingSphereDataSource sharded(ResourceManager resourceManager) {
            return new ShardingSphereDataSource(resourceManager.wrap(memory("sharded")));
        }
    }

    @Test
    void it_is_left_as_it_is_where_its_targets_take_part(CapturedOutput output) {
        runner.withUserConfiguration(RoutedByAnotherLibrary.class).run(context -> {
            assertThat(context.getBean("sharded"))
                    .isInstanceOf(ShardingSphereDataSource.class)
                    .isInstanceOf(WrappedPool.class);
            assertThat(output).doesNotContain("[starter] DataSource 'sharded'");
        });
    }

    private static final String NONE = "[starter] No DataSource bean takes part in global transactions: ";

    @Test
    void it_is_told_where_no_data_source_takes_part_since_none_is_wrapped(CapturedOutput output) {
        runner.withPropertyValues("seata.enable-auto-data-source-proxy=false")
                .withBean("orders", JdbcDataSource.class)
                .run(context -> await().untilAsserted(() -> assertThat(output)
                        .contains(NONE + "seata.enable-auto-data-source-proxy is false")
                        .contains("through [orders]")));
    }

    @Test
    void it_is_told_where_no_data_source_takes_part_since_all_are_excluded(CapturedOutput output) {
        runner.withPropertyValues("seata.excludes-for-auto-proxying=orders")
                .withBean("orders", JdbcDataSource.class)
                .run(context -> await().untilAsserted(
                                () -> assertThat(output).contains(NONE + "seata.excludes-for-auto-proxying")));
    }

    @Test
    void it_is_told_also_where_another_data_source_leads_to_one_that_is_excluded(CapturedOutput output) {
        runner.withPropertyValues("seata.excludes-for-auto-proxying=pool")
                .withUserConfiguration(LazyAroundBean.class)
                .run(context -> await().untilAsserted(
                                () -> assertThat(output).contains(NONE + "seata.excludes-for-auto-proxying")));
    }

    @Test
    void one_that_was_wrapped_by_hand_takes_part(CapturedOutput output) {
        runner.withPropertyValues("seata.enable-auto-data-source-proxy=false")
                .withUserConfiguration(WrappedByHand.class)
                .withBean("audit", JdbcDataSource.class)
                .run(context -> {
                    new Participation(
                                    context.getBeanFactory(),
                                    new DataSourceBeans(),
                                    context.getBean(SeataProperties.class))
                            .tell();

                    assertThat(output).doesNotContain(NONE);
                });
    }

    /** Needs its own data source, and so has it made ahead of the post processors of data sources. */
    @Configuration(proxyBeanMethods = false)
    static class NeedsItEarly {
        @Autowired
        @Qualifier("early")
        @Nullable
        DataSource early;

        @Bean
        OfTheApplication ofTheApplication() {
            return new OfTheApplication();
        }
    }

    static class OfTheApplication implements BeanPostProcessor, Ordered {
        @Override
        public int getOrder() {
            return 0;
        }
    }

    @Test
    void a_data_source_that_was_made_too_early_to_take_part_is_named_also_beside_others(CapturedOutput output) {
        runner.withBean("early", JdbcDataSource.class)
                .withBean("orders", JdbcDataSource.class)
                .withUserConfiguration(NeedsItEarly.class)
                .run(context -> await().untilAsserted(() -> assertThat(output)
                        .contains("[starter] DataSource beans [early] take no part in global transactions")
                        .contains("ResourceManager.wrap")
                        .doesNotContain(NONE)));
    }

    static class Factory implements FactoryBean<DataSource> {
        @Override
        public DataSource getObject() {
            return memory("made_early");
        }

        @Override
        public Class<?> getObjectType() {
            return DataSource.class;
        }
    }

    @Test
    void what_a_factory_made_too_early_is_named_too(CapturedOutput output) {
        runner.withBean("early", Factory.class)
                .withUserConfiguration(NeedsItEarly.class)
                .run(context -> await().untilAsserted(() -> assertThat(output)
                        .contains("[starter] DataSource beans [early] take no part in global transactions")));
    }

    /** Puts something around each data source that does not say what it holds. */
    static class Silencing implements BeanPostProcessor {
        @Override
        public Object postProcessAfterInitialization(Object bean, String beanName) {
            return bean instanceof DataSource inner
                    ? new AbstractDataSource() {
                        @Override
                        public Connection getConnection() throws SQLException {
                            return inner.getConnection();
                        }

                        @Override
                        public Connection getConnection(String user, String password) throws SQLException {
                            return inner.getConnection(user, password);
                        }
                    }
                    : bean;
        }
    }

    @Test
    void one_that_takes_part_within_something_silent_is_not_said_to_take_no_part(CapturedOutput output) {
        runner.withBean("orders", JdbcDataSource.class, () -> memory("silenced"))
                .withBean("silencing", Silencing.class)
                .run(context -> {
                    new Participation(
                                    context.getBeanFactory(),
                                    context.getBean(DataSourceBeans.class),
                                    context.getBean(SeataProperties.class))
                            .tell();

                    try (Connection connection =
                            context.getBean("orders", DataSource.class).getConnection()) {
                        assertThat(connection.getClass().getSimpleName()).isEqualTo("AtConnection");
                    }
                    assertThat(output).doesNotContain(NONE).doesNotContain("take no part");
                });
    }

    @Test
    void a_data_source_that_is_excluded_is_not_said_to_be_made_too_early(CapturedOutput output) {
        runner.withPropertyValues("seata.excludes-for-auto-proxying=early")
                .withBean("early", JdbcDataSource.class)
                .withUserConfiguration(NeedsItEarly.class)
                .run(context -> await().untilAsserted(
                                () -> assertThat(output).contains(NONE).doesNotContain("DataSource beans [early]")));
    }

    @Configuration(proxyBeanMethods = false)
    static class NeedsAnInterfaceOfThePool {
        @Bean
        EmbeddedDatabase dataSource() {
            return new EmbeddedDatabaseBuilder()
                    .setType(EmbeddedDatabaseType.H2)
                    .generateUniqueName(true)
                    .build();
        }

        @Bean
        Runnable end(EmbeddedDatabase database) {
            return database::shutdown;
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_pool_that_takes_part_can_be_injected_as_an_interface_of_its_bean(boolean useJdkProxy) {
        runner.withPropertyValues("seata.use-jdk-proxy=" + useJdkProxy)
                .withUserConfiguration(NeedsAnInterfaceOfThePool.class)
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    DataSource database = context.getBean(EmbeddedDatabase.class);
                    try (Connection connection = database.getConnection()) {
                        assertThat(connection.getClass().getSimpleName()).isEqualTo("AtConnection");
                    }
                    assertThat(database.unwrap(AtDataSource.class)).isNotNull();
                    context.getBean("end", Runnable.class).run();
                });
    }

    /** What an earlier process left in that database waits until it is known to the TC. */
    @Test
    void a_data_source_is_made_at_the_start_though_beans_are_to_be_made_late() {
        runner.withInitializer(context ->
                        context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
                .withBean("dataSource", HikariDataSource.class)
                .withBean("late", Object.class)
                .run(context -> {
                    ConfigurableListableBeanFactory beans =
                            context.getSourceApplicationContext().getBeanFactory();
                    assertThat(beans.containsSingleton("dataSource")).isTrue();
                    assertThat(beans.containsSingleton("late")).isFalse();
                });
    }

    /** Fails if somebody asks it for its data source, which nobody needs here. */
    static class Unused implements FactoryBean<DataSource> {
        @Override
        public DataSource getObject() {
            throw new IllegalStateException("made");
        }

        @Override
        public Class<?> getObjectType() {
            return DataSource.class;
        }
    }

    @Test
    void no_check_makes_a_data_source_of_a_factory_that_nobody_has_asked_for_one(CapturedOutput output) {
        runner.withBean("early", JdbcDataSource.class)
                .withBean("unused", Unused.class)
                .withUserConfiguration(NeedsItEarly.class)
                .run(context -> await().untilAsserted(() -> assertThat(output)
                        .contains("DataSource beans [early] take no part in global transactions")
                        .doesNotContain("A check of the start failed")));
    }

    @Test
    void no_bean_comes_into_life_ahead_of_its_post_processors(CapturedOutput output) {
        runner.withBean("dataSource", HikariDataSource.class).run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(output).doesNotContain("is not eligible for getting processed by all BeanPostProcessors");
        });
    }

    private static JdbcDataSource memory(String name) {
        var dataSource = new JdbcDataSource();
        dataSource.setURL("jdbc:h2:mem:" + name);
        return dataSource;
    }

    private static void assertWrappedOnce(AssertableApplicationContext context, @Nullable DataSource dataSource) {
        assertThat(dataSource).isExactlyInstanceOf(AtDataSource.class);
        assertThat(context.getBean(ResourceManager.class).wrap(dataSource)).isSameAs(dataSource);
    }
}
