package dev.lockstep.spring;

import static dev.lockstep.spring.StockDatabase.amount;
import static dev.lockstep.spring.StockDatabase.undoLogs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lockstep.rm.ResourceManager;
import dev.lockstep.testing.memory.InMemoryClient;
import dev.lockstep.testing.memory.InMemoryCoordinator;
import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.GlobalTransactionTemplate;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.assertj.core.api.ThrowableAssert;
import org.h2.jdbc.JdbcConnection;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.AbstractDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;

/** A lazy data source that leads to two databases, each a resource of its own. */
class RoutingDataSourceTest {

    private static final GlobalTransactionDefinition MOVE = GlobalTransactionDefinition.named("move");

    private final InMemoryCoordinator tc = InMemoryCoordinator.open();
    private final InMemoryClient client = tc.connect("shop");
    private final DataSource east = StockDatabase.create();
    private final DataSource west = StockDatabase.create();
    private String here = "east";

    @AfterEach
    void close() {
        tc.close();
    }

    @Test
    void a_global_transaction_over_both_targets_is_undone_in_both_or_stays_in_both() {
        contexts().withBean(DataSource.class, this::lazyAroundBoth).run(context -> {
            assertThat(context).hasNotFailed();
            GlobalTransactionTemplate template = template(context);
            JdbcTemplate database = new JdbcTemplate(context.getBean(DataSource.class));

            assertThatThrownBy(() -> template.execute(MOVE, () -> {
                        move(database);
                        throw new IllegalStateException("changed our mind");
                    }))
                    .hasMessage("changed our mind");
            assertThat(amount(east)).isEqualTo(10);
            assertThat(amount(west)).isEqualTo(10);

            template.execute(MOVE, () -> {
                move(database);
                return null;
            });
            assertThat(amount(east)).isEqualTo(7);
            assertThat(amount(west)).isEqualTo(13);
            await().atMost(Duration.ofSeconds(20)).until(() -> undoLogs(east) + undoLogs(west) == 0);
        });
    }

    /** A tenant's database is looked up by the routing itself, as most multi-tenant applications have it. */
    static class OwnLookup extends AbstractRoutingDataSource {
        final Map<String, DataSource> tenants = new ConcurrentHashMap<>();
        String here = "";

        void register(String tenant, DataSource database) {
            tenants.put(tenant, database);
        }

        void goTo(String tenant) {
            here = tenant;
        }

        @Override
        protected DataSource determineTargetDataSource() {
            DataSource tenant = tenants.get(here);
            return tenant == null ? super.determineTargetDataSource() : tenant;
        }

        @Override
        protected Object determineCurrentLookupKey() {
            return here;
        }
    }

    /** With a way to a connection besides the choice. */
    static class WithShards extends AbstractRoutingDataSource {
        @Override
        protected Object determineCurrentLookupKey() {
            return "east";
        }

        Connection ofShard(String key) throws SQLException {
            return Objects.requireNonNull(getResolvedDataSources().get(key)).getConnection();
        }
    }

    @Test
    void what_a_method_of_the_routing_gives_is_captured_where_its_target_takes_part() {
        Supplier<DataSource> made = () -> {
            var shards = new WithShards();
            shards.setTargetDataSources(Map.of("east", east, "west", west));
            shards.afterPropertiesSet();
            return shards;
        };
        over(made, (context, template, database) -> {
            WithShards shards = (WithShards) context.getBean(DataSource.class);

            assertThatThrownBy(() -> template.execute(MOVE, () -> {
                        try (Connection connection = shards.ofShard("west");
                                Statement statement = connection.createStatement()) {
                            statement.executeUpdate("UPDATE stock SET amount = 7");
                        }
                        assertThat(undoLogs(west)).isEqualTo(1);
                        throw new IllegalStateException("changed our mind");
                    }))
                    .hasMessage("changed our mind");
            assertThat(amount(west)).isEqualTo(10);
        });
    }

    @Test
    void a_target_that_the_routing_looks_up_by_itself_is_refused_inside_a_global_transaction_unless_it_was_wrapped() {
        over(OwnLookup::new, (context, template, database) -> {
            OwnLookup routing = context.getBean(OwnLookup.class);
            routing.register("west", west);
            routing.goTo("west");

            database.update("UPDATE stock SET amount = amount + 1 WHERE id = 1");
            assertThat(amount(west)).isEqualTo(11);
            assertRefused(template, database);
            assertThat(amount(west)).isEqualTo(11);

            routing.register("west", context.getBean(ResourceManager.class).wrap(west));
            assertThatThrownBy(() -> template.execute(MOVE, () -> {
                        database.update("UPDATE stock SET amount = 0 WHERE id = 1");
                        throw new IllegalStateException("changed our mind");
                    }))
                    .hasMessage("changed our mind");
            assertThat(amount(west)).isEqualTo(11);
        });
    }

