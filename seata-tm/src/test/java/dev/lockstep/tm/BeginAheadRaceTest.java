package dev.lockstep.tm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.port.AnswerLostException;
import dev.lockstep.port.BeginAhead;
import io.seata.core.model.GlobalStatus;
import io.seata.core.model.TransactionManager;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;

/**
 * Whoever comes first, a launcher that ends its scope, a thread that reads the xid or the TC that answers the begin: every
 * global transaction that the TC has begun is ended once.
 */
@Timeout(60)
class BeginAheadRaceTest {

    private static final int TRANSACTIONS = 2_000;

    private final long seed = Long.getLong("lockstep.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final ExecutorService threads = Executors.newFixedThreadPool(3);
    private final Tc tc = new Tc();
    private final GlobalTransactions transactions = new GlobalTransactions(
            tc,
            TmOptions.builder("shop", "group")
                    .closeLimit(Duration.ofSeconds(30))
                    .build());
    private final GlobalTransactionTemplate template = new GlobalTransactionTemplate(transactions);

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @RepeatedTest(3)
    void what_the_tc_has_begun_is_ended_once_whoever_comes_first() throws Exception {
        System.out.println("BeginAheadRaceTest: -Dlockstep.seed=" + seed);
        for (int i = 0; i < TRANSACTIONS; i++) {
            runOne(random.nextInt(8), random.nextInt(400), random.nextInt(400));
        }

        await().untilAsserted(() -> assertThat(tc.open).as("seed %d", seed).isEmpty());
        assertThat(tc.endedTwice).as("seed %d", seed).isEmpty();
        assertThat(transactions.running()).as("seed %d", seed).isEmpty();
        threads.submit(transactions::close).get(10, TimeUnit.SECONDS);
    }

    private void runOne(int kind, int answerAfter, int readAfter) throws Exception {
        boolean needsXid = (kind & 1) == 0;
        boolean handsOut = (kind & 2) == 0;
        boolean readElsewhere = (kind & 4) == 0;
        tc.spinsBeforeAnswer = answerAfter;
        Future<?>[] reader = new Future<?>[1];
        try {
            template.execute(GlobalTransactionDefinition.named("race"), () -> {
                GlobalScope scope = GlobalScope.current();
                scope.beginAhead();
                if (readElsewhere) {
                    reader[0] = threads.submit(() -> {
                        spin(readAfter);
                        return scope.xid();
                    });
                }
                if (handsOut) {
                    scope.xidOnItsWay();
                }
                return needsXid ? scope.xid() : "";
            });
        } catch (GlobalTransactionException lostBegin) {
            assertThat(lostBegin).isInstanceOf(TcUnavailableException.class);
        }
        if (reader[0] != null) {
            try {
                reader[0].get(30, TimeUnit.SECONDS);
            } catch (ExecutionException tooLateOrLost) {
                assertThat(tooLateOrLost.getCause())
                        .isInstanceOfAny(IllegalStateException.class, TcUnavailableException.class);
            }
        }
    }

    private static void spin(int times) {
        for (int i = 0; i < times; i++) {
            Thread.onSpinWait();
        }
    }

    /** Answers on other threads, and loses a begin now and then. */
    private final class Tc implements TransactionManager, BeginAhead {

        final Set<String> open = ConcurrentHashMap.newKeySet();
        final Set<String> endedTwice = ConcurrentHashMap.newKeySet();
        volatile int spinsBeforeAnswer;
        private final AtomicInteger begun = new AtomicInteger();

        @Override
        public CompletableFuture<String> beginAhead(String applicationId, String group, String name, int timeout) {
            int spins = spinsBeforeAnswer;
            CompletableFuture<String> answer = new CompletableFuture<>();
            threads.execute(() -> {
                spin(spins);
                if (spins % 16 == 0) {
                    answer.completeExceptionally(new AnswerLostException("lost, as planned by the test", null));
                } else {
                    answer.complete(begin(applicationId, group, name, timeout));
                }
            });
            return answer;
        }

        @Override
        public CompletableFuture<GlobalStatus> rollbackUnused(String xid) {
            return CompletableFuture.supplyAsync(() -> end(xid, GlobalStatus.Rollbacked), threads);
        }

        @Override
        public String begin(String applicationId, String group, String name, int timeout) {
            String xid = "tc:1:" + begun.incrementAndGet();
            open.add(xid);
            return xid;
        }

        @Override
        public GlobalStatus commit(String xid) {
            return end(xid, GlobalStatus.Committed);
        }

        @Override
        public GlobalStatus rollback(String xid) {
            return end(xid, GlobalStatus.Rollbacked);
        }

        private GlobalStatus end(String xid, GlobalStatus status) {
            if (!open.remove(xid)) {
                endedTwice.add(xid);
            }
            return status;
        }

        @Override
        public GlobalStatus getStatus(String xid) {
            throw new AssertionError("not expected");
        }

        @Override
        public GlobalStatus globalReport(String xid, GlobalStatus status) {
            throw new AssertionError("not expected");
        }
    }
}
