package dev.lockstep.frameworks.jpa;

import dev.lockstep.frameworks.shop.ShopDatabase;
import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

class HibernateIT {

    @Nested
    final class OnPostgreSql extends HibernateContract {
        OnPostgreSql(@SharedDatabase(DatabaseKind.POSTGRES) DatabaseServer server) throws SQLException {
            super(ShopDatabase.on(server));
        }
    }

    @Nested
    @Tag("mysql")
    final class OnMySql extends HibernateContract {
        OnMySql(@SharedDatabase(DatabaseKind.MYSQL) DatabaseServer server) throws SQLException {
            super(ShopDatabase.on(server));
        }
    }

    @Nested
    @Tag("mysql")
    final class OnMariaDb extends HibernateContract {
        OnMariaDb(@SharedDatabase(DatabaseKind.MARIADB) DatabaseServer server) throws SQLException {
            super(ShopDatabase.on(server));
        }
    }
}