    /** Has no targets that Spring would resolve. */
    static class WithoutTargets extends OwnLookup {
        @Override
        public void afterPropertiesSet() {}
    }

    @Test
    void a_routing_that_looks_all_its_targets_up_by_itself_lets_the_application_start_and_is_guarded() {
        contexts().withBean(DataSource.class, WithoutTargets::new).run(context -> {
            assertThat(context).hasNotFailed();
            WithoutTargets routing = context.getBean(WithoutTargets.class);
            routing.register("west", west);
            routing.goTo("west");
            GlobalTransactionTemplate template = template(context);
            JdbcTemplate database = new JdbcTemplate(context.getBean(DataSource.class));

            assertRefused(template, database);
            routing.register("west", context.getBean(ResourceManager.class).wrap(west));
            template.execute(MOVE, () -> database.update("UPDATE stock SET amount = 13 WHERE id = 1"));
            assertThat(amount(west)).isEqualTo(13);
        });
    }

    /** Shows targets of its own making, and makes them once. */
    static final class MadeOnce extends OwnLookup {
        @Override
        public void afterPropertiesSet() {
            if (!tenants.isEmpty()) {
                throw new IllegalStateException("made already");
            }
            register("west", StockDatabase.create());
        }

        @Override
        public Map<Object, DataSource> getResolvedDataSources() {
            return Map.copyOf(tenants);
        }
    }

    @Test
    void a_routing_whose_targets_cannot_be_replaced_stops_the_start_with_what_to_do() {
        contexts()
                .withBean("tenants", DataSource.class, MadeOnce::new)
                .run(context -> assertThat(context)
                        .getFailure()
                        .cause()
                        .isInstanceOf(SeataConfigurationException.class)
                        .hasMessageContaining("'tenants'")
                        .hasMessageContaining("cannot take part in global transactions"));
    }

    @Test
    void a_target_that_was_added_while_the_application_runs_is_refused_inside_a_global_transaction() {
        over(OwnLookup::new, (context, template, database) -> {
            OwnLookup routing = context.getBean(OwnLookup.class);
            Map<Object, Object> all = new HashMap<>(routing.getResolvedDataSources());
            all.put("west", west);
            routing.setTargetDataSources(all);
            routing.afterPropertiesSet();

            routing.goTo("west");
            assertRefused(template, database);
            assertThat(amount(west)).isEqualTo(10);
            routing.goTo("east");
            template.execute(MOVE, () -> database.update("UPDATE stock SET amount = 7 WHERE id = 1"));
            assertThat(amount(east)).isEqualTo(7);
        });
    }

    @Test
    void behind_a_lazy_proxy_it_is_refused_at_the_first_statement() {
        over(() -> new LazyConnectionDataSourceProxy(routing(new OwnLookup())), (context, template, database) -> {
            OwnLookup routing = (OwnLookup)
                    context.getBean(LazyConnectionDataSourceProxy.class).getTargetDataSource();
            assertThat(routing).isNotNull();
            routing.register("west", west);
            routing.goTo("west");

            assertRefused(template, database);
            assertThat(amount(west)).isEqualTo(10);
        });
    }

    @Test
    void a_target_that_was_left_out_on_purpose_is_not_refused() {
        contexts()
                .withPropertyValues("seata.excludes-for-auto-proxying=west")
                .withBean("west", DataSource.class, () -> west)
                .withBean("routing", OwnLookup.class, () -> {
                    var routing = new OwnLookup();
                    routing.register("west", west);
                    return routing(routing);
                })
                .run(context -> {
                    context.getBean(OwnLookup.class).goTo("west");
                    JdbcTemplate database = new JdbcTemplate(context.getBean("routing", DataSource.class));
                    template(context).execute(MOVE, () -> database.update("UPDATE stock SET amount = 13 WHERE id = 1"));

                    assertThat(amount(west)).isEqualTo(13);
                    assertThat(undoLogs(west)).isZero();
                });
    }

    /** A proxy would run such a method on itself, and not on the routing. */
    static final class Final extends OwnLookup {}

    @Test
    void a_routing_that_cannot_be_proxied_is_guarded_all_the_same() {
        Final routing = new Final();
        over(() -> routing(routing), (context, template, database) -> {
            routing.register("west", west);
            routing.goTo("west");

            assertRefused(template, database);
            assertThat(context.getBean(DataSource.class).unwrap(AbstractRoutingDataSource.class))
                    .isSameAs(routing);
        });
    }

