package dev.lockstep.rm.at;

import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import dev.lockstep.testing.database.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.mariadb.jdbc.MariaDbDataSource;

final class MariaDbIT extends MySqlContract {

    MariaDbIT(@SharedDatabase(DatabaseKind.MARIADB) DatabaseServer server) {
        super(server);
    }

    @Override
    DataSource dataSource(TestDatabase database, String parameters) throws SQLException {
        MariaDbDataSource dataSource = new MariaDbDataSource();
        dataSource.setUrl(database.url() + parameters);
        dataSource.setUser(database.user());
        dataSource.setPassword(database.password());
        return dataSource;
    }

    @Override
    boolean returnsEveryKey() {
        return false;
    }

    @Override
    List<String> without() {
        return List.of();
    }
}
