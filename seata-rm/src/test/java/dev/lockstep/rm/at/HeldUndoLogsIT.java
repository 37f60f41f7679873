package dev.lockstep.rm.at;

import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

class HeldUndoLogsIT {

    @Nested
    final class OnMySql extends HeldUndoLogsContract {
        private final DatabaseServer server;

        OnMySql(@SharedDatabase(DatabaseKind.MYSQL) DatabaseServer server) {
            this.server = server;
        }

        @Override
        Rig open() throws SQLException {
            return Rig.on(server);
        }
    }

    @Nested
    final class OnMariaDb extends HeldUndoLogsContract {
        private final DatabaseServer server;

        OnMariaDb(@SharedDatabase(DatabaseKind.MARIADB) DatabaseServer server) {
            this.server = server;
        }

        @Override
        Rig open() throws SQLException {
            return Rig.on(server);
        }
    }

    @Nested
    @Tag("postgresql-16")
    final class OnPostgreSql extends HeldUndoLogsContract {
        private final DatabaseServer server;

        OnPostgreSql(@SharedDatabase(DatabaseKind.POSTGRES) DatabaseServer server) {
            this.server = server;
        }

        @Override
        Rig open() throws SQLException {
            return Rig.on(server);
        }
    }
}
