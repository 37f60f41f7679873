package dev.lockstep.rm.peer;

import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import dev.lockstep.testing.database.TestDatabase;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.mariadb.jdbc.MariaDbDataSource;

class MariaDbPeerIT extends PeerContract {

    MariaDbPeerIT(@SharedDatabase(DatabaseKind.MARIADB) DatabaseServer server) throws SQLException {
        super(server);
    }

    @Override
    DataSource dataSource(TestDatabase opened) throws SQLException {
        MariaDbDataSource dataSource = new MariaDbDataSource();
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
        return "seen DATETIME(6), day DATE, on_sale TINYINT(1) DEFAULT 1, tag UUID DEFAULT '00112233-4455-6677-8899-aabbccddeeff'";
    }
}
