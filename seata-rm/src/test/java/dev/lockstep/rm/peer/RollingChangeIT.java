package dev.lockstep.rm.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.rm.ResourceManager;
import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.rm.peer.PeerContract.Peer;
import dev.lockstep.rpc.RpcOptions;
import dev.lockstep.rpc.SeataRpcClient;
import dev.lockstep.rpc.discovery.StaticDiscovery;
import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import dev.lockstep.testing.database.TestDatabase;
import dev.lockstep.testing.process.ChildJvm;
import dev.lockstep.testing.process.ReadyCheck;
import dev.lockstep.testing.tc.SharedTc;
import dev.lockstep.testing.tc.TcServer;
import dev.lockstep.tm.GlobalTransactions;
import dev.lockstep.tm.TmOptions;
import io.seata.core.exception.TransactionException;
import io.seata.core.model.BranchType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service of three instances goes from an official client to ours, one instance after the other, and back again, while each
 * transfers money between the accounts of one database. Nothing may be lost, and nothing may be left behind.
 */
@Tag("long")
final class RollingChangeIT {

    private static final Logger log = LoggerFactory.getLogger(RollingChangeIT.class);

    private static final int INSTANCES = 3;
    private static final int TRANSFERS_BETWEEN_CHANGES = 40;
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final Pattern ENDED =
            Pattern.compile("ended: committed (\\d+), rolled back (\\d+), abandoned (\\d+), failed (\\d+)");
    private static final Pattern LEFT_BEHIND = Pattern.compile("left behind: (\\S+ \\d+)");

    @TempDir
    private Path folder;

    /** One process of the service. */
    private record Instance(boolean ours, ChildJvm process) {}

    private final List<Instance> all = new ArrayList<>();
    private final Set<String> leftByOfficials = new TreeSet<>();
    private int seed;

    @ParameterizedTest
    @EnumSource(Peer.class)
    @Tag("fleet-mariadb")
    void on_mariadb(
            Peer peer, @SharedDatabase(DatabaseKind.MARIADB) DatabaseServer server, @SharedTc("1.8.0") TcServer tc)
            throws Exception {
        thereAndBack(peer, server, "org.mariadb.jdbc.MariaDbDataSource", "mysql", tc);
    }

    @ParameterizedTest
    @EnumSource(Peer.class)
    @Tag("fleet-mysql")
    void on_mysql(Peer peer, @SharedDatabase(DatabaseKind.MYSQL) DatabaseServer server, @SharedTc("1.8.0") TcServer tc)
            throws Exception {
        thereAndBack(peer, server, "com.mysql.cj.jdbc.MysqlDataSource", "mysql", tc);
    }

    @ParameterizedTest
    @EnumSource(Peer.class)
    @Tag("fleet-postgresql")
    void on_postgresql(
            Peer peer, @SharedDatabase(DatabaseKind.POSTGRES) DatabaseServer server, @SharedTc("1.8.0") TcServer tc)
            throws Exception {
        thereAndBack(peer, server, "org.postgresql.ds.PGSimpleDataSource", "postgresql", tc);
    }

