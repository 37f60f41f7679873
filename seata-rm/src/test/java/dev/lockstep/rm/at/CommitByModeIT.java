package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.rm.failure.BranchNotCommittedException;
import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * A local transaction of the user's is committed by the change of the mode that mostly follows, and the user does not notice:
 * what comes after it without that change is in a local transaction of its own, however it runs.
 */
final class CommitByModeIT {

    private abstract static class Contract {
        private final Rigs rigs;
        private Rig rig;

        Contract(DatabaseServer server) {
            this.rigs = Rigs.on(server);
        }

        @BeforeEach
        void open() throws SQLException {
            rig = rigs.open();
            rig.plain(
                    "CREATE TABLE stock (id INT PRIMARY KEY, amount INT)", "INSERT INTO stock VALUES (1, 10), (2, 20)");
        }

        @AfterEach
        void close() throws SQLException {
            rig.close();
        }

        /** As another connection sees it. */
        private long amount() throws SQLException {
            return rig.number("SELECT amount FROM stock WHERE id = 1");
        }

        private static void write(Connection connection, int amount) throws SQLException {
            assertThat(Rig.update(connection, "UPDATE stock SET amount = ? WHERE id = 1", amount))
                    .isEqualTo(1);
        }

        /** What ends local transactions or begins them, as it was sent since. */
        private List<String> endings(int since) {
            List<String> sent = rig.raw.executed();
            return sent.subList(since, sent.size()).stream()
                    .filter(text -> List.of("commit", "rollback", "setAutoCommit", "COMMIT", "ROLLBACK")
                            .contains(text))
                    .toList();
        }

        private interface Use {
            void of(Connection connection) throws SQLException;
        }

        /** Inside a global transaction that is rolled back in the end, on a connection that leaves autocommit mode. */
        private void inside(Use use) throws SQLException {
            rig.rolledBack(() -> {
                try (Connection connection = rig.managed.getConnection()) {
                    connection.setAutoCommit(false);
                    use.of(connection);
                }
            });
            assertThat(amount()).isEqualTo(10);
            assertThat(rig.undoLogs()).isZero();
        }

        @Test
        void who_goes_back_to_autocommit_mode_is_spared_the_commit() throws SQLException {
            inside(connection -> {
                int since = rig.raw.executed().size();
                write(connection, 11);
                connection.commit();
                assertThat(connection.getAutoCommit()).isFalse();
                assertThat(amount()).isEqualTo(11);
                assertThat(rig.undoLogs()).isEqualTo(1);
                assertThat(endings(since)).containsExactly("setAutoCommit");
                connection.setAutoCommit(true);
                assertThat(connection.getAutoCommit()).isTrue();
                write(connection, 12);
                assertThat(amount()).isEqualTo(12);
            });
        }

        @Test
        void who_goes_back_without_a_commit_commits_thereby() throws SQLException {
            inside(connection -> {
                write(connection, 11);
                connection.setAutoCommit(true);
                assertThat(connection.getAutoCommit()).isTrue();
                assertThat(amount()).isEqualTo(11);
                write(connection, 12);
                assertThat(amount()).isEqualTo(12);
            });
        }

        @Test
        void who_goes_on_does_so_in_a_local_transaction_and_commits_it_as_usual() throws SQLException {
            inside(connection -> {
                write(connection, 11);
                connection.commit();
                int since = rig.raw.executed().size();
                write(connection, 12);
                assertThat(amount()).isEqualTo(11);
                connection.commit();
                assertThat(amount()).isEqualTo(12);
                write(connection, 13);
                assertThat(amount()).isEqualTo(12);
                connection.rollback();
                assertThat(amount()).isEqualTo(12);
                assertThat(endings(since)).containsExactly("setAutoCommit", "commit", "rollback");
                connection.setAutoCommit(true);
                connection.setAutoCommit(false);
                write(connection, 14);
                connection.commit();
                assertThat(amount()).isEqualTo(14);
            });
        }

        @Test
        void nothing_is_left_to_commit_or_to_roll_back() throws SQLException {
            inside(connection -> {
                write(connection, 11);
                connection.commit();
                connection.commit();
                connection.rollback();
                connection.setAutoCommit(false);
                connection.rollback();
                assertThat(amount()).isEqualTo(11);
                write(connection, 12);
                assertThat(amount()).isEqualTo(11);
                connection.rollback();
                assertThat(amount()).isEqualTo(11);
            });
        }

        @Test
        void however_somebody_goes_on_a_rollback_takes_it_back() throws SQLException {
            List<Use> ways = new ArrayList<>();
            ways.add(connection -> write(connection, 99));
            ways.add(connection -> {
                try (Statement statement = connection.createStatement()) {
                    statement.executeUpdate("UPDATE stock SET amount = 99 WHERE id = 1");
                }
            });
            ways.add(connection -> {
                try (Statement statement = connection.createStatement()) {
                    statement.execute("UPDATE stock SET amount = 99 WHERE id = 1");
                }
            });
            ways.add(connection -> {
                try (Statement statement = connection.createStatement()) {
                    statement.addBatch("UPDATE stock SET amount = 98 WHERE id = 1");
                    statement.addBatch("UPDATE stock SET amount = 99 WHERE id = 1");
                    statement.executeBatch();
                }
            });
            ways.add(connection -> {
                try (PreparedStatement statement = connection.prepareStatement("INSERT INTO stock VALUES (?, 1)")) {
                    for (int id = 50; id < 60; id++) {
                        statement.setInt(1, id);
                        statement.addBatch();
                    }
                    statement.executeBatch();
                }
            });
            ways.add(connection -> {
                try (PreparedStatement statement =
                        connection.prepareStatement("SELECT amount FROM stock WHERE id = 1 FOR UPDATE")) {
                    statement.executeQuery().close();
                }
                write(connection, 99);
            });
            ways.add(connection -> {
                Savepoint savepoint = connection.setSavepoint();
                write(connection, 98);
                connection.rollback(savepoint);
                write(connection, 99);
            });
            ways.add(connection -> {
                connection.getMetaData();
                write(connection, 99);
            });
            for (Use way : ways) {
                inside(connection -> {
                    write(connection, 11);
                    connection.commit();
                    way.of(connection);
                    assertThat(amount()).isEqualTo(11);
                    connection.rollback();
                    assertThat(amount()).isEqualTo(11);
                    assertThat(rig.number("SELECT COUNT(*) FROM stock")).isEqualTo(2);
                });
            }
        }

