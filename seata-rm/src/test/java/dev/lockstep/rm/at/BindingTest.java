package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lockstep.rm.jdbc.DelegatingDataSource;
import dev.lockstep.tm.GlobalScope;
import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.UnfinishedLocalWorkException;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.sql.Types;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a connection belongs to which global transaction, and what it costs when to none. */
final class BindingTest {

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

    @Test
    void dml_outside_makes_no_extra_statement() throws Exception {
        // The RM asks the database once what it is, in the background.
        await().until(() -> rig.raw.executed().stream().anyMatch(sql -> sql.contains("INFORMATION_SCHEMA.SETTINGS")));
        rig.committed(() -> rig.update("UPDATE stock SET amount = 9 WHERE id = 1"));
        await().until(() -> rig.undoLogs() == 0 && rig.raw.openConnections() == 0);
        rig.raw.executed().clear();

        try (Connection connection = rig.managed.getConnection()) {
            Rig.update(connection, "UPDATE stock SET amount = ? WHERE id = ?", 1, 1);
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.executeUpdate("INSERT INTO stock VALUES (3, 30)");
                statement.addBatch("DELETE FROM stock WHERE id = 3");
                statement.executeBatch();
                statement.executeUpdate("MERGE INTO stock (id, amount) KEY (id) VALUES (2, 2)");
                statement.execute("SELECT * FROM stock FOR UPDATE");
            }
            connection.commit();
        }

