package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

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

        @Test
        void a_trigger_before_each_row_that_writes_elsewhere_is_refused_before_it_fires() throws Exception {
            rig.plain(
                    "CREATE TABLE total (amount INT)",
                    "INSERT INTO total VALUES (0)",
                    "CREATE TRIGGER summing BEFORE INSERT ON stock FOR EACH ROW UPDATE total SET amount = amount + 1");
            assertRefusedForTrigger("INSERT INTO stock VALUES (3, 30)", "summing");
            assertThat(rig.number("SELECT amount FROM total")).isZero();
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

        @Test
        void a_trigger_before_each_row_that_writes_elsewhere_is_refused_before_it_fires() throws Exception {
            rig.plain(
                    "CREATE TABLE total (amount INT)",
                    "INSERT INTO total VALUES (0)",
                    "CREATE FUNCTION sum_up() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN"
                            + " UPDATE total SET amount = amount + 1; RETURN NEW; END $$",
                    "CREATE TRIGGER summing BEFORE INSERT ON stock FOR EACH ROW EXECUTE FUNCTION sum_up()");
            assertRefusedForTrigger("INSERT INTO stock VALUES (3, 30)", "summing");
            assertThat(rig.number("SELECT amount FROM total")).isZero();
        }

        @Test
        void a_trigger_of_the_server_that_changes_its_own_row_alone_is_let_through() throws Exception {
            rig.plain("CREATE TRIGGER sparing BEFORE UPDATE ON stock FOR EACH ROW"
                    + " EXECUTE FUNCTION suppress_redundant_updates_trigger()");
            rig.rolledBack(() -> rig.update("UPDATE stock SET amount = 7 WHERE id = 1"));
        }
    }
}
