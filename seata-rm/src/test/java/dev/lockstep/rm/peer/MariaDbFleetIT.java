package dev.lockstep.rm.peer;

import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.mariadb.jdbc.MariaDbDataSource;

@Tag("fleet-mariadb")
final class MariaDbFleetIT extends MySqlFleet {

    MariaDbFleetIT(@SharedDatabase(DatabaseKind.MARIADB) DatabaseServer server) throws SQLException {
        super(server);
    }

    @Override
    DataSource dataSource() throws SQLException {
        MariaDbDataSource dataSource = new MariaDbDataSource();
        dataSource.setUrl(database.url());
        dataSource.setUser(database.user());
        dataSource.setPassword(database.password());
        return dataSource;
    }

    @Override
    List<String> without() {
        return List.of();
    }
}
