package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.rm.failure.BranchNotCommittedException;
import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class DeadlockIT {

    abstract static class OnInnoDb extends DeadlockContract {
        private final DatabaseServer server;

        OnInnoDb(DatabaseServer server) {
            this.server = server;
        }

        final DatabaseServer server() {
            return server;
        }

        @Override
        Rig open(ResourceManagerOptions options) throws SQLException {
            return Rig.on(server, "?sessionVariables=innodb_lock_wait_timeout=20", options);
        }

        @Override
        String waiting() {
            return "SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'";
        }

        @Override
        List<String> victims() {
            return Stream.concat(super.victims().stream(), Stream.of("SELECT * FROM stock WHERE id = 2 FOR SHARE"))
                    .toList();
        }

        @Test
        void a_local_transaction_that_had_changed_nothing_goes_on_after_a_deadlock() throws Exception {
            Rig rig = rig();
            rig.rolledBack(() -> {
                try (Opponent opponent = new Opponent();
                        Connection connection = rig.managed.getConnection();
                        Statement statement = connection.createStatement()) {
                    connection.setAutoCommit(false);
                    statement
                            .executeQuery("SELECT * FROM stock WHERE id = 1 FOR UPDATE")
                            .close();

                    opponent.meet(connection, "SELECT * FROM stock WHERE id = 2 FOR UPDATE");

                    Rig.update(connection, "UPDATE stock SET amount = 33 WHERE id = 3");
                    connection.commit();
                    assertThat(rig.undoLogs()).isEqualTo(1);
                }
            });
            assertThat(rig.rows("SELECT amount FROM stock ORDER BY id")).hasToString("[[12], [21], [30]]");
        }

        @Test
        void a_lock_wait_that_takes_only_its_statement_along_leaves_the_local_transaction_as_it_was() throws Exception {
            try (Rig rig =
                    Rig.on(server, "?sessionVariables=innodb_lock_wait_timeout=1", ResourceManagerOptions.defaults())) {
                rig.plain(
                        "CREATE TABLE stock (id INT PRIMARY KEY, amount INT)",
                        "INSERT INTO stock VALUES (1, 10), (2, 20)");
                rig.rolledBack(() -> {
                    try (Connection other = rig.raw.getConnection();
                            Statement locking = other.createStatement();
                            Connection connection = rig.managed.getConnection();
                            Statement statement = connection.createStatement()) {
                        other.setAutoCommit(false);
                        locking.executeUpdate("UPDATE stock SET amount = 21 WHERE id = 2");
                        connection.setAutoCommit(false);
                        Rig.update(connection, "UPDATE stock SET amount = 11 WHERE id = 1");
                        assertThatThrownBy(() -> statement.executeQuery("SELECT * FROM stock WHERE id = 2 FOR UPDATE"))
                                .isInstanceOfSatisfying(
                                        SQLException.class,
                                        e -> assertThat(e.getErrorCode()).isEqualTo(1205));
                        other.rollback();
                        connection.commit();
                        assertThat(rig.undoLogs()).isEqualTo(1);
                    }
                });
                assertThat(rig.rows("SELECT amount FROM stock ORDER BY id")).hasToString("[[10], [20]]");
            }
        }
    }

    @Nested
    final class OnMySql extends OnInnoDb {
        OnMySql(@SharedDatabase(DatabaseKind.MYSQL) DatabaseServer server) {
            super(server);
        }
    }

    @Nested
    final class OnMariaDb extends OnInnoDb {
        OnMariaDb(@SharedDatabase(DatabaseKind.MARIADB) DatabaseServer server) {
            super(server);
        }

        /** By default from 11.6 on. */
        @Test
        void a_row_that_has_changed_since_the_snapshot_takes_the_local_transaction_along() throws Exception {
            try (Rig rig = Rig.on(
                    server(), "?sessionVariables=innodb_snapshot_isolation=ON", ResourceManagerOptions.defaults())) {
                rig.plain(
                        "CREATE TABLE stock (id INT PRIMARY KEY, amount INT)",
                        "INSERT INTO stock VALUES (1, 10), (2, 20)");
                rig.rolledBack(() -> {
                    try (Connection connection = rig.managed.getConnection();
                            Statement statement = connection.createStatement()) {
                        connection.setAutoCommit(false);
                        statement.executeQuery("SELECT * FROM stock").close();
                        Rig.update(connection, "UPDATE stock SET amount = 11 WHERE id = 1");
                        rig.plain("UPDATE stock SET amount = 21 WHERE id = 2");
                        assertThatThrownBy(() -> statement.executeQuery("SELECT * FROM stock WHERE id = 2 FOR UPDATE"))
                                .isInstanceOfSatisfying(
                                        SQLException.class,
                                        e -> assertThat(e.getErrorCode()).isEqualTo(1020));
                        assertThatThrownBy(connection::commit).isInstanceOf(BranchNotCommittedException.class);
                        assertThat(rig.undoLogs()).isZero();
                    }
                });
                assertThat(rig.rows("SELECT amount FROM stock ORDER BY id")).hasToString("[[10], [21]]");
            }
        }

        @Override
        List<String> victims() {
            return super.victims().stream()
                    .map(sql -> sql.replace("FOR SHARE", "LOCK IN SHARE MODE"))
                    .toList();
        }
    }
}
