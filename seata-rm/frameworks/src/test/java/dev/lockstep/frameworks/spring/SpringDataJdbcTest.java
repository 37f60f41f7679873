package dev.lockstep.frameworks.spring;

import dev.lockstep.frameworks.shop.ShopDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.Nested;

class SpringDataJdbcTest {

    @Nested
    final class OnH2 extends SpringDataJdbcContract {
        OnH2() throws SQLException {
            super(ShopDatabase.h2());
        }
    }

    @Nested
    final class OnH2LikeMySql extends SpringDataJdbcContract {
        OnH2LikeMySql() throws SQLException {
            super(ShopDatabase.h2LikeMySql());
        }
    }

    @Nested
    final class OnH2LikePostgreSql extends SpringDataJdbcContract {
        OnH2LikePostgreSql() throws SQLException {
            super(ShopDatabase.h2LikePostgreSql());
        }
    }
}
