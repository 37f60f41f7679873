package dev.lockstep.rm.peer;

import com.mysql.cj.jdbc.MysqlDataSource;
import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;

@Tag("fleet-mysql")
final class MySqlFleetIT extends MySqlFleet {

    MySqlFleetIT(@SharedDatabase(DatabaseKind.MYSQL) DatabaseServer server) throws SQLException {
        super(server);
    }

    @Override
    DataSource dataSource() throws SQLException {
        MysqlDataSource dataSource = new MysqlDataSource();
        dataSource.setUrl(database.url());
        dataSource.setUser(database.user());
        dataSource.setPassword(database.password());
        return dataSource;
    }

    @Override
    List<String> without() {
        return List.of("UUID", "INET4", "INET6");
    }
}
