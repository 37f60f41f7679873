package dev.lockstep.rm.at;

import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

class UndoLogCreationIT {

    @Nested
    final class OnMySql extends UndoLogCreationContract {
        OnMySql(@SharedDatabase(DatabaseKind.MYSQL) DatabaseServer server) {
            super(Rigs.on(server));
        }
    }

    @Nested
    final class OnMariaDb extends UndoLogCreationContract {
        OnMariaDb(@SharedDatabase(DatabaseKind.MARIADB) DatabaseServer server) {
            super(Rigs.on(server));
        }
    }

    @Nested
    @Tag("postgresql-16")
    final class OnPostgreSql extends UndoLogCreationContract {
        OnPostgreSql(@SharedDatabase(DatabaseKind.POSTGRES) DatabaseServer server) {
            super(Rigs.on(server));
        }
    }
}
