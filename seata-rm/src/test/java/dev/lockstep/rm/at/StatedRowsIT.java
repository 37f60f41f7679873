package dev.lockstep.rm.at;

import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import java.util.List;
import org.junit.jupiter.api.Nested;

class StatedRowsIT {

    /** Either of the two servers that cut what does not fit, if they are told to. */
    private abstract static class LikeMySql extends StatedRowsContract {
        LikeMySql(DatabaseServer server) {
            super(Rigs.on(server));
        }

        @Override
        List<String> moreTypes() {
            return List.of(
                    "INT UNSIGNED",
                    "BIGINT UNSIGNED",
                    "MEDIUMINT",
                    "INT(6) ZEROFILL",
                    "DECIMAL(8, 2) UNSIGNED",
                    "DECIMAL(8, 2) ZEROFILL",
                    "VARCHAR(6) CHARACTER SET latin1",
                    "VARCHAR(6) CHARACTER SET ucs2",
                    "VARCHAR(6) CHARACTER SET swe7",
                    "CHAR(6)",
                    "TEXT");
        }

        @Override
        String careless() {
            return "SET sql_mode = ''";
        }
    }

    @Nested
    final class OnMySql extends LikeMySql {
        OnMySql(@SharedDatabase(DatabaseKind.MYSQL) DatabaseServer server) {
            super(server);
        }
    }

    @Nested
    final class OnMariaDb extends LikeMySql {
        OnMariaDb(@SharedDatabase(DatabaseKind.MARIADB) DatabaseServer server) {
            super(server);
        }
    }

    @Nested
    final class OnPostgreSql extends StatedRowsContract {
        OnPostgreSql(@SharedDatabase(DatabaseKind.POSTGRES) DatabaseServer server) {
            super(Rigs.on(server));
        }

        @Override
        List<String> moreTypes() {
            return List.of("TEXT", "VARCHAR", "CHAR(6)", "NUMERIC", "INT8");
        }
    }
}
