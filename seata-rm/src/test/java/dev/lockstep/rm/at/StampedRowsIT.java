package dev.lockstep.rm.at;

import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

class StampedRowsIT {

    private abstract static class OnMySqlOrMariaDb extends StampedRowsContract {
        OnMySqlOrMariaDb(DatabaseServer server) {
            super(Rigs.on(server));
        }

        @Override
        String[] triggerThatCounts() {
            return new String[] {
                "CREATE TRIGGER counting BEFORE UPDATE ON orders FOR EACH ROW SET NEW.version = OLD.version + 1"
            };
        }

        @Override
        String[] triggerThatChangesKeys() {
            return new String[] {
                "CREATE TRIGGER renumbering BEFORE INSERT ON orders FOR EACH ROW SET NEW.id = NEW.id + 1000"
            };
        }
    }

    @Nested
    final class OnMySql extends OnMySqlOrMariaDb {
        OnMySql(@SharedDatabase(DatabaseKind.MYSQL) DatabaseServer server) {
            super(server);
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
    final class OnPostgreSql extends StampedRowsContract {
        OnPostgreSql(@SharedDatabase(DatabaseKind.POSTGRES) DatabaseServer server) {
            super(Rigs.on(server));
        }

        @Override
        String[] triggerThatCounts() {
            return new String[] {
                "CREATE FUNCTION count_changes() RETURNS TRIGGER LANGUAGE plpgsql AS"
                        + " $$ BEGIN NEW.version = OLD.version + 1; RETURN NEW; END $$",
                "CREATE TRIGGER counting BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION count_changes()"
            };
        }

        @Override
        String[] triggerThatChangesKeys() {
            return new String[] {
                "CREATE FUNCTION renumber() RETURNS TRIGGER LANGUAGE plpgsql AS"
                        + " $$ BEGIN NEW.id = NEW.id + 1000; RETURN NEW; END $$",
                "CREATE TRIGGER renumbering BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION renumber()"
            };
        }
    }
}
