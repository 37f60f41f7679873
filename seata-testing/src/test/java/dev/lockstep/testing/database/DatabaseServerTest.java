package dev.lockstep.testing.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lockstep.testing.process.ChildJvm;
import dev.lockstep.testing.process.ReadyCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseServerTest {

    /** Longer than what the preparation and the start of a server may take, each of which has a limit of its own. */
    private static final Duration LIMIT = Duration.ofMinutes(4);

    @Test
    void databases_of_one_server_know_nothing_of_each_other(
            @SharedDatabase(DatabaseKind.POSTGRES) DatabaseServer server) throws SQLException {
        try (TestDatabase one = server.createDatabase();
                TestDatabase other = server.createDatabase();
                Connection inOne = one.connect();
                Connection inOther = other.connect();
                Statement writes = inOne.createStatement();
                Statement reads = inOther.createStatement()) {
            writes.execute("CREATE TABLE t (id INT)");

            assertThatThrownBy(() -> reads.executeQuery("SELECT * FROM t")).hasMessageContaining("does not exist");
        }
    }

    @Test
    void a_closed_database_is_gone_though_somebody_is_connected(
            @SharedDatabase(DatabaseKind.POSTGRES) DatabaseServer server) throws SQLException {
        TestDatabase database = server.createDatabase();
        try (Connection connection = database.connect()) {
            database.close();

            assertThat(connection.isValid(5)).isFalse();
            assertThatThrownBy(database::connect).hasMessageContaining("does not exist");
        }
    }

    @Test
    void a_server_ends_with_its_folder_when_the_jvm_that_started_it_is_killed(@TempDir Path folder) throws Exception {
        ChildJvm starter = ChildJvm.main(StartsAndStays.class.getName())
                .ownClassPath()
                .workingDirectory(folder)
                .systemProperty("java.io.tmpdir", folder.toString())
                .start(ReadyCheck.logContains("STARTED"), LIMIT);
        String url = Files.readString(starter.log()).replaceAll("(?s).*STARTED (\\S+).*", "$1");
        assertThat(runFolders(folder)).hasSize(1);
        DriverManager.getConnection(url + "postgres", "postgres", "").close();

        starter.kill();

        await().atMost(LIMIT).untilAsserted(() -> assertThat(runFolders(folder)).isEmpty());
        assertThatThrownBy(() -> DriverManager.getConnection(url + "postgres", "postgres", ""))
                .isInstanceOf(SQLException.class);
    }

    @Test
    void a_kind_is_required_when_the_property_lists_it() {
        assertThat(SharedDatabaseResolver.isRequired(DatabaseKind.MYSQL, "postgres, MySQL"))
                .isTrue();
        assertThat(SharedDatabaseResolver.isRequired(DatabaseKind.MYSQL, "mariadb,postgres"))
                .isFalse();
        assertThat(SharedDatabaseResolver.isRequired(DatabaseKind.MYSQL, "")).isFalse();
    }

    @Test
    void a_server_whose_binaries_are_missing_is_unavailable_with_the_reason() {
        assertThatThrownBy(() -> DatabaseServer.start(DatabaseKind.MARIADB))
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageContaining("not on the class path");
    }

    private static List<Path> runFolders(Path folder) throws IOException {
        try (Stream<Path> content = Files.list(folder)) {
            return content.filter(Files::isDirectory).toList();
        }
    }

    /** Starts a server and never closes it. */
    static final class StartsAndStays {
        public static void main(String[] arguments) {
            DatabaseServer server = DatabaseServer.start(DatabaseKind.POSTGRES);
            System.out.println("STARTED " + server.url());
            while (true) {
                LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
            }
        }
    }
}
