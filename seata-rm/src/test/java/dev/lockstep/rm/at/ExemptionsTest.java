package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.rm.failure.UnsupportedSqlException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a user may take out of the global transaction, and what not even then. */
class ExemptionsTest {

    private static final String HINT = "/* lockstep:uncaptured */ ";

    private Rig rig;

    @BeforeEach
    void open() throws SQLException {
        rig = new Rig(
                "",
                ResourceManagerOptions.builder()
                        .uncapturedTables(Set.of("CALL_LOG"))
                        .sideEffectsIgnored(Set.of("public.parent"))
                        .build());
        rig.plain(
                "CREATE TABLE call_log (text VARCHAR(20))",
                "CREATE TABLE item (id INT PRIMARY KEY, n INT)",
                "INSERT INTO item VALUES (1, 10), (2, 20)",
                "CREATE TABLE parent (id INT PRIMARY KEY)",
                "CREATE TABLE child (id INT PRIMARY KEY, parent INT REFERENCES parent (id) ON DELETE CASCADE)",
                "INSERT INTO parent VALUES (1)",
                "INSERT INTO child VALUES (1, 1)");
    }

    @AfterEach
    void close() throws SQLException {
        rig.close();
    }

    @Test
    void writes_of_an_exempt_table_stay_when_the_rest_is_rolled_back() throws Exception {
        rig.rolledBack(() -> {
            rig.update("INSERT INTO call_log VALUES (?)", "first");
            try (Connection connection = rig.managed.getConnection()) {
                connection.setAutoCommit(false);
                Rig.update(connection, "UPDATE item SET n = 0");
                Rig.update(connection, "INSERT INTO call_log VALUES (?)", "second");
                connection.commit();
            }
        });
        assertThat(rig.rows("SELECT * FROM call_log")).hasSize(2);
        assertThat(rig.rows("SELECT n FROM item ORDER BY id"))
                .containsExactly(DialectContract.cells(10), DialectContract.cells(20));
    }

    @Test
    void rows_that_refer_to_an_inserted_one_go_with_it_where_that_is_ignored() throws Exception {
        rig.rolledBack(() -> {
            rig.update("INSERT INTO parent VALUES (2)");
            rig.plain("INSERT INTO child VALUES (2, 2)");
        });
        assertThat(rig.rows("SELECT parent FROM child")).containsExactly(DialectContract.cells(1));
    }

    @Test
    void a_batch_into_an_exempt_table_stays_too() throws Exception {
        rig.rolledBack(() -> {
            try (Connection connection = rig.managed.getConnection();
                    PreparedStatement insert = connection.prepareStatement("INSERT INTO call_log VALUES (?)")) {
                for (String text : List.of("a", "b")) {
                    insert.setString(1, text);
                    insert.addBatch();
                }
                assertThat(insert.executeBatch()).containsExactly(1, 1);
            }
        });
        assertThat(rig.rows("SELECT * FROM call_log")).hasSize(2);
    }

    /** As the tables that stand in for sequences are read, often without a key. */
    @Test
    void a_locking_read_of_an_exempt_table_asks_nobody_who_holds_its_rows() throws Exception {
        rig.plain("INSERT INTO call_log VALUES ('7')");
        rig.rolledBack(() -> {
            try (Connection connection = rig.managed.getConnection();
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                try (ResultSet row = statement.executeQuery("SELECT text FROM call_log FOR UPDATE")) {
                    assertThat(row.next()).isTrue();
                    assertThat(row.getString(1)).isEqualTo("7");
                }
                assertThat(statement.executeUpdate("UPDATE call_log SET text = '8'"))
                        .isEqualTo(1);
                connection.commit();
            }
            assertThat(rig.tc.transactions().get(0).branches()).isEmpty();
        });
        assertThat(rig.rows("SELECT * FROM call_log")).containsExactly(DialectContract.cells("8"));
    }

    @Test
    void a_statement_with_the_hint_runs_as_it_is() throws Exception {
        rig.rolledBack(() -> {
            assertThat(rig.update(HINT + "UPDATE item SET n = 11 WHERE id = ?", 1))
                    .isEqualTo(1);
            rig.update("UPDATE item SET n = 0 WHERE id = 2");
            try (Connection connection = rig.managed.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.addBatch(HINT + "INSERT INTO call_log VALUES ('x')");
                assertThat(statement.executeBatch()).containsExactly(1);
            }
        });
        assertThat(rig.rows("SELECT n FROM item ORDER BY id"))
                .containsExactly(DialectContract.cells(11), DialectContract.cells(20));
        assertThat(rig.rows("SELECT * FROM call_log")).hasSize(1);
    }

    @Test
    void the_hint_does_not_let_transaction_control_or_definitions_pass() throws Exception {
        rig.committed(() -> {
            for (String sql : List.of(
                    "COMMIT",
                    "ROLLBACK",
                    "SET AUTOCOMMIT TRUE",
                    "TRUNCATE TABLE item",
                    "UPDATE item SET n = 1; COMMIT")) {
                assertThatThrownBy(() -> rig.update(HINT + sql)).as(sql).isInstanceOf(UnsupportedSqlException.class);
            }
            assertThatThrownBy(() -> rig.update("SELECT 1 " + HINT + "; DELETE FROM item"))
                    .isInstanceOf(UnsupportedSqlException.class);
        });
    }

    @Test
    void a_cascade_that_is_ignored_takes_rows_that_do_not_come_back() throws Exception {
        rig.rolledBack(
                () -> assertThat(rig.update("DELETE FROM parent WHERE id = 1")).isEqualTo(1));
        assertThat(rig.rows("SELECT * FROM parent")).hasSize(1);
        assertThat(rig.rows("SELECT * FROM child")).isEmpty();
    }
}
