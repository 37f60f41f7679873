package dev.lockstep.rm;

import static dev.lockstep.testing.junit.CoordinatedTransactionAssert.assertThatLastTransaction;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.rm.event.ResourceState;
import dev.lockstep.rm.jdbc.DelegatingDataSource;
import dev.lockstep.testing.junit.InMemoryTc;
import dev.lockstep.testing.memory.InMemoryClient;
import dev.lockstep.testing.memory.InMemoryCoordinator;
import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.GlobalTransactionTemplate;
import dev.lockstep.tm.GlobalTransactions;
import dev.lockstep.tm.TmOptions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An application that has more urgent work at its start than its databases. */
class DatabasesReachedLaterTest {

    private final AtomicInteger connections = new AtomicInteger();
    private final JdbcDataSource h2 = new JdbcDataSource();
    private final DataSource orders = new DelegatingDataSource(h2) {
        @Override
        protected Connection wrap(Connection connection) {
            connections.incrementAndGet();
            return connection;
        }
    };
    private InMemoryClient client;
    private ResourceManager resourceManager;

    @BeforeEach
    void open(@InMemoryTc InMemoryCoordinator tc) {
        h2.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        client = tc.connect("shop");
        resourceManager = new ResourceManager(
                client,
                client,
                ResourceManagerOptions.builder().reachAtOnce(false).build());
        client.open(resourceManager, resourceManager);
    }

    @AfterEach
    void close() {
        resourceManager.close();
    }

    @Test
    void a_wrapped_data_source_is_left_alone_until_databases_are_to_be_reached() {
        DataSource wrapped = resourceManager.wrap(orders);
        await().during(Duration.ofMillis(200)).until(() -> connections.get() == 0);

        resourceManager.reachDatabases();

        await().untilAsserted(() -> assertThat(resourceManager.resources())
                .extracting(ResourceState::resourceId)
                .singleElement()
                .asString()
                .startsWith(h2.getURL().split(";")[0]));
        assertThat(wrapped).isNotSameAs(orders);
    }

    @Test
    void a_data_source_that_is_wrapped_after_that_is_reached_at_once() {
        resourceManager.reachDatabases();

        DataSource wrapped = resourceManager.wrap(orders);

        await().until(() -> resourceManager.resources().size() == 1);
        assertThat(wrapped).isNotSameAs(orders);
    }

    @Test
    void a_global_transaction_that_comes_earlier_reaches_its_database(@InMemoryTc InMemoryCoordinator tc)
            throws SQLException {
        execute(orders, "RUNSCRIPT FROM 'classpath:dev/lockstep/rm/undo_log/h2.sql'");
        execute(orders, "CREATE TABLE stock (item VARCHAR(20) PRIMARY KEY, amount INT)");
        DataSource wrapped = resourceManager.wrap(orders);
        var template = new GlobalTransactionTemplate(new GlobalTransactions(client, TmOptions.of("shop", "group")));

        template.execute(GlobalTransactionDefinition.named("delivery"), () -> {
            execute(wrapped, "INSERT INTO stock VALUES ('bike', 10)");
            return null;
        });

        assertThatLastTransaction(tc).isCommitted().hasBranches(1);
    }

    private static void execute(DataSource database, String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
