package dev.lockstep.frameworks.mybatis;

import dev.lockstep.frameworks.shop.ShopDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.Nested;

class MyBatisPlusTest {

    @Nested
    final class OnH2 extends MyBatisPlusContract {
        OnH2() throws SQLException {
            super(ShopDatabase.h2());
        }
    }

    @Nested
    final class OnH2LikeMySql extends MyBatisPlusContract {
        OnH2LikeMySql() throws SQLException {
            super(ShopDatabase.h2LikeMySql());
        }
    }

    @Nested
    final class OnH2LikePostgreSql extends MyBatisPlusContract {
        OnH2LikePostgreSql() throws SQLException {
            super(ShopDatabase.h2LikePostgreSql());
        }
    }
}
