package dev.lockstep.rm.at;

import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

class EscapeRoutesIT {

    private abstract static class OnMySqlOrMariaDb extends EscapeRoutesContract {
        OnMySqlOrMariaDb(DatabaseServer server) {
            // With this the driver lets several statements in one text through.
            super((parameters, options) -> Rig.on(server, "?allowMultiQueries=true", options));
        }

        @Override
        String[] triggerThatChangesKeys() {
            return new String[] {
                "CREATE TRIGGER key_changer BEFORE INSERT ON stock FOR EACH ROW SET NEW.id = NEW.id + 1000"
            };
        }
    }

    @Nested
    final class OnMySql extends OnMySqlOrMariaDb {
        OnMySql(@SharedDatabase(DatabaseKind.MYSQL) DatabaseServer server) {
            super(server);
        }

        @Override
        boolean tellsKeysOfTriggers() {
            return false;
        }
    }

    @Nested
    final class OnMariaDb extends OnMySqlOrMariaDb {
        OnMariaDb(@SharedDatabase(DatabaseKind.MARIADB) DatabaseServer server) {
            super(server);
        }
    }

    @Nested
    @Tag("postgresql-16")
    final class OnPostgreSql extends EscapeRoutesContract {
        OnPostgreSql(@SharedDatabase(DatabaseKind.POSTGRES) DatabaseServer server) {
            super(Rigs.on(server));
        }

        @Override
        String[] triggerThatChangesKeys() {
            return new String[] {
                "CREATE FUNCTION change_key() RETURNS TRIGGER LANGUAGE plpgsql AS"
                        + " $$ BEGIN NEW.id = NEW.id + 1000; RETURN NEW; END $$",
                "CREATE TRIGGER key_changer BEFORE INSERT ON stock FOR EACH ROW EXECUTE FUNCTION change_key()"
            };
        }
    }
}
