package dev.lockstep.rm.at;

import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

class EscapeRoutesIT {

    /** MySQL or MariaDB. */
    private abstract static class OnServer extends EscapeRoutesContract {
        private final DatabaseServer server;

        OnServer(DatabaseServer server) {
            this.server = server;
        }

        @Override
        Rig open() throws SQLException {
            // With this the driver lets several statements in one text through.
            var parameters = server.kind() == DatabaseKind.POSTGRES ? "" : "?allowMultiQueries=true";
            return Rig.on(server, parameters, ResourceManagerOptions.defaults());
        }

        @Override
        String[] triggerThatChangesKeys() {
            return new String[] {
                "CREATE TRIGGER key_changer BEFORE INSERT ON stock FOR EACH ROW SET NEW.id = NEW.id + 1000"
            };
        }

        @Override
        boolean tellsKeysOfTriggers() {
            return false;
        }
    }

    @Nested
    final class OnMySql extends OnServer {
        OnMySql(@SharedDatabase(DatabaseKind.MYSQL) DatabaseServer server) {
            super(server);
        }
    }

    @Nested
    final class OnMariaDb extends OnServer {
        OnMariaDb(@SharedDatabase(DatabaseKind.MARIADB) DatabaseServer server) {
            super(server);
        }
    }

    @Nested
    @Tag("postgresql-16")
    final class OnPostgreSql extends OnServer {
        OnPostgreSql(@SharedDatabase(DatabaseKind.POSTGRES) DatabaseServer server) {
            super(server);
        }

        @Override
        String[] triggerThatChangesKeys() {
            return new String[] {
                "CREATE FUNCTION change_key() RETURNS TRIGGER LANGUAGE plpgsql AS"
                        + " $$ BEGIN NEW.id = NEW.id + 1000; RETURN NEW; END $$",
                "CREATE TRIGGER key_changer BEFORE INSERT ON stock FOR EACH ROW EXECUTE FUNCTION change_key()"
            };
        }

        @Override
        boolean tellsKeysOfTriggers() {
            return true;
        }
    }
}
