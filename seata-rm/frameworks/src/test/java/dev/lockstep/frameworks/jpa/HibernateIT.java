package dev.lockstep.frameworks.jpa;

import dev.lockstep.frameworks.shop.ShopDatabase;
import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.Nested;

class HibernateIT {

    @Nested
    final class OnPostgreSql extends HibernateContract {
        OnPostgreSql(@SharedDatabase(DatabaseKind.POSTGRES) DatabaseServer server) throws SQLException {
            super(ShopDatabase.on(server));
        }
    }
}
