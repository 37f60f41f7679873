package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.rm.failure.UnsupportedSqlException;
import dev.lockstep.rm.policy.UnknownFunctions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/** A function of the user's own that writes while it is read from. */
class UnknownFunctionsTest {

    private static final String CALL = "SELECT count_call(1)";

    /** What H2 runs for {@code count_call}. */
    public static final class CallCounter {
        public static int count(Connection connection, int by) throws SQLException {
            try (PreparedStatement update = connection.prepareStatement("UPDATE calls SET n = n + ?")) {
                update.setInt(1, by);
                return update.executeUpdate();
            }
        }

        private CallCounter() {}
    }

    @Test
    void it_writes_what_no_rollback_undoes_by_default() throws Exception {
        try (var app = new App(UnknownFunctions.ALLOW)) {
            app.rig.rolledBack(() -> app.query(CALL));
            assertThat(app.calls()).isEqualTo(1);
        }
    }

    @Test
    void a_warning_changes_nothing_else() throws Exception {
        try (var app = new App(UnknownFunctions.WARN)) {
            app.rig.rolledBack(() -> app.query(CALL));
            assertThat(app.calls()).isEqualTo(1);
        }
    }

    @Test
    void it_is_not_called_where_it_is_refused_unless_the_statement_carries_the_hint() throws Exception {
        try (var app = new App(UnknownFunctions.REFUSE)) {
            app.rig.rolledBack(() -> {
                assertThatThrownBy(() -> app.query(CALL))
                        .isInstanceOf(UnsupportedSqlException.class)
                        .hasMessageContaining("the function count_call is not known to leave rows alone");
                assertThatThrownBy(() -> app.rig.update("UPDATE item SET n = count_call(1)"))
                        .isInstanceOf(UnsupportedSqlException.class);
                app.query("SELECT COUNT(*), CURRENT_TIMESTAMP FROM item");
            });
            assertThat(app.calls()).isZero();
            app.rig.rolledBack(() -> app.query("/* lockstep:uncaptured */ " + CALL));
            assertThat(app.calls()).isEqualTo(1);
        }
    }

    @Test
    void outside_of_global_transactions_nothing_is_refused() throws Exception {
        try (var app = new App(UnknownFunctions.REFUSE)) {
            app.query(CALL);
            assertThat(app.calls()).isEqualTo(1);
        }
    }

    private static final class App implements AutoCloseable {
        private final Rig rig;

        App(UnknownFunctions unknownFunctions) throws SQLException {
            rig = new Rig(
                    "",
                    ResourceManagerOptions.builder()
                            .unknownFunctions(unknownFunctions)
                            .build());
            rig.plain(
                    "CREATE TABLE item (id INT PRIMARY KEY, n INT)",
                    "CREATE TABLE calls (id INT PRIMARY KEY, n INT)",
                    "INSERT INTO calls VALUES (1, 0)",
                    "CREATE ALIAS count_call FOR '" + CallCounter.class.getName() + ".count'");
        }

        void query(String sql) throws SQLException {
            try (Connection connection = rig.managed.getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery(sql)) {
                assertThat(rows.next()).isTrue();
            }
        }

        long calls() throws SQLException {
            return rig.number("SELECT n FROM calls");
        }

        @Override
        public void close() throws SQLException {
            rig.close();
        }
    }
}
