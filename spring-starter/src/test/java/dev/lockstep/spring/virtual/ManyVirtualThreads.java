package dev.lockstep.spring.virtual;

import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.lockstep.rm.ResourceManager;
import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.rpc.RpcOptions;
import dev.lockstep.rpc.SeataRpcClient;
import dev.lockstep.rpc.discovery.StaticDiscovery;
import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.GlobalTransactionTemplate;
import dev.lockstep.tm.GlobalTransactions;
import dev.lockstep.tm.TmOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/**
 * Runs on a JDK with virtual threads: each of them takes one of a row of its own out of a table, in a global transaction.
 * Prints what the test reads: how long all took, how long the wait for the TC makes them take at least, how many rows were
 * changed, and what pinned a carrier.
 *
 * <p>Arguments: address of the TC, round trip to it in milliseconds, number of threads, number of database connections.
 */
final class ManyVirtualThreads {

    /** From the first write to the local commit a connection is held: for the begin and for the registration. */
    private static final int ROUND_TRIPS_WITH_CONNECTION = 2;

    private static final GlobalTransactionDefinition SALE =
            GlobalTransactionDefinition.named("sale").withTimeout(Duration.ofMinutes(3));

    private ManyVirtualThreads() {}

    public static void main(String[] arguments) throws Exception {
        String tc = arguments[0];
        Duration roundTrip = Duration.ofMillis(Long.parseLong(arguments[1]));
        int threads = Integer.parseInt(arguments[2]);
        int connections = Integer.parseInt(arguments[3]);
        try (var pool = pool(connections);
                var rpc = new SeataRpcClient(
                        RpcOptions.builder("virtual-threads", "group").build(), StaticDiscovery.of(tc));
                var resourceManager = new ResourceManager(rpc, rpc, ResourceManagerOptions.defaults())) {
            createTables(pool, threads);
            var transactions = new GlobalTransactions(rpc, TmOptions.of("virtual-threads", "group"));
            rpc.open(transactions.witnessedBy(resourceManager), resourceManager);
            // The registration takes its round trip too.
            await("a TC that is reachable")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> rpc.state().isUsable());
            DataSource watched = resourceManager.wrap(pool);
            var template = new GlobalTransactionTemplate(transactions);
            // The first transactions load classes and compile; the connections to the TC come with them.
            sellOne(template, watched, threads, connections);
            Path recorded = Files.createTempFile("virtual-threads", ".jfr");
            Duration took;
            try (Recording recording = new Recording()) {
                recording
                        .enable("jdk.VirtualThreadPinned")
                        .withThreshold(Duration.ZERO)
                        .withStackTrace();
                recording.start();
                long began = System.nanoTime();
                sellOne(template, watched, 0, threads);
                took = Duration.ofNanos(System.nanoTime() - began);
                recording.stop();
                recording.dump(recorded);
            }
            long rounds = (threads + connections - 1) / connections;
            print("took.millis", took.toMillis());
            print("ideal.millis", roundTrip.toMillis() * (ROUND_TRIPS_WITH_CONNECTION * rounds + 1));
            print("sold", sold(pool, threads));
            printPinned(recorded);
            Files.delete(recorded);
            print("done", 1);
        }
    }

    private static HikariDataSource pool(int connections) {
        var config = new HikariConfig();
        config.setJdbcUrl("jdbc:h2:mem:stock;DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=20000");
        config.setUsername("sa");
        config.setMaximumPoolSize(connections);
        config.setConnectionTimeout(Duration.ofMinutes(3).toMillis());
        return new HikariDataSource(config);
    }

    private static void createTables(DataSource pool, int threads) throws Exception {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                var script = ResourceManager.class.getResourceAsStream("/dev/lockstep/rm/undo_log/h2.sql")) {
            statement.execute(new String(script.readAllBytes(), StandardCharsets.UTF_8));
            statement.execute("CREATE TABLE stock (item INT PRIMARY KEY, amount INT)");
            statement.execute("INSERT INTO stock SELECT x, 100 FROM SYSTEM_RANGE(0, " + (2 * threads) + ")");
        }
    }

    /** One virtual thread for each item; all are started before the first has ended. */
    private static void sellOne(GlobalTransactionTemplate template, DataSource stock, int firstItem, int items)
            throws Exception {
        List<Future<?>> sales = new ArrayList<>();
        ExecutorService threads = virtualThreads();
        try {
            for (int item = firstItem; item < firstItem + items; item++) {
                int sold = item;
                sales.add(threads.submit(() -> template.execute(SALE, () -> take(stock, sold))));
            }
            for (Future<?> sale : sales) {
                sale.get();
            }
        } finally {
            threads.shutdown();
        }
    }

    /** By name, since this is compiled for a JDK without them. */
    private static ExecutorService virtualThreads() throws ReflectiveOperationException {
        return (ExecutorService)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    }

    private static int take(DataSource stock, int item) throws SQLException {
        try (Connection connection = stock.getConnection()) {
            connection.setAutoCommit(false);
            try (var statement = connection.prepareStatement("UPDATE stock SET amount = amount - 1 WHERE item = ?")) {
                statement.setInt(1, item);
                int taken = statement.executeUpdate();
                connection.commit();
                return taken;
            }
        }
    }

    private static long sold(DataSource pool, int threads) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT COUNT(*) FROM stock WHERE amount = 99 AND item < " + threads)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static void printPinned(Path recorded) throws Exception {
        long longest = 0;
        long count = 0;
        for (RecordedEvent event : RecordingFile.readAllEvents(recorded)) {
            count++;
            longest = Math.max(longest, event.getDuration().toNanos());
            if (event.getDuration().toMillis() >= 1) {
                System.out.println(event);
            }
        }
        print("pinned.count", count);
        print("pinned.longest.micros", longest / 1000);
    }

    private static void print(String name, long value) {
        System.out.println("## " + name + "=" + value);
    }
}
