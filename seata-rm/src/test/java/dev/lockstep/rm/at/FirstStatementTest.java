package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.rm.jdbc.DelegatingDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.h2.jdbc.JdbcConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A statement that fails is undone, and nothing that came before it, whether there is a savepoint for that or not. */
final class FirstStatementTest {

    private Rig rig;

    @BeforeEach
    void open() throws SQLException {
        rig = new Rig("");
        rig.plain("CREATE TABLE stock (id INT PRIMARY KEY, amount INT)", "INSERT INTO stock VALUES (1, 10), (2, 20)");
    }

    @AfterEach
    void close() throws SQLException {
        rig.close();
    }

    private static void fail(Connection connection) {
        assertThatThrownBy(() -> Rig.update(connection, "INSERT INTO stock VALUES (3, 30), (1, 0)"))
                .isInstanceOf(SQLIntegrityConstraintViolationException.class);
    }

    private long savepoints() {
        return rig.raw.executed().stream().filter("setSavepoint"::equals).count();
    }

    @Test
    void the_first_that_fails_leaves_a_local_transaction_that_can_go_on() throws Exception {
        rig.committed(() -> {
            try (Connection connection = rig.managed.getConnection()) {
                connection.setAutoCommit(false);
                fail(connection);
                assertThat(savepoints()).isZero();
                Rig.update(connection, "UPDATE stock SET amount = 11 WHERE id = 1");
                connection.commit();
            }
        });
        assertThat(rig.number("SELECT SUM(amount) FROM stock")).isEqualTo(31);
    }

    @Test
    void a_later_one_that_fails_leaves_the_earlier_ones() throws Exception {
        rig.committed(() -> {
            try (Connection connection = rig.managed.getConnection()) {
                connection.setAutoCommit(false);
                Rig.update(connection, "UPDATE stock SET amount = 11 WHERE id = 1");
                fail(connection);
                connection.commit();
            }
        });
        assertThat(rig.number("SELECT SUM(amount) FROM stock")).isEqualTo(31);
    }

    @Test
    void what_ran_on_the_drivers_own_connection_stays() throws Exception {
        rig.plain("CREATE TABLE note (id INT)");
        rig.committed(() -> {
            try (Connection connection = rig.managed.getConnection()) {
                connection.setAutoCommit(false);
                note(connection.unwrap(JdbcConnection.class));
                fail(connection);
                connection.commit();
            }
        });
        assertThat(rig.number("SELECT COUNT(*) FROM note")).isEqualTo(1);
    }

    @Test
    void what_ran_before_the_connection_came_to_us_stays() throws Exception {
        rig.plain("CREATE TABLE note (id INT)");
        DataSource begun = rig.rm.wrap(new DelegatingDataSource(rig.raw) {
            @Override
            protected Connection wrap(Connection connection) throws SQLException {
                connection.setAutoCommit(false);
                note(connection);
                return connection;
            }
        });
        rig.committed(() -> {
            try (Connection connection = begun.getConnection()) {
                fail(connection);
                connection.commit();
            }
        });
        assertThat(rig.number("SELECT COUNT(*) FROM note")).isPositive();
    }

    private static void note(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO note VALUES (1)");
        }
    }
}
