package dev.lockstep.rm.at;

import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import java.util.List;
import org.junit.jupiter.api.Nested;

class ManyRowsIT {

    @Nested
    final class OnMySql extends ManyRowsContract {
        OnMySql(@SharedDatabase(DatabaseKind.MYSQL) DatabaseServer server) {
            super(Rigs.on(server));
        }

        @Override
        List<String> withoutTypes() {
            return List.of("UUID", "INET4", "INET6");
        }
    }

    @Nested
    final class OnMySqlThroughStatementsOfTheServer extends ManyRowsContract {
        OnMySqlThroughStatementsOfTheServer(@SharedDatabase(DatabaseKind.MYSQL) DatabaseServer server) {
            super((parameters, options) -> Rig.on(server, "?useServerPrepStmts=true", options));
        }

        @Override
        List<String> withoutTypes() {
            return List.of("UUID", "INET4", "INET6");
        }
    }

    @Nested
    final class OnMariaDb extends ManyRowsContract {
        OnMariaDb(@SharedDatabase(DatabaseKind.MARIADB) DatabaseServer server) {
            super(Rigs.on(server));
        }

        @Override
        List<String> withoutTypes() {
            return List.of();
        }
    }

    @Nested
    final class OnMariaDbThroughStatementsOfTheServer extends ManyRowsContract {
        OnMariaDbThroughStatementsOfTheServer(@SharedDatabase(DatabaseKind.MARIADB) DatabaseServer server) {
            super((parameters, options) -> Rig.on(server, "?useServerPrepStmts=true", options));
        }

        @Override
        List<String> withoutTypes() {
            return List.of();
        }
    }
}