    /** Chooses among several databases as other libraries do it: without a class of Spring's, and speaking for the one at hand. */
    static class OfAnotherLibrary extends AbstractDataSource {
        final Map<String, DataSource> all = new ConcurrentHashMap<>();
        String here = "";

        void register(String name, DataSource database) {
            all.put(name, database);
        }

        void goTo(String name) {
            here = name;
        }

        DataSource now() {
            return Objects.requireNonNull(all.get(here));
        }

        @Override
        public Connection getConnection() throws SQLException {
            return now().getConnection();
        }

        @Override
        public Connection getConnection(String username, String password) throws SQLException {
            return now().getConnection(username, password);
        }

        @Override
        public <T> T unwrap(Class<T> type) throws SQLException {
            return type.isInstance(this)
                    ? type.cast(this)
                    : type.isInstance(now()) ? type.cast(now()) : now().unwrap(type);
        }

        @Override
        public boolean isWrapperFor(Class<?> type) throws SQLException {
            return type.isInstance(this) || type.isInstance(now()) || now().isWrapperFor(type);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OneOfTwoWrapped {
        @Bean
        OfAnotherLibrary routing(
                ResourceManager resourceManager,
                @Qualifier("theEast") Supplier<DataSource> east,
                @Qualifier("theWest") Supplier<DataSource> west) {
            var routing = new OfAnotherLibrary();
            routing.register("east", resourceManager.wrap(east.get()));
            routing.register("west", west.get());
            routing.goTo("east");
            return routing;
        }
    }

    private void overOneOfTwoWrapped(BiConsumer<OfAnotherLibrary, GlobalTransactionTemplate> steps) {
        contexts()
                .withBean("theEast", Supplier.class, () -> (Supplier<DataSource>) () -> east)
                .withBean("theWest", Supplier.class, () -> (Supplier<DataSource>) () -> west)
                .withUserConfiguration(OneOfTwoWrapped.class)
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    steps.accept(context.getBean(OfAnotherLibrary.class), template(context));
                });
    }

    @Test
    void of_a_routing_of_another_library_the_target_that_nobody_wrapped_is_refused_inside_a_global_transaction() {
        overOneOfTwoWrapped((routing, template) -> {
            JdbcTemplate database = new JdbcTemplate(routing);
            assertThatThrownBy(() -> template.execute(MOVE, () -> {
                        database.update("UPDATE stock SET amount = 0 WHERE id = 1");
                        throw new IllegalStateException("changed our mind");
                    }))
                    .hasMessage("changed our mind");
            assertThat(amount(east)).isEqualTo(10);

            routing.goTo("west");
            assertRefused(template, database);
            assertThat(amount(west)).isEqualTo(10);
            database.update("UPDATE stock SET amount = amount + 1 WHERE id = 1");
            assertThat(amount(west)).isEqualTo(11);
        });
    }

