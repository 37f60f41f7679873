package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The contract in the SQL that MySQL and MariaDB share. */
abstract class MySqlContract extends DialectContract {

    private final DatabaseServer server;
    private final List<TestDatabase> databases = new ArrayList<>();

    MySqlContract(DatabaseServer server) {
        this.server = server;
    }

    @Override
    Rig open(ResourceManagerOptions options) throws SQLException {
        return Rig.on(server, "", options);
    }

    private TestDatabase newDatabase() throws SQLException {
        TestDatabase database = server.createDatabase();
        databases.add(database);
        return database;
    }

    @AfterEach
    void drop_databases() throws SQLException {
        for (TestDatabase database : databases) {
            database.close();
        }
    }

    @Override
    boolean hasIdentityAlways() {
        return false;
    }

    @Override
    String identityKey() {
        return "BIGINT AUTO_INCREMENT PRIMARY KEY";
    }

    @Override
    String restartItems() {
        return "ALTER TABLE item AUTO_INCREMENT = 100";
    }

    @Override
    String quoted(String name) {
        return "`" + name + "`";
    }

    @Override
    String otherSchema() throws SQLException {
        return newDatabase().name();
    }

    @Override
    String schemaOf(Connection connection) throws SQLException {
        return connection.getCatalog();
    }

    @Override
    void lead(Connection connection, String schema) throws SQLException {
        connection.setCatalog(schema);
    }

    @Override
    String allTypesTable() {
        return MySqlAllTypes.table(without());
    }

    @Override
    Map<String, List<String>> allTypesValues() {
        return MySqlAllTypes.values(without());
    }

    /** Types that this server does not know. */
    abstract List<String> without();

    /** MySQL's driver (9.7) fails where it fills such a number with zeros itself, to a width that its column exceeds. */
    @Test
    void numbers_longer_than_the_width_that_zeros_fill_come_back_exactly() throws Exception {
        String rows = "SELECT id + 0, whole + 0, exact + 0, approximate + 0 FROM filled ORDER BY id";
        rig.plain(
                "CREATE TABLE filled (id INT(2) ZEROFILL PRIMARY KEY, whole INT(3) ZEROFILL,"
                        + " exact DECIMAL(2, 2) ZEROFILL, approximate DOUBLE(8, 2) ZEROFILL, seen INT)",
                "INSERT INTO filled VALUES (12345, 4294967295, 0.99, 123456.75, 1), (7, 7, 0.5, 0.25, 1)");
        List<List<@Nullable String>> before = rig.rows(rows);

        rig.rolledBack(() -> {
            assertThat(rig.update("UPDATE filled SET whole = 1, exact = 0.01, approximate = 1, seen = 2"))
                    .isEqualTo(2);
            assertThat(rig.update("DELETE FROM filled WHERE id = 12345")).isOne();
            assertThat(rig.update("INSERT INTO filled VALUES (6789, 1234567, 0.75, 654321.5, 3)"))
                    .isOne();
        });

        assertThat(rig.rows(rows)).isEqualTo(before);
    }
}
