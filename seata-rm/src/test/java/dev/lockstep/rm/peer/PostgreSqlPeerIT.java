package dev.lockstep.rm.peer;

import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import dev.lockstep.testing.database.TestDatabase;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

class PostgreSqlPeerIT extends PeerContract {

    PostgreSqlPeerIT(@SharedDatabase(DatabaseKind.POSTGRES) DatabaseServer server) throws SQLException {
        super(server);
    }

    @Override
    DataSource dataSource(TestDatabase opened) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(opened.url());
        dataSource.setUser(opened.user());
        dataSource.setPassword(opened.password());
        return dataSource;
    }

    @Override
    String undoLogScript() {
        return "postgresql";
    }

    @Override
    String columns() {
        return "seen TIMESTAMPTZ(6), day DATE, traits JSONB DEFAULT '{\"a\": 1}', origin INET DEFAULT '::1'";
    }
}
