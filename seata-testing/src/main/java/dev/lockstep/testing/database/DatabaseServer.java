package dev.lockstep.testing.database;

import dev.lockstep.testing.process.FreePort;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running database server with a superuser that has no password: started from binaries on the class path and ended with
 * this process, or one that an environment variable names ({@code LOCKSTEP_POSTGRES_URL}, {@code LOCKSTEP_MARIADB_URL},
 * {@code LOCKSTEP_MYSQL_URL}: the JDBC URL up to the slash before the database; {@code _USER} and {@code _PASSWORD} beside
 * it) and that is left as it was.
 *
 * <p>Thread-safe. Closing is idempotent.
 */
public final class DatabaseServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseServer.class);
    private static final Duration PREPARE_LIMIT = Duration.ofSeconds(120);
    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
    private static final long READY_POLL_NANOS = Duration.ofMillis(50).toNanos();
    private static final int PORT_TRIES = 3;

    private final DatabaseKind kind;
    private final String url;
    private final String user;
    private final String password;
    private final @Nullable Process process;

    private DatabaseServer(DatabaseKind kind, String url, String user, String password, @Nullable Process process) {
        this.kind = kind;
        this.url = url;
        this.user = user;
        this.password = password;
        this.process = process;
    }

    /**
     * Starts a server and waits until it takes connections, or finds the one that the environment names.
     *
     * @throws DatabaseUnavailableException if this machine lacks what it needs
     */
    public static DatabaseServer start(DatabaseKind kind) {
        return start(kind, List.of());
    }

    /**
     * Starts a server with more arguments than it has by itself, which overrule those, or finds the one that the environment
     * names, which keeps its own.
     *
     * @throws DatabaseUnavailableException if this machine lacks what it needs
     */
    public static DatabaseServer start(DatabaseKind kind, List<String> serverArguments) {
        String given = System.getenv(kind.urlVariable());
        if (given != null && !given.isBlank()) {
            String variable = kind.urlVariable().replace("_URL", "");
            LOG.info("[{}] using {}, as {} says", kind, given, kind.urlVariable());
            return new DatabaseServer(
                    kind,
                    given,
                    Objects.requireNonNullElse(System.getenv(variable + "_USER"), kind.user()),
                    Objects.requireNonNullElse(System.getenv(variable + "_PASSWORD"), ""),
                    null);
        }
        if (!System.getProperty("os.name").equals("Linux")
                || !System.getProperty("os.arch").equals("amd64")) {
            throw new DatabaseUnavailableException(
                    "its binaries are for Linux on x86-64 only. Name a server in " + kind.urlVariable() + " instead.");
        }
        Path home = kind.binaries().home();
        for (int attempt = 1; ; attempt++) {
            try {
                return launch(kind, home, serverArguments);
            } catch (IOException failed) {
                throw new DatabaseUnavailableException("it could not be started: " + failed, failed);
            } catch (DatabaseUnavailableException taken) {
                if (attempt == PORT_TRIES || !String.valueOf(taken.getMessage()).contains("already in use")) {
                    throw taken;
                }
            }
        }
    }

    private static DatabaseServer launch(DatabaseKind kind, Path home, List<String> more) throws IOException {
        Path folder = Files.createTempDirectory("lockstep-" + kind + "-");
        Path data = folder.resolve("data");
        int port = FreePort.find();
        try {
            for (List<String> command : kind.preparation(home, data)) {
                Process preparation = start(kind, folder, "prepare.log", command);
                if (!ended(preparation, PREPARE_LIMIT) || preparation.exitValue() != 0) {
                    preparation.getOutputStream().close();
                    throw unavailable(kind, command, Files.readString(folder.resolve("prepare.log")), null);
                }
            }
            List<String> command = new ArrayList<>(kind.server(home, data, port));
            command.addAll(more);
            Process process = start(kind, folder, "server.log", command);
            DatabaseServer server = new DatabaseServer(kind, kind.url(port), kind.user(), "", process);
            server.awaitReady(folder.resolve("server.log"), command);
            LOG.info("[{}] {} is up, pid {}, folder {}", kind, server.url, process.pid(), folder);
            return server;
        } catch (IOException | RuntimeException failed) {
            ServerBinaries.delete(folder);
            throw failed;
        }
    }

    /** Under the script that ends the command when this process ends. */
    private static Process start(DatabaseKind kind, Path folder, String log, List<String> command) throws IOException {
        Path script = folder.resolve("run-server.sh");
        if (!Files.exists(script)) {
            try (InputStream content = DatabaseServer.class.getResourceAsStream("run-server.sh")) {
                Files.copy(Objects.requireNonNull(content, "run-server.sh is missing beside this class"), script);
            }
        }
        List<String> guarded =
                new ArrayList<>(List.of("/bin/sh", script.toString(), folder.toString(), kind.stopSignal()));
        guarded.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(guarded)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(log).toFile());
        // MariaDB deletes what it takes for its own left-overs there, also those of one that starts at the same moment.
        builder.environment().put("TMPDIR", folder.toString());
        return builder.start();
    }

    private static DatabaseUnavailableException unavailable(
            DatabaseKind kind, List<String> command, String output, @Nullable Throwable cause) {
        String advice =
                output.contains("libaio") ? "it needs the system library libaio (apt-get install libaio1). " : "";
        return new DatabaseUnavailableException(
                advice + kind + " did not come up with " + String.join(" ", command) + ". Name a server in "
                        + kind.urlVariable() + " to use that. Its output:\n" + output,
                cause);
    }

    private void awaitReady(Path log, List<String> command) throws IOException {
        Process starting = Objects.requireNonNull(process);
        long end = System.nanoTime() + START_LIMIT.toNanos();
        SQLException lastRefusal = null;
        while (true) {
            try (Connection connection = connect(kind.firstDatabase())) {
                if (starting.isAlive() && connection.isValid(5)) {
                    return;
                }
            } catch (SQLException notYet) {
                lastRefusal = notYet;
            }
            if (!starting.isAlive()
                    || System.nanoTime() - end > 0
                    || Thread.currentThread().isInterrupted()) {
                String output = Files.readString(log, StandardCharsets.ISO_8859_1);
                close();
                throw unavailable(kind, command, output, lastRefusal);
            }
            LockSupport.parkNanos(READY_POLL_NANOS);
        }
    }

    private static boolean ended(Process process, Duration limit) {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    public DatabaseKind kind() {
        return kind;
    }

    /**
     * The process that all of the server comes from, to look at the server from outside; empty for one that the environment
     * names.
     */
    public OptionalLong pid() {
        return process == null ? OptionalLong.empty() : OptionalLong.of(process.pid());
    }

    /** For JDBC, up to and including the slash before the name of a database. */
    public String url() {
        return url;
    }

    /** Creates an empty database of a new name. */
    public TestDatabase createDatabase() throws SQLException {
        String name = "t" + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
        execute("CREATE DATABASE " + name);
        return new TestDatabase(this, name, url + name, user, password);
    }

    /** Drops a database; whoever is still connected to it is cut off. */
    void drop(String database) throws SQLException {
        execute("DROP DATABASE " + database + (kind == DatabaseKind.POSTGRES ? " WITH (FORCE)" : ""));
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = connect(kind.firstDatabase());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(url + database, user, password);
    }

    /** Ends the server at once and removes its data; one that was given stays. */
    @Override
    public void close() {
        if (process == null) {
            return;
        }
        try {
            // The end of its input is the message, as it is when this process dies.
            process.getOutputStream().close();
        } catch (IOException closed) {
            LOG.debug("[{}] was gone already", kind, closed);
        }
        if (!ended(process, STOP_LIMIT)) {
            LOG.error(
                    "[{}] still there {} s after it was told to end; look at pid {}",
                    kind,
                    STOP_LIMIT.toSeconds(),
                    process.pid());
        }
    }

    @Override
    public String toString() {
        return kind + " at " + url;
    }
}
