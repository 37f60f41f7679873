package dev.lockstep.rm.at;

import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import java.util.EnumSet;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

class StatementFormsIT {

    @Nested
    final class OnMySql extends StatementFormsContract {
        OnMySql(@SharedDatabase(DatabaseKind.MYSQL) DatabaseServer server) {
            super(Rigs.on(server));
        }

        @Override
        boolean knows(Form form) {
            return EnumSet.of(Form.INSERT_SET, Form.JOIN_AS_TARGET, Form.WITH_BEFORE_UPDATE)
                    .contains(form);
        }
    }

    @Nested
    final class OnMariaDb extends StatementFormsContract {
        OnMariaDb(@SharedDatabase(DatabaseKind.MARIADB) DatabaseServer server) {
            super(Rigs.on(server));
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
        OnPostgreSql(@SharedDatabase(DatabaseKind.POSTGRES) DatabaseServer server) {
            super(Rigs.on(server));
        }

        @Override
        boolean knows(Form form) {
            return !EnumSet.of(Form.INSERT_SET, Form.JOIN_AS_TARGET).contains(form);
        }
    }
}
