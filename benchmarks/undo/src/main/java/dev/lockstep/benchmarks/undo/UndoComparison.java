package dev.lockstep.benchmarks.undo;

import dev.lockstep.rm.ResourceManager;
import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.TestDatabase;
import dev.lockstep.testing.process.ChildJvm;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Lets both clients take turns and writes the tables to {@code benchmarks/target}. */
final class UndoComparison {

    private static final List<String> CLIENTS = List.of("lockstep", "official");

    /** How often a process rolls a branch back before it counts: the first times show the compiler of the JVM. */
    private static final String WARM_UP = "6";

    private static final String COUNTED = "4";

    private final Path repository;
    private final int undoRows;
    private final int rounds;
    private final int deletedRows;
    private final List<Integer> tableSizes;
    private final int limitSeconds;

    private final List<String> tasks;

    private UndoComparison(Path repository, boolean quick, List<String> tasks) {
        this.tasks = tasks;
        this.repository = repository;
        undoRows = quick ? 2_000 : 20_000;
        rounds = quick ? 1 : 3;
        deletedRows = quick ? 5_000 : 100_000;
        tableSizes = quick ? List.of(0, 20_000) : List.of(0, 100_000, 1_000_000);
        limitSeconds = quick ? 60 : 300;
    }

    public static void main(String[] arguments) throws Exception {
        Path repository =
                Path.of(System.getProperty("lockstep.repository", ".")).toAbsolutePath();
        boolean quick = false;
        List<String> tasks = List.of("undo", "delete");
        for (String argument : arguments) {
            if (argument.equals("--quick")) {
                quick = true;
            } else if (argument.startsWith("--only=")) {
                tasks = List.of(argument.substring("--only=".length()));
            } else {
                System.out.println("""
                        Options:
                          --quick         less of everything, to see that it works
                          --only=undo     or --only=delete""");
                return;
            }
        }
        new UndoComparison(repository, quick, tasks).run();
    }

    private void run() throws IOException, SQLException {
        Path target = repository.resolve("benchmarks/target");
        Files.createDirectories(target.resolve("logs"));
        // As in production the undo logs lie in memory: else the disk is compared, not the clients.
        try (DatabaseServer server =
                DatabaseServer.start(DatabaseKind.MARIADB, List.of("--innodb-buffer-pool-size=2G"))) {
            String text = "";
            if (tasks.contains("undo")) {
                text += "Undo of %d rows of one branch, MariaDB, milliseconds:%n%n".formatted(undoRows)
                        + table(undo(server));
            }
            if (tasks.contains("delete")) {
                text += "%nDeletion of %d undo logs, beside so many others, milliseconds:%n%n".formatted(deletedRows)
                        + table(deletion(server));
            }
            Files.writeString(target.resolve("undo.md"), text);
            System.out.print(text);
        }
    }

    private Map<String, Map<String, List<Long>>> undo(DatabaseServer server) throws SQLException, IOException {
        Map<String, List<Long>> byClient = new LinkedHashMap<>();
        try (TestDatabase database = server.createDatabase()) {
            execute(
                    database,
                    undoLogScript(),
                    "CREATE TABLE big (id INT PRIMARY KEY, name VARCHAR(100), amount INT, note VARCHAR(200))",
                    "INSERT INTO big SELECT seq, CONCAT('name ', seq), seq, REPEAT('n', 100) FROM seq_1_to_"
                            + undoRows);
            for (int round = 0; round < rounds; round++) {
                for (String client : CLIENTS) {
                    byClient.computeIfAbsent(client, any -> new ArrayList<>())
                            .addAll(worker(client, database, "undo", undoRows, WARM_UP, COUNTED));
                }
            }
        }
        return Map.of(undoRows + " rows", byClient);
    }

