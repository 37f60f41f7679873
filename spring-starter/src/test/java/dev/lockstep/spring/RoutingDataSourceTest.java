package dev.lockstep.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lockstep.rm.ResourceManager;
import dev.lockstep.testing.memory.InMemoryClient;
import dev.lockstep.testing.memory.InMemoryCoordinator;
import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.GlobalTransactionTemplate;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;

/** A lazy data source that leads to two databases, each a resource of its own. */
class RoutingDataSourceTest {

    private static final GlobalTransactionDefinition MOVE = GlobalTransactionDefinition.named("move");

    private final InMemoryCoordinator tc = InMemoryCoordinator.open();
    private final InMemoryClient client = tc.connect("shop");
    private final DataSource east = database();
    private final DataSource west = database();
    private String here = "east";

    @AfterEach
    void close() {
        tc.close();
    }

    @Test
    void a_global_transaction_over_both_targets_is_undone_in_both_or_stays_in_both() {
        Contexts.unconfigured()
                .withPropertyValues("spring.application.name=shop")
                .withBean(InMemoryClient.class, () -> client)
                .withBean(DataSource.class, this::lazyAroundBoth)
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    ResourceManager resourceManager = context.getBean(ResourceManager.class);
                    client.open(resourceManager, resourceManager);
                    GlobalTransactionTemplate template = context.getBean(GlobalTransactionTemplate.class);
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

    private static DataSource database() {
        var database = new JdbcDataSource();
        database.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        new ResourceDatabasePopulator(new ClassPathResource("dev/lockstep/rm/undo_log/h2.sql")).execute(database);
        JdbcTemplate template = new JdbcTemplate(database);
        template.execute("CREATE TABLE stock (id INT PRIMARY KEY, amount INT)");
        template.execute("INSERT INTO stock VALUES (1, 10)");
        return database;
    }

    private static @Nullable Integer amount(DataSource database) {
        return new JdbcTemplate(database).queryForObject("SELECT amount FROM stock", Integer.class);
    }

    private static int undoLogs(DataSource database) {
        Integer count = new JdbcTemplate(database).queryForObject("SELECT COUNT(*) FROM undo_log", Integer.class);
        return count == null ? 0 : count;
    }
}
