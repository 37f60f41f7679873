package dev.lockstep.rm.at;

import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import dev.lockstep.testing.database.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.postgresql.ds.PGSimpleDataSource;

final class PostgreSqlIT extends DialectContract {

    private final TestDatabase database;

    PostgreSqlIT(@SharedDatabase(DatabaseKind.POSTGRES) DatabaseServer server) throws SQLException {
        database = server.createDatabase();
    }

    @Override
    Rig open() throws SQLException {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(database.url());
        dataSource.setUser(database.user());
        dataSource.setPassword(database.password());
        Rig opened = new Rig(dataSource, "postgresql", ResourceManagerOptions.defaults());
        opened.plain(PostgreSqlAllTypes.preparation());
        return opened;
    }

    @AfterEach
    void drop_database() throws SQLException {
        database.close();
    }

    @Override
    boolean writesTakeLimit() {
        return false;
    }

    @Override
    String allTypesTable() {
        return PostgreSqlAllTypes.table();
    }

    @Override
    Map<String, List<String>> allTypesValues() {
        return PostgreSqlAllTypes.values();
    }
}
