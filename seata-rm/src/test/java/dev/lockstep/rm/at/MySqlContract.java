package dev.lockstep.rm.at;

import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;

/** The contract in the SQL that MySQL and MariaDB share. */
abstract class MySqlContract extends DialectContract {

    private final DatabaseServer server;
    private final List<TestDatabase> databases = new ArrayList<>();

    MySqlContract(DatabaseServer server) {
        this.server = server;
    }

    @Override
    Rig open() throws SQLException {
        return Rig.on(server);
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
}
