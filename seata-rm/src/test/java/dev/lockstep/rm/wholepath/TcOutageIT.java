package dev.lockstep.rm.wholepath;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.rm.wholepath.Application.Database;
import dev.lockstep.testing.tc.TcServer;
import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.TcUnavailableException;
import io.seata.core.context.RootContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.h2.tools.Server;
import org.junit.jupiter.api.Test;

/**
 * The TC is killed in the middle of traffic and comes back with its store: money moves between two services meanwhile.
 *
 * <p>Two things about the TC shape this test, both seen on 1.8.0. With file store, a killed TC forgets commits that it has
 * answered and rolls them back; so its store is a database here, and one that lives in this JVM: an embedded one would lose
 * what it had not written when its process is killed. And a commit that the TC is killed in may be rolled back later without
 * the protection of locks; so it is killed while none is on its way. Begins, branches, rollbacks and second phases are.
 */
class TcOutageIT {

    private static final int THREADS = 4;
    private static final int ACCOUNTS = 32;
    private static final int OPENING_BALANCE = 1000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** What the TC was killed in the middle of rolling back, it goes on with 130 s after its begin. */
    private static final Duration PATIENCE_WITH_ROLLBACKS = Duration.ofSeconds(180);

    private static final Duration BREATH = Duration.ofMillis(5);
    /** What the settings allow: a begin 10 s, two registrations 5 s each, an end 30 s and 5 s for its repetitions. */
    private static final Duration LONGEST_CALL = Duration.ofSeconds(55);

    private static final GlobalTransactionDefinition TRANSFER =
            GlobalTransactionDefinition.named("transfer").withTimeout(Duration.ofSeconds(5));

    private final CommitGate commits = new CommitGate();
    private final AtomicBoolean running = new AtomicBoolean(true);
    private final AtomicInteger succeeded = new AtomicInteger();
    private final AtomicBoolean away = new AtomicBoolean();
    private final Queue<Long> refusalMillis = new ConcurrentLinkedQueue<>();
    private final AtomicLong longestFailureMillis = new AtomicLong();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicReference<Exception> lastRefusal = new AtomicReference<>();
    private final Queue<String> leakedXids = new ConcurrentLinkedQueue<>();

    @Test
    void a_killed_tc_fails_calls_fast_and_everything_works_again_when_it_is_back() throws Exception {
        Server sessions =
                Server.createTcpServer("-tcpPort", "0", "-ifNotExists").start();
        try (AutoCloseable stop = sessions::stop;
                TcServer tc = TcServer.version("1.8.0")
                        .durable()
                        .systemProperty(
                                "seata.store.db.url",
                                "jdbc:h2:tcp://127.0.0.1:" + sessions.getPort() + "/mem:sessions_" + UUID.randomUUID()
                                        + ";MODE=MySQL;DB_CLOSE_DELAY=-1;INIT=RUNSCRIPT FROM 'classpath:/dev/lockstep/testing/tc/store-h2.sql'")
                        .start();
                Application left = new Application("left", tc.address(), commits::before);
                Application right = new Application("right", tc.address())) {
            Database from = accounts(left, "outage_left_" + UUID.randomUUID());
            Database to = accounts(right, "outage_right_" + UUID.randomUUID());
            assertThat(stop).isNotNull();
            ExecutorService traffic = Executors.newFixedThreadPool(THREADS);
            try {
                List<Future<?>> callers = new ArrayList<>();
                for (int i = 0; i < THREADS; i++) {
                    callers.add(traffic.submit(() -> transferUntilStopped(left, from, to)));
                }
                awaitMoreSuccesses(50);

                commits.whileNoneIsOnItsWay(tc::kill);
                away.set(true);
                await().atMost(PATIENCE).until(() -> refused.get() >= 1_000);
                assertThat(lastRefusal.get()).hasMessageContaining(tc.address()).hasMessageContaining("was not begun");

                away.set(false);
                tc.restart();
                awaitMoreSuccesses(50);
                running.set(false);
                for (Future<?> caller : callers) {
                    caller.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                }
            } finally {
                running.set(false);
                traffic.shutdownNow();
            }

            assertThat(leakedXids).isEmpty();
            // Begin is refused at once while the TC is away, not while it comes back and answers slowly. A moment
            // that this process is not run is met by as many calls as there are threads.
            assertThat(refusalMillis).filteredOn(millis -> millis >= 1_000).hasSizeLessThan(refusalMillis.size() / 10);
            assertThat(longestFailureMillis.get()).isLessThan(LONGEST_CALL.toMillis());
            await().atMost(PATIENCE_WITH_ROLLBACKS).untilAsserted(() -> {
                assertThat(from.undoLogs()).isEmpty();
                assertThat(to.undoLogs()).isEmpty();
                assertThat(balance(from) + balance(to)).isEqualTo(2L * ACCOUNTS * OPENING_BALANCE);
            });
        }
    }

    private static Database accounts(Application application, String name) throws Exception {
        Database database =
                application.database(name, "CREATE TABLE account (id INT PRIMARY KEY, balance INT NOT NULL)");
        for (int id = 0; id < ACCOUNTS; id++) {
            database.plain("INSERT INTO account VALUES (" + id + ", " + OPENING_BALANCE + ")");
        }
        return database;
    }

    private void transferUntilStopped(Application application, Database from, Database to) {
        while (running.get()) {
            int amount = ThreadLocalRandom.current().nextInt(1, 10);
            int account = ThreadLocalRandom.current().nextInt(ACCOUNTS);
            boolean wasAway = away.get();
            long began = System.nanoTime();
            try {
                application.template.execute(TRANSFER, () -> {
                    from.update("UPDATE account SET balance = balance - ? WHERE id = ?", amount, account);
                    to.update("UPDATE account SET balance = balance + ? WHERE id = ?", amount, account);
                    return null;
                });
                succeeded.incrementAndGet();
            } catch (Exception told) {
                long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
                if (told instanceof TcUnavailableException && wasAway && away.get()) {
                    refusalMillis.add(took);
                    lastRefusal.set(told);
                    refused.incrementAndGet();
                } else {
                    longestFailureMillis.accumulateAndGet(took, Math::max);
                }
                // A caller that failed takes a breath: spinning ones would starve the TC that is to come back.
                LockSupport.parkNanos(BREATH.toNanos());
            }
            if (RootContext.getXID() != null) {
                leakedXids.add(RootContext.unbind());
            }
        }
    }

    private void awaitMoreSuccesses(int more) {
        int target = succeeded.get() + more;
        await().atMost(PATIENCE).until(() -> succeeded.get() >= target);
    }

    private static long balance(Database database) throws Exception {
        return database.number("SELECT SUM(balance) FROM account");
    }
}
