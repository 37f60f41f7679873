package dev.lockstep.frameworks.jooq;

import dev.lockstep.frameworks.shop.ShopDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.Nested;

class JooqTest {

    @Nested
    final class OnH2 extends JooqContract {
        OnH2() throws SQLException {
            super(ShopDatabase.h2());
        }
    }

    @Nested
    final class OnH2LikeMySql extends JooqContract {
        OnH2LikeMySql() throws SQLException {
            super(ShopDatabase.h2LikeMySql());
        }
    }

    @Nested
    final class OnH2LikePostgreSql extends JooqContract {
        OnH2LikePostgreSql() throws SQLException {
            super(ShopDatabase.h2LikePostgreSql());
        }
    }
}
