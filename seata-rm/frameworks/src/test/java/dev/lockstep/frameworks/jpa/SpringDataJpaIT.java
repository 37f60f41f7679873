package dev.lockstep.frameworks.jpa;

import dev.lockstep.frameworks.shop.ShopDatabase;
import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

class SpringDataJpaIT {

    @Nested
    final class OnPostgreSql extends SpringDataJpaContract {
        OnPostgreSql(@SharedDatabase(DatabaseKind.POSTGRES) DatabaseServer server) throws SQLException {
            super(ShopDatabase.on(server));
        }
    }

    @Nested
    @Tag("mysql")
    final class OnMySql extends SpringDataJpaContract {
        OnMySql(@SharedDatabase(DatabaseKind.MYSQL) DatabaseServer server) throws SQLException {
            super(ShopDatabase.on(server));
        }
    }

    @Nested
    @Tag("mysql")
    final class OnMariaDb extends SpringDataJpaContract {
        OnMariaDb(@SharedDatabase(DatabaseKind.MARIADB) DatabaseServer server) throws SQLException {
            super(ShopDatabase.on(server));
        }
    }
}
