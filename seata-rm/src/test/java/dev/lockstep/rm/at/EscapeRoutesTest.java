package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.rm.failure.UnsupportedSqlException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.h2.api.Trigger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Ways on which a change could get past the capture: through the connection, a cursor, a trigger or a broken driver. */
final class EscapeRoutesTest {

    private static final String AMOUNT = "SELECT amount FROM stock WHERE id = 1";

    private Rig rig;

    @BeforeEach
    void open() throws SQLException {
        rig = new Rig("");
        rig.plain(
                "CREATE TABLE stock (id INT PRIMARY KEY, amount INT)",
                "INSERT INTO stock VALUES (1, 10), (2, 20)",
                "CREATE TABLE audit (id INT AUTO_INCREMENT PRIMARY KEY, stock_id INT)");
    }

    @AfterEach
    void close() throws SQLException {
        rig.close();
    }

    private static void assertState(Throwable e, String state) {
        assertThat(e).isInstanceOf(SQLException.class);
        assertThat(((SQLException) e).getSQLState()).isEqualTo(state);
    }

    @Test
    void autocommit_switched_off_once_more_does_not_hide_an_earlier_write() throws Exception {
        try (Connection connection = rig.managed.getConnection()) {
            connection.setAutoCommit(false);
            Rig.update(connection, "UPDATE stock SET amount = 11 WHERE id = 1");
            connection.setAutoCommit(false);
            rig.committed(
                    () -> assertThatThrownBy(() -> Rig.update(connection, "UPDATE stock SET amount = 21 WHERE id = 2"))
                            .satisfies(e -> assertState(e, "25000")));
            connection.rollback();
        }
    }