        @Test
        void a_statement_that_was_there_before_goes_on_likewise() throws SQLException {
            inside(connection -> {
                try (PreparedStatement update =
                        connection.prepareStatement("UPDATE stock SET amount = ? WHERE id = 1")) {
                    update.setInt(1, 11);
                    update.executeUpdate();
                    connection.commit();
                    update.setInt(1, 12);
                    update.executeUpdate();
                    assertThat(amount()).isEqualTo(11);
                    connection.rollback();
                }
                assertThat(amount()).isEqualTo(11);
            });
        }

        @Test
        void what_runs_after_the_global_transaction_is_in_a_local_transaction_too() throws Exception {
            try (Connection connection = rig.managed.getConnection()) {
                connection.setAutoCommit(false);
                rig.committed(() -> {
                    write(connection, 11);
                    connection.commit();
                });
                write(connection, 12);
                assertThat(amount()).isEqualTo(11);
                connection.rollback();
                assertThat(amount()).isEqualTo(11);
                write(connection, 13);
                connection.commit();
                assertThat(amount()).isEqualTo(13);
            }
        }

        @Test
        void whoever_has_the_drivers_own_connection_finds_it_in_a_local_transaction() throws SQLException {
            inside(connection -> {
                write(connection, 11);
                connection.commit();
                Connection driver = connection.unwrap(Connection.class);
                assertThat(driver.getAutoCommit()).isFalse();
                int since = rig.raw.executed().size();
                write(connection, 12);
                connection.commit();
                assertThat(endings(since)).containsExactly("commit");
                assertThat(driver.getAutoCommit()).isFalse();
            });
        }

        @Test
        void outside_of_a_global_transaction_commits_are_the_drivers() throws SQLException {
            try (Connection connection = rig.managed.getConnection()) {
                connection.setAutoCommit(false);
                int since = rig.raw.executed().size();
                write(connection, 11);
                connection.commit();
                assertThat(endings(since)).containsExactly("commit");
            }
        }

        @Test
        void one_whose_answer_is_lost_is_found_committed() throws SQLException {
            inside(connection -> {
                write(connection, 11);
                rig.raw.onNextCommit(real -> {
                    real.setAutoCommit(true);
                    throw new SQLException("connection reset", "08006");
                });
                connection.commit();
                assertThat(amount()).isEqualTo(11);
                write(connection, 12);
                assertThat(amount()).isEqualTo(11);
                connection.rollback();
                assertThat(amount()).isEqualTo(11);
            });
        }

        @Test
        void one_that_never_reached_the_database_is_found_failed() throws SQLException {
            inside(connection -> {
                write(connection, 11);
                rig.raw.onNextCommit(real -> {
                    throw new SQLException("connection reset", "08006");
                });
                assertThatThrownBy(connection::commit).isInstanceOf(BranchNotCommittedException.class);
                assertThat(amount()).isEqualTo(10);
                write(connection, 12);
                connection.rollback();
            });
        }

        @Test
        void one_that_has_provably_failed_is_rolled_back() throws SQLException {
            inside(connection -> {
                write(connection, 11);
                rig.raw.onNextCommit(real -> {
                    throw new SQLException("lost against another node", "40001");
                });
                assertThatThrownBy(connection::commit).hasMessage("lost against another node");
                assertThat(amount()).isEqualTo(10);
                write(connection, 12);
                connection.commit();
                assertThat(amount()).isEqualTo(12);
            });
        }
    }

    @Nested
    final class OnMariaDb extends Contract {
        OnMariaDb(@SharedDatabase(DatabaseKind.MARIADB) DatabaseServer server) {
            super(server);
        }
    }

    /** Its driver would not spare the round trip, and looks for a new session where it has lost one in autocommit mode. */
    @Nested
    final class OnMySql {
        private final Rigs rigs;

        OnMySql(@SharedDatabase(DatabaseKind.MYSQL) DatabaseServer server) {
            this.rigs = Rigs.on(server);
        }

        @Test
        void commits_are_the_drivers() throws SQLException {
            try (Rig rig = rigs.open()) {
                rig.plain("CREATE TABLE stock (id INT PRIMARY KEY, amount INT)", "INSERT INTO stock VALUES (1, 10)");
                rig.rolledBack(() -> {
                    try (Connection connection = rig.managed.getConnection()) {
                        connection.setAutoCommit(false);
                        int since = rig.raw.executed().size();
                        Rig.update(connection, "UPDATE stock SET amount = ? WHERE id = 1", 11);
                        connection.commit();
                        List<String> sent = rig.raw.executed();
                        assertThat(sent.subList(since, sent.size()))
                                .contains("commit")
                                .doesNotContain("setAutoCommit");
                    }
                });
                assertThat(rig.number("SELECT amount FROM stock")).isEqualTo(10);
            }
        }
    }
}
