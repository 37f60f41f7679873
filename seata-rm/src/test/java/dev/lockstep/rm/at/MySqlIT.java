package dev.lockstep.rm.at;

import com.mysql.cj.jdbc.MysqlDataSource;
import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import dev.lockstep.testing.database.TestDatabase;
import java.util.List;
import javax.sql.DataSource;

final class MySqlIT extends MySqlContract {

    MySqlIT(@SharedDatabase(DatabaseKind.MYSQL) DatabaseServer server) {
        super(server);
    }

    @Override
    DataSource dataSource(TestDatabase database, String parameters) {
        MysqlDataSource dataSource = new MysqlDataSource();
        dataSource.setUrl(database.url() + parameters);
        dataSource.setUser(database.user());
        dataSource.setPassword(database.password());
        return dataSource;
    }

    @Override
    List<String> without() {
        return List.of("UUID", "INET4", "INET6");
    }
}
