package dev.lockstep.rm.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import dev.lockstep.testing.database.TestDatabase;
import dev.lockstep.testing.process.ChildJvm;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A branch is written by a JVM in one zone and rolled back by a JVM in another. The first one's zone has an hour that does not
 * exist, on 2024-03-10, and one that comes twice; in it stand the values.
 */
final class TimeZonesIT {

    private static final String WRITER = "America/New_York";
    private static final String UNDOER = "Asia/Shanghai";

    private static final String[] STATEMENTS = {
        "UPDATE visit SET at = '2024-01-01 00:00:00', seen = '2024-01-01 00:00:00', day = '2024-01-01', clock = '00:00:00'"
                + " WHERE id < 3",
        "DELETE FROM visit WHERE id = 3",
        "INSERT INTO visit (id, at) VALUES (4, '2024-03-10 02:15:00')"
    };

    @TempDir
    private Path folder;

    @Test
    void mysql_has_every_moment_back(@SharedDatabase(DatabaseKind.MYSQL) DatabaseServer server) throws Exception {
        assertComesBack(server, "mysql", "com.mysql.cj.jdbc.MysqlDataSource", "DATETIME(6)", "TIMESTAMP(6) NULL");
    }

    @Test
    void mariadb_has_every_moment_back(@SharedDatabase(DatabaseKind.MARIADB) DatabaseServer server) throws Exception {
        assertComesBack(server, "mysql", "org.mariadb.jdbc.MariaDbDataSource", "DATETIME(6)", "TIMESTAMP(6) NULL");
    }

    @Test
    void postgresql_has_every_moment_back(@SharedDatabase(DatabaseKind.POSTGRES) DatabaseServer server)
            throws Exception {
        assertComesBack(server, "postgresql", "org.postgresql.ds.PGSimpleDataSource", "TIMESTAMP", "TIMESTAMPTZ");
    }

    private void assertComesBack(
            DatabaseServer server, String script, String driver, String withoutZone, String withZone) throws Exception {
        try (TestDatabase database = server.createDatabase()) {
            execute(
                    database,
                    PeerContract.scriptOf(script),
                    "CREATE TABLE visit (id INT PRIMARY KEY, at " + withoutZone + ", seen " + withZone
                            + ", day DATE, clock TIME(6))",
                    "INSERT INTO visit VALUES"
                            + " (1, '2024-03-10 02:30:00.123456', '2024-03-10 02:30:00.123456', '2024-03-10', '02:30:00.5'),"
                            + " (2, '2024-11-03 01:30:00', '2024-11-03 01:30:00', '2024-11-03', '23:59:59.999999'),"
                            + " (3, '2024-10-27 02:30:00.000001', '2024-07-01 12:00:00', '1999-12-31', '00:00:00')");
            List<String> before = visits(database);

            run(database, driver, WRITER, "write", STATEMENTS);
            assertThat(visits(database)).isNotEqualTo(before);
            run(database, driver, UNDOER, "undo");

            assertThat(visits(database)).isEqualTo(before);
        }
    }

    private void run(TestDatabase database, String driver, String zone, String what, String... statements) {
        List<String> arguments = new ArrayList<>(List.of(what, driver, database.url(), database.user()));
        arguments.addAll(List.of(statements));
        try (ChildJvm child = ChildJvm.main(ZonedBranch.class.getName())
                .name(what)
                .ownClassPath()
                .jvmArguments("-Duser.timezone=" + zone, "-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
                .arguments(arguments.toArray(String[]::new))
                .log(folder.resolve(what + ".log"))
                .start()) {
            assertThat(child.awaitExit(Duration.ofSeconds(60))).isTrue();
            assertThat(child.exitCode()).as(child.lastOutput()).isZero();
        }
    }

    private static void execute(TestDatabase database, String... statements) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** As text of the database's own making, which no driver has converted. */
    private static List<String> visits(TestDatabase database) throws SQLException {
        List<String> visits = new ArrayList<>();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT CONCAT(id, ' ', at, ' ', seen, ' ', day, ' ', clock)" + " FROM visit ORDER BY id")) {
            while (rows.next()) {
                visits.add(String.valueOf(rows.getString(1)));
            }
        }
        return visits;
    }
}
