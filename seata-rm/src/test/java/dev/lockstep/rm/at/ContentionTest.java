package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.rm.ResourceManagerOptions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Many threads on few rows, half of them rolling back. */
final class ContentionTest {

    private static final int THREADS = 8;
    private static final int TRANSFERS = 25;
    private static final int ACCOUNTS = 4;

    @Test
    void the_sum_over_all_accounts_never_changes() throws Exception {
        long seed = new Random().nextLong();
        ResourceManagerOptions options = ResourceManagerOptions.builder()
                .lockRetryLimit(Duration.ofMillis(300))
                .build();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try (Rig rig = new Rig("", options)) {
            rig.plain("CREATE TABLE account (id INT PRIMARY KEY, amount INT)");
            rig.plain("INSERT INTO account SELECT x, 100 FROM SYSTEM_RANGE(1, " + ACCOUNTS + ")");
            AtomicInteger committed = new AtomicInteger();
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                Random random = new Random(seed + thread);
                running.add(threads.submit(() -> {
                    for (int i = 0; i < TRANSFERS; i++) {
                        if (transfer(rig, random)) {
                            committed.incrementAndGet();
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> one : running) {
                one.get(60, TimeUnit.SECONDS);
            }
            await().until(() ->
                    rig.tc.transactions().isEmpty() && rig.undoLogs() == 0 && rig.raw.openConnections() == 0);

            assertThat(rig.number("SELECT SUM(amount) FROM account"))
                    .as("seed %d, %d committed", seed, committed.get())
                    .isEqualTo(100L * ACCOUNTS);
            assertThat(committed.get()).isPositive();
            assertThat(rig.tc.locks()).isEmpty();
            assertThat(rig.raw.openConnections()).isZero();
        } finally {
            threads.shutdownNow();
        }
    }

    /** Two branches, so that the second sees the first's global lock; gives whether it was committed. */
    private static boolean transfer(Rig rig, Random random) throws Exception {
        int from = 1 + random.nextInt(ACCOUNTS);
        int to = 1 + random.nextInt(ACCOUNTS);
        int amount = random.nextInt(10);
        boolean wanted = random.nextBoolean();
        boolean autoCommit = random.nextBoolean();
        try {
            rig.committed(() -> {
                add(rig, autoCommit, from, -amount);
                add(rig, autoCommit, to, amount);
                if (!wanted) {
                    throw new Rig.Oops();
                }
            });
            return true;
        } catch (Rig.Oops | SQLException planned) {
            // Rolled back, as wanted or because of a conflict.
            return false;
        }
    }

    private static void add(Rig rig, boolean autoCommit, int account, int amount) throws SQLException {
        try (Connection connection = rig.managed.getConnection()) {
            connection.setAutoCommit(autoCommit);
            Rig.update(connection, "UPDATE account SET amount = amount + ? WHERE id = ?", amount, account);
            if (!autoCommit) {
                connection.commit();
            }
        }
    }
}