    private void thereAndBack(Peer peer, DatabaseServer server, String driver, String script, TcServer tc)
            throws Exception {
        try (TestDatabase database = server.createDatabase()) {
            fill(database, script);
            Deque<Instance> running = new ArrayDeque<>();
            for (int i = 0; i < INSTANCES; i++) {
                running.add(official(peer, database, driver, tc));
            }
            for (int i = 0; i < INSTANCES; i++) {
                replaceTheOldest(running, ours(peer, database, driver, tc), database);
            }
            for (int i = 0; i < INSTANCES; i++) {
                replaceTheOldest(running, official(peer, database, driver, tc), database);
            }
            try (Keeper keeper = new Keeper(peer, database, driver, tc)) {
                for (Instance last : running) {
                    stop(last);
                }
                await().atMost(SOON)
                        .ignoreExceptionsInstanceOf(TransactionException.class)
                        .untilAsserted(() -> assertThat(undoLogsNobodyAnswersFor(database, keeper))
                                .isEmpty());
                assertThat(sum(database)).isEqualTo(1000L * TransferLoop.ACCOUNTS);
                for (int account = 1; account <= TransferLoop.ACCOUNTS; account++) {
                    keeper.awaitFree("account:" + account);
                }
            }
            long[] done = done();
            log.info(
                    "[fleet] {} on {}: {} committed, {} rolled back, {} left to the TC, {} failed; {} markers; undo logs"
                            + " that official instances have answered for and not deleted: {}",
                    peer,
                    server.kind(),
                    done[0],
                    done[1],
                    done[2],
                    done[3],
                    number(database, "SELECT COUNT(*) FROM undo_log WHERE log_status = 1"),
                    leftByOfficials.size());
            assertThat(done[0]).as("committed").isGreaterThan(5L * TRANSFERS_BETWEEN_CHANGES);
            assertThat(done[1]).as("rolled back").isPositive();
            assertThat(done[2]).as("left to the TC").isPositive();
        } finally {
            all.forEach(instance -> instance.process().close());
        }
    }

