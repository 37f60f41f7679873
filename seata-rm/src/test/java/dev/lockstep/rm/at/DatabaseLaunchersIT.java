package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import dev.lockstep.testing.database.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/** The servers whose dialects are still to come are started all the same. */
class DatabaseLaunchersIT {

    @Test
    void mariadb_11_is_started(@SharedDatabase(DatabaseKind.MARIADB) DatabaseServer server) throws SQLException {
        assertServes(server, "MariaDB");
    }

    @Test
    void mysql_8_is_started(@SharedDatabase(DatabaseKind.MYSQL) DatabaseServer server) throws SQLException {
        assertServes(server, "MySQL");
    }

    private static void assertServes(DatabaseServer server, String product) throws SQLException {
        try (TestDatabase database = server.createDatabase();
                Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE t (id INT PRIMARY KEY) ENGINE = InnoDB");
            assertThat(statement.executeUpdate("INSERT INTO t VALUES (1), (2)")).isEqualTo(2);
            assertThat(connection.getMetaData().getDatabaseProductName()).isEqualTo(product);
        }
    }
}