    @Test
    void the_isolation_level_of_a_bound_local_transaction_stays() throws Exception {
        rig.rolledBack(() -> {
            try (Connection connection = rig.managed.getConnection()) {
                connection.setAutoCommit(false);
                Rig.update(connection, "UPDATE stock SET amount = 11 WHERE id = 1");
                assertThatThrownBy(() -> connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE))
                        .satisfies(e -> assertState(e, "25001"));
                connection.rollback();
            }
        });
        assertThat(rig.number(AMOUNT)).isEqualTo(10);
    }

    @Test
    void nothing_is_committed_on_a_connection_that_was_aborted() throws Exception {
        rig.rolledBack(() -> {
            Connection connection = rig.managed.getConnection();
            connection.setAutoCommit(false);
            Rig.update(connection, "UPDATE stock SET amount = 11 WHERE id = 1");
            connection.abort(Runnable::run);
            assertThatThrownBy(connection::commit).isInstanceOf(SQLException.class);
            connection.close();
        });
        assertThat(rig.number(AMOUNT)).isEqualTo(10);
    }

    @Test
    void a_cursor_opened_outside_changes_no_row_inside() throws Exception {
        try (Connection connection = rig.managed.getConnection();
                Statement statement =
                        connection.createStatement(ResultSet.TYPE_SCROLL_SENSITIVE, ResultSet.CONCUR_UPDATABLE);
                ResultSet row = statement.executeQuery("SELECT id, amount FROM stock WHERE id = 1")) {
            assertThat(row.next()).isTrue();
            rig.rolledBack(() -> {
                row.updateInt(2, 11);
                assertThatThrownBy(row::updateRow).isInstanceOf(UnsupportedSqlException.class);
                assertThatThrownBy(row::deleteRow).isInstanceOf(UnsupportedSqlException.class);
                row.moveToInsertRow();
                row.updateInt(1, 3);
                assertThatThrownBy(row::insertRow).isInstanceOf(UnsupportedSqlException.class);
            });
        }
        assertThat(rig.rows("SELECT * FROM stock")).hasSize(2);
        assertThat(rig.number(AMOUNT)).isEqualTo(10);
    }

    @Test
    void rows_changed_through_a_cursor_outside_count_as_written() throws Exception {
        try (Connection connection = rig.managed.getConnection()) {
            connection.setAutoCommit(false);
            try (Statement statement =
                            connection.createStatement(ResultSet.TYPE_SCROLL_SENSITIVE, ResultSet.CONCUR_UPDATABLE);
                    ResultSet row = statement.executeQuery("SELECT id, amount FROM stock WHERE id = 1")) {
                assertThat(row.next()).isTrue();
                row.updateInt(2, 11);
                row.updateRow();
            }
            rig.committed(
                    () -> assertThatThrownBy(() -> Rig.update(connection, "UPDATE stock SET amount = 21 WHERE id = 2"))
                            .satisfies(e -> assertState(e, "25000")));
            connection.rollback();
        }
    }

    @Test
    void a_statement_whose_rollback_fails_is_not_committed_by_the_return_to_autocommit() throws Exception {
        rig.rolledBack(() -> {
            try (Connection connection = rig.managed.getConnection()) {
                rig.raw.onNextCommit(real -> {
                    throw new SQLException("serialization failure, as planned by the test", "40001");
                });
                AtomicInteger left = new AtomicInteger(2);
                rig.raw.onNextRollback(real -> failTwice(left));
                assertThatThrownBy(() -> Rig.update(connection, "UPDATE stock SET amount = 11 WHERE id = 1"))
                        .isInstanceOf(SQLException.class);
            }
        });
        assertThat(rig.number(AMOUNT)).isEqualTo(10);
    }

    private void failTwice(AtomicInteger left) throws SQLException {
        if (left.decrementAndGet() > 0) {
            rig.raw.onNextRollback(real -> failTwice(left));
        }
        throw new SQLException("no rollback, as planned by the test", "08000");
    }

    /** Writes to another table whatever happens to a stock. */
    public static final class Auditor implements Trigger {
        @Override
        public void fire(Connection connection, Object @Nullable [] oldRow, Object @Nullable [] newRow)
                throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.executeUpdate("INSERT INTO audit (stock_id) VALUES (1)");
            }
        }
    }

    @Test
    void a_trigger_that_may_write_elsewhere_is_refused_before_it_fires() throws Exception {
        rig.plain(
                "CREATE TRIGGER auditing AFTER UPDATE ON stock FOR EACH ROW CALL \"" + Auditor.class.getName() + "\"");
        rig.rolledBack(() -> {
            assertThatThrownBy(() -> rig.update("UPDATE stock SET amount = 11 WHERE id = 1"))
                    .isInstanceOf(UnsupportedSqlException.class)
                    .hasMessageContaining("AUDITING");
            assertThatThrownBy(() -> rig.update("INSERT INTO stock VALUES (3, 30)"))
                    .isInstanceOf(UnsupportedSqlException.class);
            assertThatThrownBy(() -> rig.update("DELETE FROM stock")).isInstanceOf(UnsupportedSqlException.class);
        });
        assertThat(rig.number("SELECT COUNT(*) FROM audit")).isZero();
    }

    @Test
    void a_temporary_table_which_phase_two_cannot_see_is_refused() throws Exception {
        rig.rolledBack(() -> {
            try (Connection connection = rig.managed.getConnection();
                    Statement raw =
                            connection.unwrap(org.h2.jdbc.JdbcConnection.class).createStatement()) {
                raw.execute("CREATE LOCAL TEMPORARY TABLE basket (id INT PRIMARY KEY)");
                assertThatThrownBy(() -> Rig.update(connection, "INSERT INTO basket VALUES (1)"))
                        .satisfies(e -> assertState(e, "42S02"));
            }
        });
    }

    @Test
    void a_plain_statement_with_parameters_is_refused() throws Exception {
        rig.rolledBack(() -> {
            try (Connection connection = rig.managed.getConnection();
                    Statement statement = connection.createStatement()) {
                for (String sql : List.of(
                        "UPDATE stock SET amount = ? WHERE id = 1",
                        "UPDATE stock SET amount = 1 WHERE id = ?",
                        "DELETE FROM stock WHERE id = ?",
                        "INSERT INTO stock VALUES (?, 1)")) {
                    assertThatThrownBy(() -> statement.executeUpdate(sql)).isInstanceOf(SQLException.class);
                }
                assertThatThrownBy(() -> statement.executeQuery("SELECT * FROM stock WHERE id = ? FOR UPDATE"))
                        .isInstanceOf(SQLException.class);
            }
        });
        assertThat(rig.rows("SELECT * FROM stock ORDER BY id"))
                .containsExactly(DialectContract.cells(1, 10), DialectContract.cells(2, 20));
    }

    @Test
    void a_table_that_the_tc_would_not_lock_is_not_written() throws Exception {
        rig.plain("CREATE TABLE \"a;b\" (id INT PRIMARY KEY)", "CREATE TABLE \"a:b\" (id INT PRIMARY KEY)");
        rig.rolledBack(() -> {
            for (String sql : List.of("INSERT INTO \"a;b\" VALUES (1)", "INSERT INTO \"a:b\" VALUES (1)")) {
                assertThatThrownBy(() -> rig.update(sql)).as(sql).satisfies(e -> assertState(e, "0A000"));
            }
        });
    }

    @Test
    void a_blank_key_which_the_tc_would_skip_is_locked_by_its_hash() throws Exception {
        rig.plain(
                "CREATE TABLE named (name VARCHAR(10) PRIMARY KEY, amount INT)",
                "INSERT INTO named VALUES ('', 1), ('  ', 2)");
        rig.rolledBack(() -> {
            rig.update("UPDATE named SET amount = 5 WHERE name = ''");
            rig.update("DELETE FROM named WHERE name = '  '");
            assertThat(rig.tc.locks())
                    .extracting(lock -> lock.row().primaryKey())
                    .hasSize(2)
                    .doesNotHaveDuplicates()
                    .allMatch(key -> key.matches("~[0-9a-f]{32}"));
        });
        assertThat(rig.number("SELECT SUM(amount) FROM named")).isEqualTo(3);
    }

    @Test
    void names_are_looked_up_anew_after_the_schema_was_changed_by_a_text_outside() throws Exception {
        rig.plain(
                "CREATE SCHEMA other",
                "CREATE TABLE other.stock (id INT PRIMARY KEY, amount INT)",
                "INSERT INTO other.stock VALUES (1, 100)");
        try (Connection connection = rig.managed.getConnection()) {
            rig.committed(() -> Rig.update(connection, "UPDATE stock SET amount = 11 WHERE id = 1"));
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET SCHEMA other");
            }
            rig.rolledBack(() -> Rig.update(connection, "UPDATE stock SET amount = 101 WHERE id = 1"));
        }
        assertThat(rig.number(AMOUNT)).isEqualTo(11);
        assertThat(rig.number("SELECT amount FROM other.stock")).isEqualTo(100);
    }

    @Test
    void statements_prepared_outside_and_inside_may_be_run_on_either_side() throws Exception {
        try (Connection connection = rig.managed.getConnection();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO stock VALUES (?, ?)")) {
            insert.setInt(1, 5);
            insert.setInt(2, 50);
            insert.executeUpdate();
            rig.rolledBack(() -> {
                insert.setInt(1, 6);
                insert.executeUpdate();
                insert.setInt(1, 6);
                assertThatThrownBy(insert::executeUpdate).satisfies(e -> assertState(e, "23505"));
                insert.setInt(1, 7);
                insert.executeUpdate();
            });
            insert.setInt(1, 8);
            insert.executeUpdate();
        }
        assertThat(rig.rows("SELECT id, amount FROM stock WHERE id > 2 ORDER BY id"))
                .containsExactly(DialectContract.cells(5, 50), DialectContract.cells(8, 50));
    }

    @Test
    void a_batch_that_would_change_what_names_mean_is_refused_before_it_runs() throws Exception {
        rig.plain("CREATE SCHEMA other", "CREATE TABLE other.stock (id INT PRIMARY KEY, amount INT)");
        rig.plain("INSERT INTO other.stock VALUES (1, 10)");
        rig.committed(() -> {
            try (Connection connection = rig.managed.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.addBatch("SET SCHEMA other");
                statement.addBatch("UPDATE stock SET amount = 11 WHERE id = 1");
                assertThatThrownBy(statement::executeBatch).isInstanceOf(UnsupportedSqlException.class);
            }
        });
        assertThat(rig.number(AMOUNT)).isEqualTo(10);
        assertThat(rig.number("SELECT amount FROM other.stock")).isEqualTo(10);
    }

    @Test
    void a_statement_prepared_before_names_changed_does_not_write_to_rows_that_are_not_imaged() throws Exception {
        rig.plain("CREATE SCHEMA other", "CREATE TABLE other.stock (id INT PRIMARY KEY, amount INT)");
        rig.plain("INSERT INTO other.stock VALUES (1, 10)");
        rig.rolledBack(() -> {
            try (Connection connection = rig.managed.getConnection();
                    PreparedStatement update =
                            connection.prepareStatement("UPDATE stock SET amount = 11 WHERE id = 1")) {
                try (Statement statement = connection.createStatement()) {
                    statement.execute("SET SCHEMA other");
                }
                assertThatThrownBy(update::executeUpdate).isInstanceOf(UnsupportedSqlException.class);
            }
        });
        assertThat(rig.number(AMOUNT)).isEqualTo(10);
        assertThat(rig.number("SELECT amount FROM other.stock")).isEqualTo(10);
    }
}
