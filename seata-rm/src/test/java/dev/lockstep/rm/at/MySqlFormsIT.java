package dev.lockstep.rm.at;

import com.mysql.cj.jdbc.MysqlDataSource;
import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import dev.lockstep.testing.database.TestDatabase;
import java.sql.SQLException;
import java.util.EnumSet;
import org.junit.jupiter.api.AfterEach;

final class MySqlFormsIT extends StatementFormsContract {

    private final TestDatabase database;

    MySqlFormsIT(@SharedDatabase(DatabaseKind.MYSQL) DatabaseServer server) throws SQLException {
        database = server.createDatabase();
    }

    @Override
    Rig open() throws SQLException {
        MysqlDataSource dataSource = new MysqlDataSource();
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
        return EnumSet.of(Form.INSERT_SET, Form.JOIN_AS_TARGET, Form.WITH_BEFORE_UPDATE)
                .contains(form);
    }
}
