package dev.lockstep.frameworks.mybatis;

import dev.lockstep.frameworks.shop.ShopDatabase;
import java.sql.SQLException;
import org.apache.ibatis.session.ExecutorType;
import org.junit.jupiter.api.Nested;

class MyBatisTest {

    @Nested
    final class SimpleOnH2 extends MyBatisContract {
        SimpleOnH2() throws SQLException {
            super(ShopDatabase.h2(), ExecutorType.SIMPLE);
        }
    }

    @Nested
    final class ReuseOnH2 extends MyBatisContract {
        ReuseOnH2() throws SQLException {
            super(ShopDatabase.h2(), ExecutorType.REUSE);
        }
    }

    @Nested
    final class BatchOnH2 extends MyBatisContract {
        BatchOnH2() throws SQLException {
            super(ShopDatabase.h2(), ExecutorType.BATCH);
        }
    }

    @Nested
    final class SimpleOnH2LikeMySql extends MyBatisContract {
        SimpleOnH2LikeMySql() throws SQLException {
            super(ShopDatabase.h2LikeMySql(), ExecutorType.SIMPLE);
        }
    }

    @Nested
    final class BatchOnH2LikePostgreSql extends MyBatisContract {
        BatchOnH2LikePostgreSql() throws SQLException {
            super(ShopDatabase.h2LikePostgreSql(), ExecutorType.BATCH);
        }
    }
}