    private Map<String, Map<String, List<Long>>> deletion(DatabaseServer server) throws SQLException, IOException {
        Map<String, Map<String, List<Long>>> bySize = new LinkedHashMap<>();
        for (int size : tableSizes) {
            Map<String, List<Long>> byClient = new LinkedHashMap<>();
            try (TestDatabase database = server.createDatabase()) {
                execute(database, undoLogScript());
                if (size > 0) {
                    execute(database, undoLogs("seq_2000001_to_" + (2_000_000 + size), "2026-02-01"));
                }
                for (int round = 0; round < rounds; round++) {
                    for (String client : CLIENTS) {
                        execute(
                                database,
                                "DELETE FROM undo_log WHERE log_created < '2026-01-01'",
                                undoLogs(
                                        "seq_%d_to_%d"
                                                .formatted(
                                                        UndoWorker.FIRST_BRANCH,
                                                        UndoWorker.FIRST_BRANCH + deletedRows - 1),
                                        "2025-02-01"),
                                "ANALYZE TABLE undo_log",
                                // What filling the table has left to be written is written before the time runs.
                                "FLUSH TABLES undo_log FOR EXPORT",
                                "UNLOCK TABLES");
                        byClient.computeIfAbsent(client, any -> new ArrayList<>())
                                .addAll(worker(client, database, "delete", deletedRows, String.valueOf(limitSeconds)));
                    }
                }
            }
            bySize.put(size + " others", byClient);
        }
        return bySize;
    }

    private static String undoLogs(String numbers, String created) {
        return "INSERT INTO undo_log (branch_id, xid, context, rollback_info, log_status, log_created, log_modified)"
                + " SELECT seq, CONCAT('" + UndoWorker.XID + "', seq), 'serializer=jackson&compressorType=NONE',"
                + " REPEAT('u', 600), 0, '" + created + "', '" + created + "' FROM " + numbers;
    }

    private List<Long> worker(String client, TestDatabase database, String task, int rows, String... more)
            throws IOException {
        List<String> arguments =
                new ArrayList<>(List.of(client, task, database.url(), database.user(), String.valueOf(rows)));
        arguments.addAll(List.of(more));
        ChildJvm.Builder program = ChildJvm.main(UndoWorker.class.getName())
                .name(client + "-" + task)
                .jvmArguments("-Xmx1g")
                .arguments(arguments.toArray(String[]::new))
                .log(repository.resolve("benchmarks/target/logs/undo-" + client + "-" + task + ".log"));
        if (client.equals("official")) {
            program.classPath(repository.resolve("benchmarks/undo/src/official").toString())
                    .classPath(Files.readString(repository.resolve("target/servers/official-2.0.0.classpath"))
                            .strip())
                    .classPath(Path.of(UndoWorker.class
                                    .getProtectionDomain()
                                    .getCodeSource()
                                    .getLocation()
                                    .getPath())
                            .toString());
        } else {
            program.ownClassPath();
        }
        try (ChildJvm child = program.start()) {
            if (!child.awaitExit(Duration.ofSeconds(limitSeconds + 300L)) || child.exitCode() != 0) {
                throw new IllegalStateException(client + " failed at " + task + ":\n" + child.lastOutput());
            }
            return Files.readAllLines(child.log()).stream()
                    .filter(line -> line.startsWith(UndoWorker.MILLIS) || line.equals(UndoWorker.GAVE_UP))
                    .map(line -> line.equals(UndoWorker.GAVE_UP)
                            ? Long.valueOf(limitSeconds * 1000L)
                            : Long.valueOf(line.substring(UndoWorker.MILLIS.length())))
                    .toList();
        }
    }

    private static String table(Map<String, Map<String, List<Long>>> figures) {
        StringBuilder text = new StringBuilder("| | lockstep | official 2.0.0 | times as fast |\n|---|---|---|---|\n");
        figures.forEach((what, byClient) -> {
            List<Long> ours = sorted(byClient, "lockstep");
            List<Long> official = sorted(byClient, "official");
            text.append("| %s | %s | %s | %.1f |%n"
                    .formatted(what, shown(ours), shown(official), (double) median(official) / median(ours)));
        });
        return text.toString();
    }

    private static List<Long> sorted(Map<String, List<Long>> byClient, String client) {
        return Objects.requireNonNull(byClient.get(client)).stream().sorted().toList();
    }

    private static long median(List<Long> sorted) {
        return sorted.get(sorted.size() / 2);
    }

    private static String shown(List<Long> sorted) {
        return median(sorted) + " (" + sorted.get(0) + "-" + sorted.get(sorted.size() - 1) + ")";
    }

    private static void execute(TestDatabase database, String... statements) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static String undoLogScript() throws IOException {
        try (InputStream script = ResourceManager.class.getResourceAsStream("undo_log/mysql.sql")) {
            return new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
