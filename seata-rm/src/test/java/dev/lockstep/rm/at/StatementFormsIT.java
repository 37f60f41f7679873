package dev.lockstep.rm.at;

import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import java.sql.SQLException;
import java.util.EnumSet;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

class StatementFormsIT {

    @Nested
    final class OnMySql extends StatementFormsContract {
        private final DatabaseServer server;

        OnMySql(@SharedDatabase(DatabaseKind.MYSQL) DatabaseServer server) {
            this.server = server;
        }

        @Override
        Rig open() throws SQLException {
            return Rig.on(server);
        }

        @Override
        boolean knows(Form form) {
            return EnumSet.of(Form.INSERT_SET, Form.JOIN_AS_TARGET, Form.WITH_BEFORE_UPDATE)
                    .contains(form);
        }
    }

    @Nested
    final class OnMariaDb extends StatementFormsContract {
        private final DatabaseServer server;

        OnMariaDb(@SharedDatabase(DatabaseKind.MARIADB) DatabaseServer server) {
            this.server = server;
        }

        @Override
        Rig open() throws SQLException {
            return Rig.on(server);
        }

        @Override
        boolean knows(Form form) {
            return EnumSet.of(
                            Form.INSERT_SET,
                            Form.INSERT_FROM_QUERY,
                            Form.JOIN_AS_TARGET,
                            Form.RETURNING_OF_ROWS_ADDED_OR_GONE)
                    .contains(form);
        }
    }

    @Nested
    @Tag("postgresql-16")
    final class OnPostgreSql extends StatementFormsContract {
        private final DatabaseServer server;

        OnPostgreSql(@SharedDatabase(DatabaseKind.POSTGRES) DatabaseServer server) {
            this.server = server;
        }

        @Override
        Rig open() throws SQLException {
            return Rig.on(server);
        }

        @Override
        boolean knows(Form form) {
            return !EnumSet.of(Form.INSERT_SET, Form.JOIN_AS_TARGET).contains(form);
        }
    }
}
