package dev.lockstep.frameworks.mybatis;

import dev.lockstep.frameworks.shop.ShopDatabase;
import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

class MyBatisPlusIT {

    @Nested
    final class OnPostgreSql extends MyBatisPlusContract {
        OnPostgreSql(@SharedDatabase(DatabaseKind.POSTGRES) DatabaseServer server) throws SQLException {
            super(ShopDatabase.on(server));
        }
    }

    @Nested
    @Tag("mysql")
    final class OnMySql extends MyBatisPlusContract {
        OnMySql(@SharedDatabase(DatabaseKind.MYSQL) DatabaseServer server) throws SQLException {
            super(ShopDatabase.on(server));
        }
    }

    @Nested
    @Tag("mysql")
    final class OnMariaDb extends MyBatisPlusContract {
        OnMariaDb(@SharedDatabase(DatabaseKind.MARIADB) DatabaseServer server) throws SQLException {
            super(ShopDatabase.on(server));
        }
    }
}
