package dev.lockstep.rm.peer;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;

/**
 * The traffic of one instance of a service, whatever its client: transfers between accounts, each account a branch of its own.
 * Most are committed, some rolled back, a few left to the TC's timeout. Uses nothing but the JDK, so that it runs beside
 * the classes of any client. It ends with the process: SIGTERM lets the transfers under way come to their end.
 */
final class TransferLoop {

    static final int ACCOUNTS = 60;
    private static final int THREADS = 3;
    private static final long PAUSE_NANOS = 10_000_000;

    /** The client's way to begin and end a global transaction on this thread. */
    interface Client {
        void begin(int timeoutMillis) throws Exception;

        /** For one that is left open. */
        default void beginToAbandon(int timeoutMillis) throws Exception {
            begin(timeoutMillis);
        }

        void commit() throws Exception;

        void rollback() throws Exception;

        /** Takes the global transaction off the thread and leaves it as it is. */
        void abandon() throws Exception;
    }

    private final DataSource dataSource;
    private final Client client;
    private final long seed;
    private final AtomicInteger committed = new AtomicInteger();
    private final AtomicInteger rolledBack = new AtomicInteger();
    private final AtomicInteger abandoned = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicBoolean ready = new AtomicBoolean();
    private volatile boolean ending;

    TransferLoop(DataSource dataSource, Client client, long seed) {
        this.dataSource = dataSource;
        this.client = client;
        this.seed = seed;
    }

    /**
     * Runs until SIGTERM; then closes the client and says what it has done.
     *
     * @param closing closes it and gives the branches whose undo logs it should have deleted and has not
     */
    void run(Callable<List<String>> closing) {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Random random = new Random(seed + i);
            Thread thread = new Thread(() -> work(random), "transfers-" + i);
            threads.add(thread);
            thread.start();
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            ending = true;
            try {
                for (Thread thread : threads) {
                    thread.join(20_000);
                }
                for (String branch : closing.call()) {
                    System.out.println("left behind: " + branch);
                }
            } catch (Exception e) {
                System.out.println("closing failed: " + e);
            }
            System.out.println("ended: committed " + committed + ", rolled back " + rolledBack + ", abandoned "
                    + abandoned + ", failed " + failed);
        }));
    }

    private void work(Random random) {
        while (!ending) {
            try {
                transfer(random);
            } catch (Exception e) {
                if (failed.incrementAndGet() <= 5) {
                    System.out.println("failed: " + e);
                }
            }
            // Traffic, and not all that the machine can do.
            LockSupport.parkNanos(PAUSE_NANOS);
            if (committed.get() > 0 && ready.compareAndSet(false, true)) {
                System.out.println("ready");
            }
        }
    }

    private void transfer(Random random) throws Exception {
        int from = 1 + random.nextInt(ACCOUNTS);
        int to = 1 + random.nextInt(ACCOUNTS);
        int amount = 1 + random.nextInt(9);
        int fate = random.nextInt(100);
        boolean leave = fate < 3;
        if (leave) {
            client.beginToAbandon(2_000);
        } else {
            client.begin(20_000);
        }
        try {
            add(from, -amount);
            add(to, amount);
            if (leave) {
                client.abandon();
                abandoned.incrementAndGet();
                return;
            }
        } catch (Exception e) {
            client.rollback();
            throw e;
        }
        if (fate < 30) {
            client.rollback();
            rolledBack.incrementAndGet();
        } else {
            client.commit();
            committed.incrementAndGet();
        }
    }

    private void add(int account, int amount) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            try (PreparedStatement update = connection.prepareStatement(
                    "UPDATE account SET amount = amount + ?, changes = changes + 1 WHERE id = ?")) {
                update.setInt(1, amount);
                update.setInt(2, account);
                update.executeUpdate();
            }
            connection.commit();
        }
    }
}
