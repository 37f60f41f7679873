package dev.lockstep.tm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.seata.core.context.RootContext;
import io.seata.core.exception.TransactionException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ClosingTest {

    private static final GlobalTransactionDefinition BUY = GlobalTransactionDefinition.named("buy");

    /** The common pool has one thread where there are two processors, and both sides of a test wait for each other. */
    private static final Executor THREAD_EACH = task -> {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
    };

    private final ScriptedCoordinator coordinator = new ScriptedCoordinator();

    @Test
    void after_the_close_nothing_is_begun_any_more() {
        GlobalTransactions transactions = transactions(Duration.ofSeconds(30));
        var template = new GlobalTransactionTemplate(transactions);

        transactions.close();
        transactions.close();

        assertThatThrownBy(() -> template.execute(BUY, RootContext::getXID))
                .isInstanceOf(TcUnavailableException.class)
                .hasMessageContaining("'buy' was not begun and nothing was written for it")
                .hasMessageContaining("being shut down");
        assertThat(coordinator.asked).isEmpty();
    }

    @Test
    void the_close_waits_for_what_runs_and_lets_it_commit() {
        GlobalTransactions transactions = transactions(Duration.ofSeconds(30));
        var begun = new CountDownLatch(1);
        var mayEnd = new CountDownLatch(1);
        CompletableFuture<String> work = CompletableFuture.supplyAsync(
                () -> new GlobalTransactionTemplate(transactions).execute(BUY, () -> {
                    String xid = RootContext.getXID();
                    begun.countDown();
                    awaitQuietly(mayEnd);
                    return xid;
                }),
                THREAD_EACH);
        awaitQuietly(begun);

        CompletableFuture<Void> closing = CompletableFuture.runAsync(transactions::close, THREAD_EACH);
        await().atMost(Duration.ofSeconds(30)).until(() -> refusesToBegin(transactions));
        assertThat(closing).isNotDone();
        mayEnd.countDown();

        assertThat(work.orTimeout(30, TimeUnit.SECONDS).join()).isNotNull();
        closing.orTimeout(30, TimeUnit.SECONDS).join();
        assertThat(coordinator.asked).contains("commit 1");
    }

    /** As when a context closes its beans while a hook of the application closes the TM by itself. */
    @Test
    void whoever_closes_at_the_same_time_waits_for_what_runs_too() {
        GlobalTransactions transactions = transactions(Duration.ofSeconds(30));
        var begun = new CountDownLatch(1);
        var mayEnd = new CountDownLatch(1);
        CompletableFuture<String> work = CompletableFuture.supplyAsync(
                () -> new GlobalTransactionTemplate(transactions).execute(BUY, () -> {
                    String xid = RootContext.getXID();
                    begun.countDown();
                    awaitQuietly(mayEnd);
                    return xid;
                }),
                THREAD_EACH);
        awaitQuietly(begun);
        List<Thread> closing = Stream.generate(() -> new Thread(transactions::close))
                .limit(3)
                .peek(thread -> thread.setDaemon(true))
                .toList();

        closing.forEach(Thread::start);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> closing.stream().allMatch(thread -> thread.getState() == Thread.State.TIMED_WAITING));
        mayEnd.countDown();

        work.orTimeout(30, TimeUnit.SECONDS).join();
        await().atMost(Duration.ofSeconds(20)).until(() -> closing.stream().noneMatch(Thread::isAlive));
        assertThat(coordinator.asked).contains("commit 1");
    }

    @Test
    void closing_again_after_it_was_given_up_returns_at_once() {
        GlobalTransactions transactions = transactions(Duration.ofMillis(50));

        new GlobalTransactionTemplate(transactions).execute(BUY, () -> {
            RootContext.getXID();
            transactions.close();
            // Would be interrupted at the first wait that is one.
            Thread.currentThread().interrupt();
            transactions.close();
            return Thread.interrupted();
        });

        assertThat(coordinator.asked).last().isEqualTo("commit 1");
    }

    @Test
    void the_close_gives_up_what_does_not_end_within_its_limit() {
        GlobalTransactions transactions = transactions(Duration.ofMillis(50));

        new GlobalTransactionTemplate(transactions).execute(BUY, () -> {
            RootContext.getXID();
            transactions.close();
            return null;
        });

        assertThat(coordinator.asked).last().isEqualTo("commit 1");
    }

    @Test
    void a_participant_in_the_process_of_the_launcher_leaves_the_launcher_among_those_that_run() {
        GlobalTransactions transactions = transactions(Duration.ofSeconds(30));
        var template = new GlobalTransactionTemplate(transactions);

        assertThatThrownBy(() -> template.execute(BUY, () -> {
                    try (var call = XidPropagation.join(RootContext.getXID(), null, transactions)) {
                        assertThat(call).isNotNull();
                        GlobalScope.current().setRollbackOnly("no credit");
                    }
                    assertThat(transactions.running()).containsExactly(GlobalScope.current());
                    throw new IllegalStateException("no credit");
                }))
                .hasMessage("no credit");

        assertThat(coordinator.asked).filteredOn("rollback 1"::equals).hasSize(2);
        assertThat(transactions.running()).isEmpty();
    }

    @Test
    void a_begin_that_fails_is_not_waited_for() {
        coordinator.beginFails(new TransactionException("no TC"));
        GlobalTransactions transactions = transactions(Duration.ofSeconds(30));
        assertThatThrownBy(() -> new GlobalTransactionTemplate(transactions).execute(BUY, RootContext::getXID))
                .isInstanceOf(TcUnavailableException.class);

        CompletableFuture.runAsync(transactions::close, THREAD_EACH)
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    private GlobalTransactions transactions(Duration closeLimit) {
        return new GlobalTransactions(
                coordinator,
                TmOptions.builder("shop", "default_tx_group")
                        .closeLimit(closeLimit)
                        .build());
    }

    private static boolean refusesToBegin(GlobalTransactions transactions) {
        try {
            new GlobalTransactionTemplate(transactions).execute(BUY, RootContext::getXID);
            return false;
        } catch (TcUnavailableException refused) {
            return true;
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