    private static void fill(TestDatabase database, String script) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(PeerContract.scriptOf(script));
            statement.execute("CREATE TABLE account (id INT PRIMARY KEY, amount BIGINT NOT NULL, changes BIGINT)");
            for (int account = 1; account <= TransferLoop.ACCOUNTS; account++) {
                statement.execute("INSERT INTO account VALUES (" + account + ", 1000, 0)");
            }
        }
    }

    private void replaceTheOldest(Deque<Instance> running, Instance started, TestDatabase database)
            throws SQLException, IOException {
        running.add(started);
        long changes = changes(database);
        // Both kinds at work together for a while.
        await().atMost(SOON).until(() -> changes(database) > changes + 2L * TRANSFERS_BETWEEN_CHANGES);
        stop(running.remove());
    }

    /** Whoever has answered a commit has deleted the undo log when it ends; official clients have their ways to forget it. */
    private void stop(Instance instance) throws IOException {
        ChildJvm process = instance.process();
        process.stop(Duration.ofSeconds(120));
        String output = outputOf(instance);
        assertThat(output).contains("ended: ").doesNotContain("closing failed");
        if (instance.ours()) {
            assertThat(output).doesNotContain("left behind: ");
        } else {
            LEFT_BEHIND.matcher(output).results().forEach(branch -> leftByOfficials.add(branch.group(1)));
        }
    }

    /** Committed, rolled back, abandoned, failed, by all instances. */
    private long[] done() throws IOException {
        long[] sums = new long[4];
        for (Instance instance : all) {
            String output = outputOf(instance);
            Matcher ended = ENDED.matcher(output);
            assertThat(ended.find()).as(output).isTrue();
            for (int i = 0; i < sums.length; i++) {
                sums[i] += Long.parseLong(ended.group(i + 1));
            }
        }
        return sums;
    }

    /** All of it: what was left behind may be more than the last lines. */
    private static String outputOf(Instance instance) throws IOException {
        return Files.readString(instance.process().log(), StandardCharsets.ISO_8859_1);
    }

    private Instance official(Peer peer, TestDatabase database, String driver, TcServer tc) throws IOException {
        Path home = Files.createDirectory(folder.resolve("official-" + ++seed));
        Files.writeString(home.resolve("registry.conf"), """
                registry { type = "file"
                  file { name = "file.conf" } }
                config { type = "file"
                  file { name = "file.conf" } }
                """);
        Files.writeString(home.resolve("file.conf"), """
                service {
                  vgroupMapping.default_tx_group = "default"
                  default.grouplist = "%s"
                }
                """.formatted(tc.address()));
        String jars = Files.readString(Path.of(
                        Objects.requireNonNull(System.getProperty("lockstep.servers")),
                        "official-" + peer.version() + ".classpath"))
                .strip();
        String programs = Path.of(OfficialInstance.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath())
                .toString();
        return started(
                false,
                ChildJvm.main(OfficialInstance.class.getName())
                        .classPath(home.toString())
                        .classPath(jars)
                        .classPath(programs)
                        .arguments(
                                peer.names(),
                                "shop",
                                driver,
                                database.url(),
                                database.user(),
                                String.valueOf(seed * 100)));
    }

    private Instance ours(Peer peer, TestDatabase database, String driver, TcServer tc) {
        seed++;
        return started(
                true,
                ChildJvm.main(LockstepInstance.class.getName())
                        .ownClassPath()
                        .arguments(
                                peer.names(),
                                "shop",
                                driver,
                                database.url(),
                                database.user(),
                                String.valueOf(seed * 100),
                                tc.address()));
    }

    private Instance started(boolean ours, ChildJvm.Builder program) {
        ChildJvm process = program.name("instance-" + seed)
                .jvmArguments("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
                .log(folder.resolve("instance-" + seed + ".log"))
                .start(ReadyCheck.logContains("ready"), START);
        Instance instance = new Instance(ours, process);
        all.add(instance);
        return instance;
    }

    private static long sum(TestDatabase database) throws SQLException {
        return number(database, "SELECT SUM(amount) FROM account");
    }

    /** Rows written by branches that were not undone. */
    private static long changes(TestDatabase database) throws SQLException {
        return number(database, "SELECT SUM(changes) FROM account");
    }

    /**
     * Undo logs that the TC should have had deleted or rolled back, with what it says of their transactions. Markers are none:
     * they stay until the TC's sweep.
     */
    private List<String> undoLogsNobodyAnswersFor(TestDatabase database, Keeper keeper) throws Exception {
        List<String> found = new ArrayList<>();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT xid, branch_id, context FROM undo_log WHERE log_status = 0")) {
            while (row.next()) {
                String xid = row.getString(1);
                String branch = xid + " " + row.getLong(2);
                if (!leftByOfficials.contains(branch)) {
                    found.add(branch + ", " + row.getString(3) + ", at the TC " + keeper.rpc.getStatus(xid));
                }
            }
        }
        return found;
    }

    private static long number(TestDatabase database, String sql) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** One more instance, without traffic, which stays when the others have gone: what they left open is rolled back there. */
    private static final class Keeper implements AutoCloseable {
        private final SeataRpcClient rpc;
        private final ResourceManager resourceManager;
        private final String resourceId;

        Keeper(Peer peer, TestDatabase database, String driver, TcServer tc) throws Exception {
            resourceId = database.url();
            rpc = new SeataRpcClient(
                    RpcOptions.builder("shop", "default_tx_group")
                            .startupWait(Duration.ofSeconds(20))
                            .tmRequestTimeout(Duration.ofSeconds(20))
                            .build(),
                    StaticDiscovery.of(tc.address()));
            resourceManager = new ResourceManager(
                    rpc,
                    rpc,
                    ResourceManagerOptions.builder()
                            .undoClassNames(peer.names())
                            .build());
            rpc.open(
                    new GlobalTransactions(rpc, TmOptions.of("shop", "default_tx_group")).witnessedBy(resourceManager),
                    resourceManager);
            resourceManager.wrap(LockstepInstance.dataSource(driver, database.url(), database.user()));
        }

        /** The TC frees the rows of a branch when it has heard that its undo log is gone, not before. */
        void awaitFree(String lockKey) {
            await(lockKey)
                    .atMost(SOON)
                    .ignoreExceptionsInstanceOf(TransactionException.class)
                    .until(() -> rpc.lockQuery(BranchType.AT, resourceId, "", lockKey));
        }

        @Override
        public void close() {
            resourceManager.close();
            rpc.close();
        }
    }
}
