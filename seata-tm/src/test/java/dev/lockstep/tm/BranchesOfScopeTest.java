package dev.lockstep.tm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.tm.branch.LocalWork;
import dev.lockstep.tm.branch.ScopeForBranches;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BranchesOfScopeTest {

    private final GlobalScope scope = GlobalScope.called("tc:8091:1", Deadline.NONE);
    private final ScopeForBranches branches = scope.forBranches();

    @Test
    void knows_the_local_transactions_that_have_joined_and_not_ended_in_any_order_of_their_ends() {
        LocalWork orders = () -> "orders";
        LocalWork stock = () -> "stock";
        LocalWork audit = () -> "audit";

        assertThat(List.of(orders, stock, audit)).allMatch(branches::enlist);
        assertThat(branches.unfinished()).containsExactlyInAnyOrder(orders, stock, audit);

        branches.delist(stock);
        assertThat(branches.unfinished()).containsExactlyInAnyOrder(orders, audit);
        branches.delist(orders);
        branches.delist(audit);
        assertThat(branches.unfinished()).isEmpty();
    }

    @Test
    void counts_one_that_joins_twice_once_and_overlooks_one_that_never_joined() {
        LocalWork orders = () -> "orders";
        branches.enlist(orders);
        branches.enlist(orders);
        branches.delist(() -> "another");

        assertThat(branches.unfinished()).containsExactly(orders);
        branches.delist(orders);
        assertThat(branches.unfinished()).isEmpty();
    }

    @Test
    void refuses_one_that_comes_after_the_end_and_does_not_keep_it() {
        LocalWork early = () -> "early";
        branches.enlist(early);
        scope.end();

        assertThat(branches.enlist(() -> "late")).isFalse();
        assertThat(branches.unfinished()).containsExactly(early);
    }

    @Test
    void loses_none_of_those_that_join_and_leave_on_many_threads_at_once() throws Exception {
        int threads = 8;
        LocalWork stays = () -> "stays";
        branches.enlist(stays);
        CountDownLatch start = new CountDownLatch(threads);
        var pool = Executors.newFixedThreadPool(threads);
        try {
            List<Callable<Boolean>> callers = IntStream.range(0, threads)
                    .<Callable<Boolean>>mapToObj(thread -> () -> {
                        LocalWork own = () -> "thread " + thread;
                        start.countDown();
                        start.await();
                        boolean seen = true;
                        for (int i = 0; i < 2_000; i++) {
                            branches.enlist(own);
                            seen &= branches.unfinished().contains(own);
                            branches.delist(own);
                            seen &= !branches.unfinished().contains(own);
                        }
                        return seen;
                    })
                    .toList();
            for (var caller : pool.invokeAll(callers, 60, TimeUnit.SECONDS)) {
                assertThat(caller.get()).isTrue();
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(branches.unfinished()).containsExactly(stays);
    }
}
