package dev.lockstep.frameworks.jpa;

import dev.lockstep.frameworks.shop.ShopDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.Nested;

class SpringDataJpaTest {

    @Nested
    final class OnH2 extends SpringDataJpaContract {
        OnH2() throws SQLException {
            super(ShopDatabase.h2());
        }
    }

    @Nested
    final class OnH2LikeMySql extends SpringDataJpaContract {
        OnH2LikeMySql() throws SQLException {
            super(ShopDatabase.h2LikeMySql());
        }
    }

    @Nested
    final class OnH2LikePostgreSql extends SpringDataJpaContract {
        OnH2LikePostgreSql() throws SQLException {
            super(ShopDatabase.h2LikePostgreSql());
        }
    }
}
