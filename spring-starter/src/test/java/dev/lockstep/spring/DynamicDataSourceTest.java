package dev.lockstep.spring;

import static dev.lockstep.spring.StockDatabase.amount;
import static dev.lockstep.spring.StockDatabase.undoLogs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.baomidou.dynamic.datasource.DynamicRoutingDataSource;
import com.baomidou.dynamic.datasource.ds.ItemDataSource;
import com.baomidou.dynamic.datasource.spring.boot.autoconfigure.DynamicDataSourceAutoConfiguration;
import com.baomidou.dynamic.datasource.toolkit.DynamicDataSourceContextHolder;
import com.zaxxer.hikari.HikariDataSource;
import dev.lockstep.testing.memory.InMemoryClient;
import dev.lockstep.testing.memory.InMemoryCoordinator;
import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.GlobalTransactionTemplate;
import java.time.Duration;
import java.util.function.BiConsumer;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.jdbc.core.JdbcTemplate;

/** With baomidou's library as it is, its pools made from properties. */
class DynamicDataSourceTest {

    private static final GlobalTransactionDefinition MOVE = GlobalTransactionDefinition.named("move");

    private final InMemoryCoordinator tc = InMemoryCoordinator.open();
    private final InMemoryClient client = tc.connect("shop");
    private final JdbcDataSource east = StockDatabase.create();
    private final JdbcDataSource west = StockDatabase.create();

    @AfterEach
    void close() {
        tc.close();
    }

    @Test
    void a_global_transaction_over_its_databases_is_undone_in_both_or_stays_in_both() {
        run((routing, template) -> {
            JdbcTemplate database = new JdbcTemplate(routing);

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

    @Test
    void a_database_that_is_added_later_is_refused_inside_a_global_transaction_unless_it_was_wrapped() {
        run((routing, template) -> {
            DataSource north = StockDatabase.create();
            JdbcTemplate database = new JdbcTemplate(routing);
            routing.addDataSource("north", north);

            at("north", database, "UPDATE stock SET amount = 11 WHERE id = 1");
            assertThatThrownBy(() -> template.execute(MOVE, () -> {
                        at("north", database, "UPDATE stock SET amount = 0 WHERE id = 1");
                        return null;
                    }))
                    .hasStackTraceContaining("led to a target that does not take part in global transactions");
            assertThat(amount(north)).isEqualTo(11);
        });
    }

    @Test
    void its_pools_are_closed_with_the_application() {
        run((routing, template) ->
                pool = (HikariDataSource) item(routing, "east").getRealDataSource());

        assertThat(pool.isClosed()).isTrue();
    }

    private HikariDataSource pool = new HikariDataSource();

    private static ItemDataSource item(DynamicRoutingDataSource routing, String name) {
        return (ItemDataSource) routing.getDataSource(name);
    }

    private void run(BiConsumer<DynamicRoutingDataSource, GlobalTransactionTemplate> steps) {
        Contexts.on(client)
                .withConfiguration(AutoConfigurations.of(DynamicDataSourceAutoConfiguration.class))
                .withPropertyValues(
                        "spring.datasource.dynamic.primary=east",
                        "spring.datasource.dynamic.datasource.east.type=" + HikariDataSource.class.getName(),
                        "spring.datasource.dynamic.datasource.east.url=" + east.getURL(),
                        "spring.datasource.dynamic.datasource.east.driver-class-name=org.h2.Driver",
                        "spring.datasource.dynamic.datasource.west.type=" + HikariDataSource.class.getName(),
                        "spring.datasource.dynamic.datasource.west.url=" + west.getURL(),
                        "spring.datasource.dynamic.datasource.west.driver-class-name=org.h2.Driver")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    steps.accept(
                            context.getBean(DynamicRoutingDataSource.class),
                            context.getBean(GlobalTransactionTemplate.class));
                });
    }

    private static void move(JdbcTemplate database) {
        at("east", database, "UPDATE stock SET amount = amount - 3 WHERE id = 1");
        at("west", database, "UPDATE stock SET amount = amount + 3 WHERE id = 1");
    }

    private static void at(String name, JdbcTemplate database, String sql) {
        DynamicDataSourceContextHolder.push(name);
        try {
            database.update(sql);
        } finally {
            DynamicDataSourceContextHolder.poll();
        }
    }
}
