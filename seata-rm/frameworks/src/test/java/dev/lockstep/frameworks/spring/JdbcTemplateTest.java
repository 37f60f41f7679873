package dev.lockstep.frameworks.spring;

import dev.lockstep.frameworks.shop.ShopDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.Nested;

class JdbcTemplateTest {

    @Nested
    final class OnH2 extends JdbcTemplateContract {
        OnH2() throws SQLException {
            super(ShopDatabase.h2());
        }
    }

    @Nested
    final class OnH2LikeMySql extends JdbcTemplateContract {
        OnH2LikeMySql() throws SQLException {
            super(ShopDatabase.h2LikeMySql());
        }
    }

    @Nested
    final class OnH2LikePostgreSql extends JdbcTemplateContract {
        OnH2LikePostgreSql() throws SQLException {
            super(ShopDatabase.h2LikePostgreSql());
        }
    }
}
