package dev.lockstep.rm.at;

import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

class RowLockIT {

    @Nested
    final class OnMySql extends RowLockContract {
        private final DatabaseServer server;

        OnMySql(@SharedDatabase(DatabaseKind.MYSQL) DatabaseServer server) {
            this.server = server;
        }

        @Override
        Rig open(ResourceManagerOptions options) throws SQLException {
            return Rig.on(server, "", options);
        }

        @Override
        String textInAnyCase() {
            return "VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci";
        }

        @Override
        String exactText() {
            return "VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";
        }
    }

    @Nested
    final class OnMariaDb extends RowLockContract {
        private final DatabaseServer server;

        OnMariaDb(@SharedDatabase(DatabaseKind.MARIADB) DatabaseServer server) {
            this.server = server;
        }

        @Override
        Rig open(ResourceManagerOptions options) throws SQLException {
            return Rig.on(server, "", options);
        }

        @Override
        String textInAnyCase() {
            return "VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_uca1400_ai_ci";
        }

        @Override
        String exactText() {
            return "VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";
        }
    }

    @Nested
    @Tag("postgresql-16")
    final class OnPostgreSql extends RowLockContract {
        private final DatabaseServer server;

        OnPostgreSql(@SharedDatabase(DatabaseKind.POSTGRES) DatabaseServer server) {
            this.server = server;
        }

        @Override
        Rig open(ResourceManagerOptions options) throws SQLException {
            return Rig.on(server, "", options);
        }

        @Override
        String preparation() {
            return "CREATE EXTENSION IF NOT EXISTS citext";
        }

        @Override
        String textInAnyCase() {
            return "CITEXT";
        }

        @Override
        String sixteenBytes() {
            return "BYTEA";
        }
    }
}
