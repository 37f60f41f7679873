package dev.lockstep.rm.at;

import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import dev.lockstep.testing.database.TestDatabase;
import java.sql.SQLException;
import java.util.EnumSet;
import org.junit.jupiter.api.AfterEach;
import org.mariadb.jdbc.MariaDbDataSource;

final class MariaDbFormsIT extends StatementFormsContract {

    private final TestDatabase database;

    MariaDbFormsIT(@SharedDatabase(DatabaseKind.MARIADB) DatabaseServer server) throws SQLException {
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
    boolean knows(Form form) {
        return EnumSet.of(Form.INSERT_SET, Form.JOIN_AS_TARGET, Form.RETURNING_OF_ROWS_ADDED_OR_GONE)
                .contains(form);
    }
}
