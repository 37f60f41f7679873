package dev.lockstep.rm.at;

import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

class RowLockIT {

    @Nested
    final class OnMySql extends RowLockContract {
        OnMySql(@SharedDatabase(DatabaseKind.MYSQL) DatabaseServer server) {
            super(Rigs.on(server));
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
        OnMariaDb(@SharedDatabase(DatabaseKind.MARIADB) DatabaseServer server) {
            super(Rigs.on(server));
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
        OnPostgreSql(@SharedDatabase(DatabaseKind.POSTGRES) DatabaseServer server) {
            super(Rigs.on(server));
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
