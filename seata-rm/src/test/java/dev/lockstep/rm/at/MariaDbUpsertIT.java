package dev.lockstep.rm.at;

import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import dev.lockstep.testing.database.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.mariadb.jdbc.MariaDbDataSource;

final class MariaDbUpsertIT extends UpsertContract {

    private final TestDatabase database;

    MariaDbUpsertIT(@SharedDatabase(DatabaseKind.MARIADB) DatabaseServer server) throws SQLException {
        database = server.createDatabase();
    }

    @Override
    Rig open() throws SQLException {
        MariaDbDataSource dataSource = new MariaDbDataSource();
        dataSource.setUrl(database.url());
        dataSource.setUser(database.user());
        dataSource.setPassword(database.password());
        return new Rig(dataSource, "mysql", ResourceManagerOptions.defaults());
    }

    @AfterEach
    void drop_database() throws SQLException {
        database.close();
    }

    @Override
    Spelling spelling() {
        return new Spelling() {
            @Override
            public String updating(String rows) {
                return "INSERT INTO tag (id, name, n) VALUES " + rows + " ON DUPLICATE KEY UPDATE n = VALUES(n)";
            }

            @Override
            public String ignoring(String rows) {
                return "INSERT IGNORE INTO tag (id, name, n) VALUES " + rows;
            }

            @Override
            public String replacing(String rows) {
                return "REPLACE INTO tag (id, name, n) VALUES " + rows;
            }
        };
    }

    @Override
    boolean returnsAskedKeys() {
        return false;
    }

    @Override
    List<String> randomForms() {
        return List.of(
                "INSERT INTO mess (id, a, b, c, n) VALUES %rows ON DUPLICATE KEY UPDATE n = VALUES(n), a = VALUES(a)",
                "INSERT INTO mess (id, a, b, c, n) VALUES %rows ON DUPLICATE KEY UPDATE id = id, n = n + 1",
                "INSERT INTO mess (id, a, b, c, n) VALUES %rows ON DUPLICATE KEY UPDATE c = %s",
                "INSERT IGNORE INTO mess (id, a, b, c, n) VALUES %rows",
                "REPLACE INTO mess (id, a, b, c, n) VALUES %rows",
                "INSERT INTO mess SET id = %i, a = %i ON DUPLICATE KEY UPDATE b = %i",
                "UPDATE mess m JOIN other o ON o.k = m.a SET m.n = o.v, m.b = %i WHERE o.v > %i",
                "DELETE m FROM mess m JOIN other o ON o.k = m.id WHERE m.n < %i");
    }
}
