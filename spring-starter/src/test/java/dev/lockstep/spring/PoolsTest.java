package dev.lockstep.spring;

import static dev.lockstep.spring.StockDatabase.amount;
import static dev.lockstep.spring.StockDatabase.undoLogs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.alibaba.druid.pool.DruidDataSource;
import com.zaxxer.hikari.HikariDataSource;
import dev.lockstep.testing.memory.InMemoryClient;
import dev.lockstep.testing.memory.InMemoryCoordinator;
import dev.lockstep.tm.GlobalLockScope;
import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.GlobalTransactionTemplate;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import javax.sql.DataSource;
import javax.sql.XADataSource;
import org.apache.commons.dbcp2.BasicDataSource;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.h2.jdbcx.JdbcDataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/** Pools of other libraries, each a bean of its own class and injected as such. */
class PoolsTest {

    private static final GlobalTransactionDefinition SELL = GlobalTransactionDefinition.named("sell");

    private final InMemoryCoordinator tc = InMemoryCoordinator.open();
    private final InMemoryClient client = tc.connect("shop");

    @AfterEach
    void close() {
        tc.close();
    }

    /** A kind of pool, made over a database in memory. */
    private record Pool<T extends DataSource>(Class<T> type, Function<String, T> over) {
        @Override
        public String toString() {
            return type.getName();
        }
    }

    private static final Pool<HikariDataSource> HIKARI = new Pool<>(HikariDataSource.class, url -> {
        var pool = new HikariDataSource();
        pool.setJdbcUrl(url);
        return pool;
    });

    private static final Pool<DruidDataSource> DRUID = new Pool<>(DruidDataSource.class, url -> {
        var pool = new DruidDataSource();
        pool.setUrl(url);
        return pool;
    });

    private static final Pool<BasicDataSource> DBCP = new Pool<>(BasicDataSource.class, url -> {
        var pool = new BasicDataSource();
        pool.setUrl(url);
        return pool;
    });

    private static final Pool<org.apache.tomcat.jdbc.pool.DataSource> TOMCAT =
            new Pool<>(org.apache.tomcat.jdbc.pool.DataSource.class, url -> {
                var pool = new org.apache.tomcat.jdbc.pool.DataSource();
                pool.setUrl(url);
                return pool;
            });

    static List<Pool<?>> pools() {
        return List.of(HIKARI, DRUID, DBCP, TOMCAT);
    }

    @ParameterizedTest
    @MethodSource("pools")
    <T extends DataSource> void a_write_through_a_pool_that_is_injected_by_its_class_is_undone(Pool<T> pool) {
        run(pool, (context, database) -> {
            JdbcTemplate stock = new JdbcTemplate(context.getBean(pool.type()));

            assertThatThrownBy(() -> template(context).execute(SELL, () -> {
                        stock.update("UPDATE stock SET amount = amount - 3 WHERE id = 1");
                        assertThat(undoLogs(database)).isEqualTo(1);
                        throw new IllegalStateException("changed our mind");
                    }))
                    .hasMessage("changed our mind");

            assertThat(amount(database)).isEqualTo(10);
        });
    }

    /** An interface of the application's own, which the bean is declared and injected as. */
    interface XaPool extends DataSource, XADataSource {}

    private static final Pool<XaPool> XA = new Pool<>(XaPool.class, url -> {
        JdbcDataSource database = StockDatabase.at(url);
        return (XaPool) Proxy.newProxyInstance(
                PoolsTest.class.getClassLoader(),
                new Class<?>[] {XaPool.class},
                (proxy, method, arguments) -> method.invoke(database, arguments));
    });

    /** As pools with labels have it, and such that promise a connection without an exception. */
    interface OwnPool extends DataSource {
        Connection getConnection(int label) throws SQLException;

        CompletionStage<Connection> later();
    }

    private static final Pool<OwnPool> OWN = new Pool<>(OwnPool.class, url -> {
        JdbcDataSource database = StockDatabase.at(url);
        return (OwnPool) Proxy.newProxyInstance(
                PoolsTest.class.getClassLoader(),
                new Class<?>[] {OwnPool.class},
                (proxy, method, arguments) -> method.getName().equals("later")
                        ? CompletableFuture.completedFuture(database.getConnection())
                        : method.getDeclaringClass() == OwnPool.class
                                ? database.getConnection()
                                : method.invoke(database, arguments));
    });

