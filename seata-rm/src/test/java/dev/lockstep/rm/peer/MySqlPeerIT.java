package dev.lockstep.rm.peer;

import com.mysql.cj.jdbc.MysqlDataSource;
import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import dev.lockstep.testing.database.TestDatabase;
import java.sql.SQLException;
import javax.sql.DataSource;

class MySqlPeerIT extends PeerContract {

    MySqlPeerIT(@SharedDatabase(DatabaseKind.MYSQL) DatabaseServer server) throws SQLException {
        super(server);
    }

    @Override
    DataSource dataSource(TestDatabase opened) {
        MysqlDataSource dataSource = new MysqlDataSource();
        dataSource.setUrl(opened.url());
        dataSource.setUser(opened.user());
        dataSource.setPassword(opened.password());
        return dataSource;
    }

    @Override
    String undoLogScript() {
        return "mysql";
    }

    @Override
    String columns() {
        return "seen DATETIME(6), day DATE, on_sale TINYINT(1) DEFAULT 1";
    }
}