    @Test
    void a_connection_of_such_a_target_that_was_taken_before_runs_nothing_inside_a_global_transaction() {
        overOneOfTwoWrapped((routing, template) -> {
            routing.goTo("west");
            try (Connection connection = routing.getConnection();
                    PreparedStatement prepared =
                            connection.prepareStatement("UPDATE stock SET amount = 0 WHERE id = 1");
                    Statement plain =
                            connection.createStatement(ResultSet.TYPE_SCROLL_SENSITIVE, ResultSet.CONCUR_UPDATABLE);
                    ResultSet rows = plain.executeQuery("SELECT id, amount FROM stock")) {
                assertThat(rows.next()).isTrue();
                rows.updateInt(2, 0);

                template.execute(MOVE, () -> {
                    assertRefused(prepared::executeUpdate);
                    assertRefused(rows::updateRow);
                    assertRefused(() -> rows.getStatement().execute("UPDATE stock SET amount = 0 WHERE id = 1"));
                    assertRefused(() -> connection
                            .createStatement()
                            .getConnection()
                            .createStatement()
                            .execute("UPDATE stock SET amount = 0 WHERE id = 1"));
                    return null;
                });
                assertThat(amount(west)).isEqualTo(10);

                rows.updateRow();
                assertThat(amount(west)).isZero();
                assertThat(connection).isEqualTo(prepared.getConnection()).isNotEqualTo(prepared);
                assertThat(connection.unwrap(JdbcConnection.class)).isNotNull();
                assertThatThrownBy(() -> plain.execute("nonsense")).isInstanceOf(SQLException.class);
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void a_target_of_such_a_routing_that_was_left_out_on_purpose_is_not_refused() {
        contexts()
                .withPropertyValues("seata.excludes-for-auto-proxying=west")
                .withBean("west", DataSource.class, () -> west)
                .withBean("theEast", Supplier.class, () -> (Supplier<DataSource>) () -> east)
                .withBean("theWest", Supplier.class, () -> (Supplier<DataSource>) () -> west)
                .withUserConfiguration(OneOfTwoWrapped.class)
                .run(context -> {
                    OfAnotherLibrary routing = context.getBean(OfAnotherLibrary.class);
                    routing.goTo("west");
                    template(context)
                            .execute(
                                    MOVE,
                                    () -> new JdbcTemplate(routing)
                                            .update("UPDATE stock SET amount = 13 WHERE id = 1"));

                    assertThat(amount(west)).isEqualTo(13);
                });
    }

    @Configuration(proxyBeanMethods = false)
    static class LedToTheRawOneAtFirst extends OneOfTwoWrapped {
        @Bean
        @Override
        OfAnotherLibrary routing(
                ResourceManager resourceManager,
                @Qualifier("theEast") Supplier<DataSource> east,
                @Qualifier("theWest") Supplier<DataSource> west) {
            OfAnotherLibrary routing = super.routing(resourceManager, east, west);
            routing.goTo("west");
            return routing;
        }
    }

    @Test
    void one_that_takes_part_as_a_whole_and_leads_to_a_wrapped_target_captures_what_is_written_there_once() {
        contexts()
                .withBean("theEast", Supplier.class, () -> (Supplier<DataSource>) () -> east)
                .withBean("theWest", Supplier.class, () -> (Supplier<DataSource>) () -> west)
                .withUserConfiguration(LedToTheRawOneAtFirst.class)
                .run(context -> {
                    DataSource whole = context.getBean(DataSource.class);
                    whole.unwrap(OfAnotherLibrary.class).goTo("east");

                    assertThatThrownBy(() -> template(context).execute(MOVE, () -> {
                                new JdbcTemplate(whole).update("UPDATE stock SET amount = 0 WHERE id = 1");
                                assertThat(undoLogs(east)).isEqualTo(1);
                                throw new IllegalStateException("changed our mind");
                            }))
                            .hasMessage("changed our mind");
                    assertThat(amount(east)).isEqualTo(10);
                });
    }

    private static void assertRefused(ThrowableAssert.ThrowingCallable statement) {
        assertThatThrownBy(statement)
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("led to a target that does not take part in global transactions")
                .hasMessageContaining("the statement was not run");
    }

    private interface Steps {
        void run(AssertableApplicationContext context, GlobalTransactionTemplate template, JdbcTemplate database)
                throws SQLException;
    }

    /** An application whose one data source leads to the east unless its routing knows better. */
    private void over(Supplier<? extends DataSource> dataSource, Steps steps) {
        contexts()
                .withBean(DataSource.class, () -> {
                    DataSource made = dataSource.get();
                    return made instanceof OwnLookup routing ? routing(routing) : made;
                })
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    steps.run(context, template(context), new JdbcTemplate(context.getBean(DataSource.class)));
                });
    }

    private ApplicationContextRunner contexts() {
        return Contexts.on(client);
    }

    private GlobalTransactionTemplate template(AssertableApplicationContext context) {
        return context.getBean(GlobalTransactionTemplate.class);
    }

    private OwnLookup routing(OwnLookup routing) {
        routing.setTargetDataSources(Map.of("east", east));
        routing.setDefaultTargetDataSource(east);
        routing.afterPropertiesSet();
        return routing;
    }

    private static void assertRefused(GlobalTransactionTemplate template, JdbcTemplate database) {
        assertThatThrownBy(
                        () -> template.execute(MOVE, () -> database.update("UPDATE stock SET amount = 0 WHERE id = 1")))
                .hasStackTraceContaining("led to a target that does not take part in global transactions")
                .hasStackTraceContaining("ResourceManager.wrap");
    }

    private void move(JdbcTemplate database) {
        here = "east";
        database.update("UPDATE stock SET amount = amount - 3 WHERE id = 1");
        here = "west";
        database.update("UPDATE stock SET amount = amount + 3 WHERE id = 1");
    }

    private DataSource lazyAroundBoth() {
        var routing = new AbstractRoutingDataSource() {
            @Override
            protected @Nullable Object determineCurrentLookupKey() {
                return here;
            }
        };
        routing.setTargetDataSources(Map.of("east", east, "west", west));
        routing.setDefaultTargetDataSource(east);
        routing.afterPropertiesSet();
        return new LazyConnectionDataSourceProxy(routing);
    }
}
