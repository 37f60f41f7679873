package dev.lockstep.frameworks.jooq;

import dev.lockstep.frameworks.shop.ShopDatabase;
import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

class JooqIT {

    @Nested
    final class OnPostgreSql extends JooqContract {
        OnPostgreSql(@SharedDatabase(DatabaseKind.POSTGRES) DatabaseServer server) throws SQLException {
            super(ShopDatabase.on(server));
        }
    }

    @Nested
    @Tag("mysql")
    final class OnMySql extends JooqContract {
        OnMySql(@SharedDatabase(DatabaseKind.MYSQL) DatabaseServer server) throws SQLException {
            super(ShopDatabase.on(server));
        }
    }

    @Nested
    @Tag("mysql")
    final class OnMariaDb extends JooqContract {
        OnMariaDb(@SharedDatabase(DatabaseKind.MARIADB) DatabaseServer server) throws SQLException {
            super(ShopDatabase.on(server));
        }
    }
}
