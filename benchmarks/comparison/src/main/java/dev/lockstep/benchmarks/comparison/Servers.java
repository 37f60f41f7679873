package dev.lockstep.benchmarks.comparison;

import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.tc.TcServer;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The servers of a comparison: TCs with file store, each in a JVM of its own, and at most one server of databases, which all
 * clients share, each with databases of its own.
 *
 * <p>Used by one thread.
 */
final class Servers implements AutoCloseable {

    /** Two pools for each of some clients, with a connection for each of 256 callers. */
    private static final String CONNECTIONS = "3500";

    private final List<TcServer> tcs = new ArrayList<>();
    private @Nullable DatabaseServer databases;

    private Servers() {}

    static Servers start(ServersPlan plan, Path repository) {
        var servers = new Servers();
        try {
            for (var node = 0; node < plan.nodes(); node++) {
                servers.tcs.add(startTc(plan, repository));
            }
            if (plan.database() != null) {
                servers.databases = DatabaseServer.start(plan.database(), arguments(plan.database()));
            }
            return servers;
        } catch (RuntimeException notStarted) {
            servers.close();
            throw notStarted;
        }
    }

    /**
     * At INFO, which is its default, a TC writes some ten lines for each transaction, twice, and these are most of what it
     * does; on the one machine of a comparison that hides what the clients cost.
     */
    static String tcLogLevel() {
        return System.getProperty("lockstep.tc.log-level", "WARN");
    }

    private static TcServer startTc(ServersPlan plan, Path repository) {
        var tc = TcServer.version(plan.tcVersion())
                .quickStart(false)
                .jvmArguments("-Xmx2g")
                .classPathFolder(repository.resolve("target/servers"));
        // The line that tells that it is up has to stay.
        tc.systemProperty("logging.level.io.seata", tcLogLevel())
                .systemProperty("logging.level.io.seata.core.rpc.netty.NettyServerBootstrap", "INFO");
        plan.tcProperties().forEach(tc::systemProperty);
        if (plan.tcProcessors() > 0) {
            tc.jvmArguments("-XX:ActiveProcessorCount=" + plan.tcProcessors());
        }
        return tc.start();
    }

    /** A server for tests has little memory and few connections. */
    private static List<String> arguments(DatabaseKind kind) {
        return switch (kind) {
            case MARIADB, MYSQL -> List.of("--max-connections=" + CONNECTIONS, "--innodb-buffer-pool-size=1G");
            case POSTGRES -> List.of("-c", "max_connections=" + CONNECTIONS, "-c", "shared_buffers=512MB");
        };
    }

    /** What a client that knows only the first TC is told; makes its databases. */
    List<String> settingsFor(Contestant contestant) {
        return settingsFor(contestant, 1);
    }

    /**
     * What a client is told; makes its databases.
     *
     * @param nodes how many TCs it shall know
     */
    List<String> settingsFor(Contestant contestant, int nodes) {
        var settings = new ArrayList<String>();
        var known = tcs.subList(0, nodes);
        settings.add("tc=" + known.stream().map(TcServer::address).collect(Collectors.joining(",")));
        settings.add(
                "tc-pids=" + known.stream().map(tc -> Long.toString(tc.pid())).collect(Collectors.joining(",")));
        if (databases != null && !contestant.databases().isEmpty()) {
            databases.pid().ifPresent(pid -> settings.add("database-pid=" + pid));
            settings.addAll(newDatabases(databases, contestant));
        }
        return settings;
    }

    private static List<String> newDatabases(DatabaseServer server, Contestant contestant) {
        var settings = new ArrayList<String>();
        try {
            for (var name : contestant.databases()) {
                var created = server.createDatabase();
                settings.add(name + "=" + created.url());
                settings.add("user=" + created.user());
                settings.add("password=" + created.password());
            }
        } catch (SQLException notCreated) {
            throw new IllegalStateException(
                    "No database could be made on " + server + " for " + contestant.name() + ".", notCreated);
        }
        return settings;
    }

    @Override
    public void close() {
        if (databases != null) {
            databases.close();
        }
        tcs.forEach(TcServer::close);
    }
}
