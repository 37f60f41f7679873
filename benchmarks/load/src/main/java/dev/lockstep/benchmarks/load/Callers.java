package dev.lockstep.benchmarks.load;

import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Threads that make transactions one after the other, each waiting for every answer, as the threads of a service do. They
 * start together and are kept for the rounds to come.
 *
 * <p>A round is run by one thread at a time.
 */
public final class Callers implements AutoCloseable {

    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        var thread = new Thread(work, "caller");
        thread.setDaemon(true);
        return thread;
    });
    private final AtomicLong rows = new AtomicLong();

    /** One transaction; what it throws is counted as its failure. */
    @FunctionalInterface
    public interface Transaction {
        void run() throws Exception;
    }

    /** Runs transactions of the round's workload against these calls. */
    public Tally run(Round round, TcCalls calls) throws Exception {
        var workload = Workload.of(round.workload());
        return run(round, () -> transaction(workload, calls));
    }

    /** Runs this as the transaction, over and over; once by each caller, however short the round. */
    public Tally run(Round round, Transaction transaction) throws Exception {
        var ready = new CountDownLatch(round.callers());
        var start = new CompletableFuture<Window>();
        var tallies = new ArrayList<Future<Tally>>();
        for (var caller = 0; caller < round.callers(); caller++) {
            tallies.add(threads.submit(() -> {
                ready.countDown();
                return repeat(transaction, start.get());
            }));
        }
        ready.await();
        var window = Window.of(round, System.nanoTime());
        start.complete(window);
        var total = new Tally(window);
        for (var tally : tallies) {
            total.add(tally.get());
        }
        return total;
    }

    private static Tally repeat(Transaction transaction, Window window) {
        var tally = new Tally(window);
        var begun = System.nanoTime();
        do {
            try {
                transaction.run();
                var now = System.nanoTime();
                tally.committed(begun, now);
                begun = now;
            } catch (Exception why) {
                tally.failed(why.toString());
                begun = System.nanoTime();
            }
        } while (!window.isOver(begun));
        return tally;
    }

    private void transaction(Workload workload, TcCalls calls) throws Exception {
        var xid = calls.begin();
        for (var branch = 0; branch < workload.branches(); branch++) {
            // A row that nobody else locks, now or later.
            var branchId = calls.register(xid, "account:" + rows.incrementAndGet());
            if (workload.reports()) {
                calls.report(xid, branchId);
            }
        }
        calls.commit(xid);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
