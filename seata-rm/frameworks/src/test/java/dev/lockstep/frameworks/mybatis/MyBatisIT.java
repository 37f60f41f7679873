package dev.lockstep.frameworks.mybatis;

import dev.lockstep.frameworks.shop.ShopDatabase;
import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import java.sql.SQLException;
import org.apache.ibatis.session.ExecutorType;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

class MyBatisIT {

    @Nested
    final class SimpleOnPostgreSql extends MyBatisContract {
        SimpleOnPostgreSql(@SharedDatabase(DatabaseKind.POSTGRES) DatabaseServer server) throws SQLException {
            super(ShopDatabase.on(server), ExecutorType.SIMPLE);
        }
    }

    @Nested
    final class ReuseOnPostgreSql extends MyBatisContract {
        ReuseOnPostgreSql(@SharedDatabase(DatabaseKind.POSTGRES) DatabaseServer server) throws SQLException {
            super(ShopDatabase.on(server), ExecutorType.REUSE);
        }
    }

    @Nested
    final class BatchOnPostgreSql extends MyBatisContract {
        BatchOnPostgreSql(@SharedDatabase(DatabaseKind.POSTGRES) DatabaseServer server) throws SQLException {
            super(ShopDatabase.on(server), ExecutorType.BATCH);
        }
    }

    @Nested
    @Tag("mysql")
    final class ReuseOnMySql extends MyBatisContract {
        ReuseOnMySql(@SharedDatabase(DatabaseKind.MYSQL) DatabaseServer server) throws SQLException {
            super(ShopDatabase.on(server), ExecutorType.REUSE);
        }
    }

    @Nested
    @Tag("mysql")
    final class BatchOnMySql extends MyBatisContract {
        BatchOnMySql(@SharedDatabase(DatabaseKind.MYSQL) DatabaseServer server) throws SQLException {
            super(ShopDatabase.on(server), ExecutorType.BATCH);
        }
    }

    @Nested
    @Tag("mysql")
    final class BatchOnMariaDb extends MyBatisContract {
        BatchOnMariaDb(@SharedDatabase(DatabaseKind.MARIADB) DatabaseServer server) throws SQLException {
            super(ShopDatabase.on(server), ExecutorType.BATCH);
        }
    }
}
