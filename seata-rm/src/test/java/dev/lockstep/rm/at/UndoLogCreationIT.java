package dev.lockstep.rm.at;

import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

class UndoLogCreationIT {

    @Nested
    final class OnMySql extends UndoLogCreationContract {
        private final DatabaseServer server;

        OnMySql(@SharedDatabase(DatabaseKind.MYSQL) DatabaseServer server) {
            this.server = server;
        }

        @Override
        Rig open(ResourceManagerOptions options) throws SQLException {
            return Rig.on(server, "", options);
        }
    }

    @Nested
    final class OnMariaDb extends UndoLogCreationContract {
        private final DatabaseServer server;

        OnMariaDb(@SharedDatabase(DatabaseKind.MARIADB) DatabaseServer server) {
            this.server = server;
        }

        @Override
        Rig open(ResourceManagerOptions options) throws SQLException {
            return Rig.on(server, "", options);
        }
    }

    @Nested
    @Tag("postgresql-16")
    final class OnPostgreSql extends UndoLogCreationContract {
        private final DatabaseServer server;

        OnPostgreSql(@SharedDatabase(DatabaseKind.POSTGRES) DatabaseServer server) {
            this.server = server;
        }

        @Override
        Rig open(ResourceManagerOptions options) throws SQLException {
            return Rig.on(server, "", options);
        }
    }
}