        assertThat(rig.raw.executed())
                .containsExactly(
                        "UPDATE stock SET amount = ? WHERE id = ?",
                        "setAutoCommit",
                        "INSERT INTO stock VALUES (3, 30)",
                        "null",
                        "MERGE INTO stock (id, amount) KEY (id) VALUES (2, 2)",
                        "SELECT * FROM stock FOR UPDATE",
                        "commit");
    }

    @Test
    void a_connection_taken_before_the_global_transaction_registers_its_branch() throws Exception {
        try (Connection connection = rig.managed.getConnection()) {
            connection.setAutoCommit(false);
            rig.rolledBack(() -> {
                Rig.update(connection, "UPDATE stock SET amount = amount - 3 WHERE id = 1");
                connection.commit();
                assertThat(rig.undoLogs()).isEqualTo(1);
            });
        }
        assertThat(amount(1)).isEqualTo(10);
    }

    @Test
    void a_local_transaction_that_has_read_may_join() throws Exception {
        try (Connection connection = rig.managed.getConnection()) {
            connection.setAutoCommit(false);
            connection.createStatement().executeQuery("SELECT * FROM stock");
            Rig.update(connection, "UPDATE stock SET amount = 0 WHERE id = 77");
            rig.committed(() -> {
                Rig.update(connection, "UPDATE stock SET amount = 1 WHERE id = 1");
                connection.commit();
            });
        }
        assertThat(amount(1)).isEqualTo(1);
    }

    @Test
    void a_local_transaction_that_has_written_outside_must_not_write_inside() throws Exception {
        try (Connection connection = rig.managed.getConnection()) {
            connection.setAutoCommit(false);
            Rig.update(connection, "UPDATE stock SET amount = 1 WHERE id = 1");
            rig.committed(
                    () -> assertThatThrownBy(() -> Rig.update(connection, "UPDATE stock SET amount = 2 WHERE id = 2"))
                            .isInstanceOf(SQLException.class)
                            .hasMessageContaining("already changed rows outside the global transaction"));
            connection.rollback();
            rig.committed(() -> {
                Rig.update(connection, "UPDATE stock SET amount = 2 WHERE id = 2");
                connection.commit();
            });
        }
        assertThat(amount(1)).isEqualTo(10);
        assertThat(amount(2)).isEqualTo(2);
    }

    @Test
    void a_database_that_nobody_knows_is_read_and_not_written() throws Exception {
        DataSource unknown = rig.rm.wrap(new DelegatingDataSource(rig.raw) {
            @Override
            protected Connection wrap(Connection connection) {
                return (Connection) Proxy.newProxyInstance(
                        BindingTest.class.getClassLoader(),
                        new Class<?>[] {Connection.class},
                        (self, method, arguments) -> method.getName().equals("getMetaData")
                                ? unknownProduct(connection)
                                : method.invoke(connection, arguments));
            }
        });
        rig.committed(() -> {
            try (Connection connection = unknown.getConnection();
                    Statement statement = connection.createStatement()) {
                assertThat(statement
                                .executeQuery("SELECT amount FROM stock WHERE id = 1")
                                .next())
                        .isTrue();
                for (String sql : List.of(
                        "UPDATE stock SET amount = 1", "SELECT * FROM stock FOR UPDATE", "TRUNCATE TABLE stock")) {
                    assertThatThrownBy(() -> statement.execute(sql))
                            .isInstanceOf(SQLFeatureNotSupportedException.class)
                            .hasMessageContaining("Tabularium");
                }
            }
        });
        assertThat(amount(1)).isEqualTo(10);
    }

    private static DatabaseMetaData unknownProduct(Connection connection) throws SQLException {
        DatabaseMetaData real = connection.getMetaData();
        return (DatabaseMetaData) Proxy.newProxyInstance(
                BindingTest.class.getClassLoader(),
                new Class<?>[] {DatabaseMetaData.class},
                (self, method, arguments) -> method.getName().equals("getDatabaseProductName")
                        ? "Tabularium"
                        : method.invoke(real, arguments));
    }

    /** Called by H2. */
    public static final class Procedures {
        private Procedures() {}

        /** Writes, and gives a number of its own choice. */
        public static int take(Connection connection, int id) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                return statement.executeUpdate("UPDATE stock SET amount = 0 WHERE id = " + id) - 1;
            }
        }
    }

    private interface Call {
        void run(Connection connection) throws SQLException;
    }

    @Test
    void a_local_transaction_that_has_run_a_procedure_must_not_write_inside() throws Exception {
        rig.plain("CREATE ALIAS take FOR \"dev.lockstep.rm.at.BindingTest$Procedures.take\"");
        List<Call> calls = List.of(
                connection -> {
                    try (CallableStatement call = connection.prepareCall("{call take(2)}")) {
                        call.execute();
                    }
                },
                connection -> {
                    try (CallableStatement call = connection.prepareCall("{? = call take(2)}")) {
                        call.registerOutParameter(1, Types.INTEGER);
                        call.executeUpdate();
                    }
                },
                connection -> {
                    try (CallableStatement call = connection.prepareCall("CALL take(2)")) {
                        call.executeQuery();
                    }
                },
                connection -> connection.createStatement().execute("CALL take(2)"),
                connection -> connection.createStatement().executeUpdate("{call take(2)}"));
        for (Call call : calls) {
            try (Connection connection = rig.managed.getConnection()) {
                connection.setAutoCommit(false);
                call.run(connection);
                rig.committed(() -> assertThatThrownBy(
                                () -> Rig.update(connection, "UPDATE stock SET amount = 1 WHERE id = 1"))
                        .isInstanceOf(SQLException.class)
                        .hasMessageContaining("already changed rows outside the global transaction"));
                connection.rollback();
            }
        }
        assertThat(amount(2)).isEqualTo(20);
    }

    @Test
    void a_write_in_autocommit_mode_outside_does_not_stand_in_the_way() throws Exception {
        try (Connection connection = rig.managed.getConnection()) {
            Rig.update(connection, "UPDATE stock SET amount = 1 WHERE id = 1");
            rig.rolledBack(() -> Rig.update(connection, "UPDATE stock SET amount = 2 WHERE id = 1"));
            assertThat(amount(1)).isEqualTo(1);
            Rig.update(connection, "UPDATE stock SET amount = 3 WHERE id = 1");
            connection.setAutoCommit(false);
            rig.rolledBack(() -> {
                Rig.update(connection, "UPDATE stock SET amount = 4 WHERE id = 1");
                connection.commit();
            });
        }
        assertThat(amount(1)).isEqualTo(3);
    }

    @Test
    void a_bound_local_transaction_is_captured_from_any_thread() throws Exception {
        rig.rolledBack(() -> {
            try (Connection connection = rig.managed.getConnection()) {
                connection.setAutoCommit(false);
                Rig.update(connection, "UPDATE stock SET amount = 1 WHERE id = 1");
                CompletableFuture.runAsync(() -> {
                            try {
                                assertThat(GlobalScope.current()).isNull();
                                Rig.update(connection, "UPDATE stock SET amount = 2 WHERE id = 2");
                                connection.commit();
                            } catch (SQLException e) {
                                throw new IllegalStateException(e);
                            }
                        })
                        .get(10, TimeUnit.SECONDS);
                assertThat(rig.tc.locks()).hasSize(2);
            }
        });
        assertThat(amount(1) + amount(2)).isEqualTo(30);
    }

    @Test
    void a_bound_local_transaction_refuses_another_global_transaction() throws Exception {
        try (Connection connection = rig.managed.getConnection()) {
            connection.setAutoCommit(false);
            assertThatThrownBy(() ->
                            rig.committed(() -> Rig.update(connection, "UPDATE stock SET amount = 1 WHERE id = 1")))
                    .isInstanceOf(UnfinishedLocalWorkException.class);
            rig.committed(
                    () -> assertThatThrownBy(() -> Rig.update(connection, "UPDATE stock SET amount = 2 WHERE id = 2"))
                            .isInstanceOf(SQLException.class)
                            .hasMessageContaining(Objects.requireNonNull(GlobalScope.current())
                                    .xid()));
            assertThatThrownBy(connection::commit)
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("has ended");
        }
        assertThat(amount(1)).isEqualTo(10);
    }

    @Test
    void nothing_is_written_for_a_global_transaction_that_has_ended_or_must_roll_back() throws Exception {
        try (Connection connection = rig.managed.getConnection()) {
            connection.setAutoCommit(false);
            assertThatThrownBy(() ->
                            rig.committed(() -> Rig.update(connection, "UPDATE stock SET amount = 1 WHERE id = 1")))
                    .isInstanceOf(UnfinishedLocalWorkException.class);
            assertThatThrownBy(() -> Rig.update(connection, "UPDATE stock SET amount = 2 WHERE id = 2"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("has ended");
        }
        assertThatThrownBy(() -> rig.template.execute(GlobalTransactionDefinition.named("doomed"), () -> {
                    Objects.requireNonNull(GlobalScope.current()).setRollbackOnly("no credit");
                    assertThatThrownBy(() -> rig.update("UPDATE stock SET amount = 2 WHERE id = 2"))
                            .isInstanceOf(SQLException.class)
                            .hasMessageContaining("no credit");
                    return null;
                }))
                .hasMessageContaining("no credit");
        assertThat(List.of(amount(1), amount(2))).containsExactly(10L, 20L);
    }

    @Test
    void the_statements_of_a_connection_never_show_the_drivers_own() throws Exception {
        rig.rolledBack(() -> {
            try (Connection connection = rig.managed.getConnection();
                    PreparedStatement statement =
                            connection.prepareStatement("UPDATE stock SET amount = 5 WHERE id = 1")) {
                connection.setAutoCommit(false);
                statement.executeUpdate();
                assertThat(statement.getConnection()).isSameAs(connection);
                assertThat(connection.getMetaData().getConnection()).isSameAs(connection);
                statement.getConnection().commit();
            }
            assertThat(rig.undoLogs()).isEqualTo(1);
        });
        assertThat(amount(1)).isEqualTo(10);
    }

    @Test
    void a_data_source_is_wrapped_once() {
        assertThat(rig.rm.wrap(rig.raw)).isSameAs(rig.managed);
        assertThat(rig.rm.wrap(rig.managed)).isSameAs(rig.managed);
    }

    @Test
    void a_batch_begun_outside_does_not_run_inside() throws Exception {
        try (Connection connection = rig.managed.getConnection();
                PreparedStatement update = connection.prepareStatement("UPDATE stock SET amount = ? WHERE id = 1")) {
            update.setInt(1, 1);
            update.addBatch();
            rig.committed(() -> {
                assertThatThrownBy(update::executeBatch)
                        .isInstanceOf(SQLException.class)
                        .hasMessageContaining("before the global transaction");
                update.clearBatch();
                update.setInt(1, 2);
                update.addBatch();
            });
            assertThat(update.executeBatch()).containsExactly(1);
        }
        assertThat(amount(1)).isEqualTo(2);
    }

    private long amount(int id) throws SQLException {
        return rig.number("SELECT amount FROM stock WHERE id = " + id);
    }
}
