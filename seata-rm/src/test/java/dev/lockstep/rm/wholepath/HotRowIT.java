package dev.lockstep.rm.wholepath;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.lockstep.rm.ResourceManager;
import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import dev.lockstep.testing.database.TestDatabase;
import dev.lockstep.testing.tc.SharedTc;
import dev.lockstep.testing.tc.TcServer;
import dev.lockstep.tm.GlobalTransactionDefinition;
import io.seata.core.model.BranchType;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Fifty callers want one row, in local transactions of their own making, through ten connections. */
final class HotRowIT {

    private static final int CALLERS = 50;
    private static final int CONNECTIONS = 10;
    /** The default of {@code lockRetryLimit}. */
    private static final Duration LOCK_BUDGET = Duration.ofMillis(1500);
    /** How long a connection is held at most: those before it in the queue for the row may each use up their budget. */
    private static final Duration HELD = LOCK_BUDGET.multipliedBy(CONNECTIONS);
    /** Nobody is refused a connection: so many hold one before the last caller does. */
    private static final Duration POOL_TIMEOUT = HELD.multipliedBy(CALLERS / CONNECTIONS);
    /** For begin, registration and end, on a machine that has other things to do as well. */
    private static final Duration ROUND_TRIPS = Duration.ofSeconds(10);

    private record Outcome(Duration took, @Nullable Exception failure) {}

    @Test
    void each_caller_ends_in_time_with_success_or_a_transient_error_and_every_connection_comes_back(
            @SharedDatabase(DatabaseKind.MARIADB) DatabaseServer server, @SharedTc("1.8.0") TcServer tc)
            throws Exception {
        String run = UUID.randomUUID().toString().substring(0, 8);
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        try (TestDatabase database = server.createDatabase();
                HikariDataSource pool = pool(database);
                Application application = new Application("hot-row-" + run, tc.address())) {
            DataSource managed = application.resourceManager.wrap(pool);
            Application.Database raw = new Application.Database(pool, managed);
            raw.plain(undoLogScript());
            raw.plain("CREATE TABLE counter (id INT PRIMARY KEY, amount INT NOT NULL)");
            raw.plain("INSERT INTO counter VALUES (1, 0)");
            CountDownLatch all = new CountDownLatch(CALLERS);
            List<Future<Outcome>> running = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                running.add(callers.submit(() -> {
                    all.countDown();
                    all.await();
                    return count(application, managed);
                }));
            }
            int succeeded = 0;
            for (Future<Outcome> one : running) {
                Outcome outcome = one.get(120, TimeUnit.SECONDS);
                assertThat(outcome.took())
                        .as("%s", outcome.failure())
                        .isLessThan(POOL_TIMEOUT.plus(HELD).plus(ROUND_TRIPS));
                if (outcome.failure() == null) {
                    succeeded++;
                } else {
                    assertThat(outcome.failure())
                            .isInstanceOfSatisfying(
                                    SQLException.class,
                                    failure -> assertThat(failure.getSQLState()).startsWith("40"));
                }
            }

            assertThat(raw.number("SELECT amount FROM counter WHERE id = 1")).isEqualTo(succeeded);
            assertThat(succeeded).isPositive();
            await().atMost(Duration.ofSeconds(20)).until(() -> raw.undoRows() == 0);
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> pool.getHikariPoolMXBean().getActiveConnections() == 0);
            assertThat(application.rpc.lockQuery(BranchType.AT, database.url(), "", "counter:1"))
                    .isTrue();
        } finally {
            callers.shutdownNow();
        }
    }

    private static Outcome count(Application application, DataSource managed) {
        long began = System.nanoTime();
        @Nullable Exception failure = null;
        try {
            application.template.execute(
                    GlobalTransactionDefinition.named("count").withTimeout(Duration.ofMinutes(5)), () -> {
                        try (Connection connection = managed.getConnection()) {
                            connection.setAutoCommit(false);
                            Application.Database.update(
                                    connection, "UPDATE counter SET amount = amount + 1 WHERE id = 1");
                            connection.commit();
                        }
                        return null;
                    });
        } catch (Exception e) {
            failure = e;
        }
        return new Outcome(Duration.ofNanos(System.nanoTime() - began), failure);
    }

    private static HikariDataSource pool(TestDatabase database) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(database.url());
        config.setUsername(database.user());
        config.setPassword(database.password());
        config.setMaximumPoolSize(CONNECTIONS);
        config.setConnectionTimeout(POOL_TIMEOUT.toMillis());
        return new HikariDataSource(config);
    }

    private static String undoLogScript() throws Exception {
        try (InputStream script = ResourceManager.class.getResourceAsStream("undo_log/mysql.sql")) {
            return new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