    @Test
    void a_connection_taken_that_way_before_the_global_transaction_writes_nothing_inside() {
        run(OWN, (context, database) -> {
            try (Connection early = context.getBean(OwnPool.class).getConnection(7);
                    Statement statement = early.createStatement()) {
                assertThat(statement.executeUpdate("UPDATE stock SET amount = 9"))
                        .isEqualTo(1);

                template(context)
                        .execute(
                                SELL,
                                () -> assertThatThrownBy(() -> statement.executeUpdate("UPDATE stock SET amount = 0"))
                                        .isInstanceOf(SQLFeatureNotSupportedException.class)
                                        .hasMessageContaining("seata.excludes-for-auto-proxying=pool."));
            }
            assertThat(amount(database)).isEqualTo(9);
        });
    }

    @Test
    void the_connections_in_use_can_be_looked_at_inside() {
        run(DRUID, (context, database) -> {
            DruidDataSource pool = context.getBean(DruidDataSource.class);

            assertThat(template(context).execute(SELL, pool::getActiveConnections))
                    .isEmpty();
        });
    }

    private interface Taking<T> {
        @Nullable
        Object from(T pool) throws Exception;
    }

    /** A method of a pool that gives connections past {@code getConnection()}. */
    private record Way<T extends DataSource>(Pool<T> pool, String method, Taking<T> taking) {
        @Override
        public String toString() {
            return method + " of " + pool;
        }
    }

    static List<Way<?>> waysPastGetConnection() {
        return List.of(
                new Way<>(DRUID, "getConnection", pool -> pool.getConnection(1000)),
                new Way<>(DRUID, "getConnectionDirect", pool -> pool.getConnectionDirect(1000)),
                new Way<>(DRUID, "tryGetConnection", DruidDataSource::tryGetConnection),
                new Way<>(DRUID, "getPooledConnection", DruidDataSource::getPooledConnection),
                new Way<>(TOMCAT, "getPooledConnection", pool -> pool.getPooledConnection()),
                new Way<>(TOMCAT, "getConnectionAsync", pool -> pool.getConnectionAsync()),
                new Way<>(XA, "getXAConnection", XaPool::getXAConnection),
                new Way<>(OWN, "getConnection", pool -> pool.getConnection(7)),
                new Way<>(OWN, "later", OwnPool::later));
    }

    @ParameterizedTest
    @MethodSource("waysPastGetConnection")
    <T extends DataSource> void another_way_to_a_connection_is_open_outside_and_refused_inside(Way<T> way) {
        run(way.pool(), (context, database) -> {
            T pool = context.getBean(way.pool().type());

            way.taking().from(pool);
            template(context)
                    .execute(SELL, () -> assertRefused(way, () -> way.taking().from(pool)));
            GlobalLockScope.execute(
                    null, () -> assertRefused(way, () -> way.taking().from(pool)));
        });
    }

    private static AbstractThrowableAssert<?, ?> assertRefused(Way<?> way, ThrowingCallable taking) {
        return assertThatThrownBy(taking)
                .satisfies(
                        refused -> assertThat(refused instanceof IllegalStateException ? refused.getCause() : refused)
                                .isInstanceOf(SQLFeatureNotSupportedException.class))
                .hasMessageContaining("DataSource 'pool': what its method " + way.method() + " gives takes no part")
                .hasMessageContaining("seata.excludes-for-auto-proxying=pool.");
    }

    private interface Steps {
        void run(AssertableApplicationContext context, DataSource database) throws Exception;
    }

    private <T extends DataSource> void run(Pool<T> pool, Steps steps) {
        JdbcDataSource database = StockDatabase.create();
        Contexts.on(client)
                .withPropertyValues("seata.use-jdk-proxy=false")
                .withBean("pool", pool.type(), () -> pool.over().apply(database.getURL()))
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    steps.run(context, database);
                });
    }

    private static GlobalTransactionTemplate template(AssertableApplicationContext context) {
        return context.getBean(GlobalTransactionTemplate.class);
    }
}
