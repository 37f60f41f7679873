package dev.lockstep.rm.at;

import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Nested;

class ManyRowsIT {

    @Nested
    final class OnMySql extends ManyRowsContract {
        private final DatabaseServer server;

        OnMySql(@SharedDatabase(DatabaseKind.MYSQL) DatabaseServer server) {
            this.server = server;
        }

        @Override
        Rig open() throws SQLException {
            return Rig.on(server);
        }

        @Override
        List<String> withoutTypes() {
            return List.of("UUID", "INET4", "INET6");
        }
    }

    @Nested
    final class OnMySqlThroughStatementsOfTheServer extends ManyRowsContract {
        private final DatabaseServer server;

        OnMySqlThroughStatementsOfTheServer(@SharedDatabase(DatabaseKind.MYSQL) DatabaseServer server) {
            this.server = server;
        }

        @Override
        Rig open() throws SQLException {
            return Rig.on(server, "?useServerPrepStmts=true", ResourceManagerOptions.defaults());
        }

        @Override
        List<String> withoutTypes() {
            return List.of("UUID", "INET4", "INET6");
        }
    }

    @Nested
    final class OnMariaDb extends ManyRowsContract {
        private final DatabaseServer server;

        OnMariaDb(@SharedDatabase(DatabaseKind.MARIADB) DatabaseServer server) {
            this.server = server;
        }

        @Override
        Rig open() throws SQLException {
            return Rig.on(server);
        }

        @Override
        List<String> withoutTypes() {
            return List.of();
        }
    }

    @Nested
    final class OnMariaDbThroughStatementsOfTheServer extends ManyRowsContract {
        private final DatabaseServer server;

        OnMariaDbThroughStatementsOfTheServer(@SharedDatabase(DatabaseKind.MARIADB) DatabaseServer server) {
            this.server = server;
        }

        @Override
        Rig open() throws SQLException {
            return Rig.on(server, "?useServerPrepStmts=true", ResourceManagerOptions.defaults());
        }

        @Override
        List<String> withoutTypes() {
            return List.of();
        }
    }
}
