package dev.lockstep.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.rm.ResourceManager;
import dev.lockstep.rm.at.AtDataSource;
import dev.lockstep.tm.GlobalTransactions;
import java.lang.ref.WeakReference;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectFactory;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.Scope;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** Pools that end before their JVM does. */
class ClosedPoolsTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    private final ApplicationContextRunner runner = Contexts.withoutTc().withUserConfiguration(OnePool.class);

    @Configuration(proxyBeanMethods = false)
    static class OnePool {
        private static final String URL = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";

        @Bean
        @org.springframework.context.annotation.Scope("refreshed")
        Pool dataSource() {
            return new Pool(URL);
        }

        @Bean
        static Refreshed refreshed() {
            return new Refreshed();
        }

        @Bean
        static BeanFactoryPostProcessor scopes(Refreshed refreshed) {
            return factory -> factory.registerScope("refreshed", refreshed);
        }
    }

    /** Keeps nothing in thread-locals, as some pools do, so that whatever stays in memory is kept here. */
    static final class Pool extends DriverManagerDataSource implements AutoCloseable {
        private boolean closed;

        Pool(String url) {
            super(url);
        }

        @Override
        public Connection getConnection() throws SQLException {
            if (closed) {
                throw new SQLException("the pool is closed", "08003");
            }
            return super.getConnection();
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    /** Beans that are made anew after each refresh. */
    static final class Refreshed implements Scope {
        private final Map<String, Object> beans = new HashMap<>();
        private final Map<String, Runnable> ends = new HashMap<>();

        void refresh() {
            ends.values().forEach(Runnable::run);
            ends.clear();
            beans.clear();
        }

        @Override
        public Object get(String name, ObjectFactory<?> made) {
            Object known = beans.get(name);
            if (known == null) {
                known = made.getObject();
                beans.put(name, known);
            }
            return known;
        }

        @Override
        public @Nullable Object remove(String name) {
            ends.remove(name);
            return beans.remove(name);
        }

        @Override
        public void registerDestructionCallback(String name, Runnable end) {
            ends.put(name, end);
        }

        @Override
        public @Nullable Object resolveContextualObject(String key) {
            return null;
        }

        @Override
        public String getConversationId() {
            return "refreshed";
        }
    }

    @Test
    void a_pool_that_a_refresh_replaces_is_let_go_of_and_the_next_one_takes_part() {
        runner.run(context -> {
            WeakReference<Pool> replaced = used(context);
            context.getBean(Refreshed.class).refresh();

            WeakReference<Pool> next = used(context);

            assertThat(next.get()).isNotNull();
            assertCollected(replaced);
        });
    }

    @Test
    void a_context_that_was_closed_keeps_no_pool_in_memory_while_the_next_one_runs() {
        var closed = new WeakReference<?>[1];
        runner.run(context -> closed[0] = used(context));

        runner.run(context -> {
            assertThat(used(context).get()).isNotNull();
            assertCollected(closed[0]);
        });
    }

    /** As an application does that has a database for each of its tenants. */
    @Test
    void a_data_source_that_is_removed_from_an_application_that_goes_on_takes_nothing_else_with_it() {
        runner.withInitializer(context -> ((GenericApplicationContext) context)
                        .registerBean("tenant", Pool.class, () -> new Pool(OnePool.URL)))
                .run(context -> {
                    used(context, "dataSource");
                    WeakReference<Pool> removed = used(context, "tenant");
                    ResourceManager manager = context.getBean(ResourceManager.class);
                    context.getBean(GlobalTransactions.class);
                    var application = (GenericApplicationContext) context.getSourceApplicationContext();

                    application.removeBeanDefinition("tenant");

                    assertThat(application.getBeanFactory().containsSingleton("seataResourceManager"))
                            .isTrue();
                    assertThat(application.getBeanFactory().containsSingleton("seataGlobalTransactions"))
                            .isTrue();
                    assertThat(used(context, "dataSource").get()).isNotNull();
                    assertThat(manager.resources()).hasSize(1);
                    assertCollected(removed);
                });
    }

    private static WeakReference<Pool> used(ApplicationContext context) throws Exception {
        return used(context, "dataSource");
    }

    private static WeakReference<Pool> used(ApplicationContext context, String beanName) throws Exception {
        var dataSource = context.getBean(beanName, DataSource.class);
        assertThat(dataSource.isWrapperFor(AtDataSource.class)).isTrue();
        dataSource.unwrap(AtDataSource.class).open();
        try (Connection connection = dataSource.getConnection()) {
            assertThat(connection.isValid(5)).isTrue();
        }
        return new WeakReference<>(dataSource.unwrap(Pool.class));
    }

    private static void assertCollected(WeakReference<?> pool) {
        await().atMost(SOON).until(() -> {
            System.gc();
            return pool.get() == null;
        });
    }
}
