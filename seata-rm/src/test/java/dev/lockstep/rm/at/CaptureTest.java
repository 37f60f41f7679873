package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.rm.failure.UnsupportedSqlException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.h2.api.Trigger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Images that cover exactly what the statement did, also when others or the database interfere. */
final class CaptureTest {

    private static final String STOCK = "SELECT * FROM stock ORDER BY id";

    private Rig rig;

    @BeforeEach
    void open() throws SQLException {
        rig = new Rig("");
        rig.plain(
                "CREATE TABLE stock (id INT PRIMARY KEY, kind VARCHAR(5), amount INT, note VARCHAR(50),"
                        + " changed TIMESTAMP(9) DEFAULT TIMESTAMP '2020-01-01 00:00:00' ON UPDATE CURRENT_TIMESTAMP(9))",
                "INSERT INTO stock (id, kind, amount) VALUES (1, 'a', 10), (2, 'b', 20)");
    }

    @AfterEach
    void close() throws SQLException {
        rig.close();
    }

    @Test
    void rows_that_appear_between_image_and_statement_are_noticed_and_the_statement_is_captured_anew()
            throws Exception {
        for (boolean autoCommit : new boolean[] {true, false}) {
            rig.rolledBack(() -> {
                int newId = autoCommit ? 100 : 101;
                try (Connection connection = rig.managed.getConnection()) {
                    connection.setAutoCommit(autoCommit);
                    rig.raw.beforeStatement(
                            "UPDATE stock",
                            1,
                            () -> rig.plain("INSERT INTO stock (id, kind, amount) VALUES (" + newId + ", 'a', 5)"));
                    int expected = autoCommit ? 2 : 3;
                    assertThat(Rig.update(connection, "UPDATE stock SET amount = 0 WHERE kind = ?", "a"))
                            .isEqualTo(expected);
                    if (!autoCommit) {
                        connection.commit();
                    }
                    assertThat(rig.tc.locks()).hasSize(expected);
                }
            });
        }
        assertThat(rig.rows("SELECT id, amount FROM stock ORDER BY id"))
                .containsExactly(
                        DialectContract.cells(1, 10),
                        DialectContract.cells(2, 20),
                        DialectContract.cells(100, 5),
                        DialectContract.cells(101, 5));
    }

    @Test
    void a_table_that_never_rests_is_given_up_with_a_transient_state_and_left_as_it_was() throws Exception {
        rig.committed(() -> {
            int[] next = {100};
            rig.raw.beforeStatement(
                    "DELETE FROM stock",
                    3,
                    () -> rig.plain("INSERT INTO stock (id, kind) VALUES (" + next[0]++ + ", 'a')"));
            assertThatThrownBy(() -> rig.update("DELETE FROM stock WHERE kind = 'a'"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("40001"));
        });
        assertThat(rig.number("SELECT COUNT(*) FROM stock")).isEqualTo(5);
    }

    @Test
    void with_a_limit_rows_that_appear_do_not_take_the_place_of_imaged_ones() throws Exception {
        List<List<@Nullable String>> before = rig.rows(STOCK);
        rig.rolledBack(() -> {
            rig.raw.beforeStatement("UPDATE stock", 1, () -> rig.plain("INSERT INTO stock (id, kind) VALUES (0, 'a')"));
            assertThat(rig.update("UPDATE stock SET amount = 0 WHERE kind <> 'z' ORDER BY id LIMIT 1"))
                    .isEqualTo(1);
        });
        rig.plain("DELETE FROM stock WHERE id = 0");
        assertThat(rig.rows(STOCK)).isEqualTo(before);
    }

    @Test
    void a_column_that_changes_itself_is_undone_too() throws Exception {
        List<List<@Nullable String>> before = rig.rows(STOCK);
        rig.rolledBack(() -> rig.update("UPDATE stock SET amount = 0"));
        assertThat(rig.rows(STOCK)).isEqualTo(before);
    }

    /** Doubles the key of a new row, writes a note into a changed one. */
    public static final class Meddler implements Trigger {
        @Override
        public void fire(Connection connection, Object @Nullable [] oldRow, Object @Nullable [] newRow) {
            if (newRow != null) {
                if (oldRow == null) {
                    newRow[0] = (Integer) newRow[0] * 2;
                } else {
                    newRow[3] = "changed by a trigger";
                }
            }
        }
    }

    @Test
    void what_a_before_trigger_does_to_the_row_is_captured() throws Exception {
        String trigger = "CALL \"" + Meddler.class.getName() + "\"";
        rig.plain(
                "CREATE TRIGGER on_insert BEFORE INSERT ON stock FOR EACH ROW " + trigger,
                "CREATE TRIGGER on_update BEFORE UPDATE ON stock FOR EACH ROW " + trigger);
        List<List<@Nullable String>> before = rig.rows(STOCK);
        rig.rolledBack(() -> {
            rig.update("INSERT INTO stock (id, kind) VALUES (50, 'n')");
            rig.update("UPDATE stock SET amount = 1 WHERE id = 2");
            assertThat(rig.number("SELECT COUNT(*) FROM stock WHERE id = 100")).isEqualTo(1);
        });
        // The trigger fires on undo as well and leaves its note, which no undo can prevent.
        assertThat(rig.rows("SELECT id, kind, amount FROM stock ORDER BY id"))
                .containsExactly(DialectContract.cells(1, "a", 10), DialectContract.cells(2, "b", 20));
        assertThat(before).hasSize(2);
    }

    @Test
    void more_rows_than_one_statement_names_are_imaged_in_parts() throws Exception {
        rig.plain("INSERT INTO stock (id, kind, amount) SELECT x, 'm', x FROM SYSTEM_RANGE(1000, 2300)");
        List<List<@Nullable String>> before = rig.rows(STOCK);
        rig.rolledBack(() -> {
            assertThat(rig.update("UPDATE stock SET amount = -amount WHERE kind = 'm'"))
                    .isEqualTo(1301);
            assertThat(rig.update("DELETE FROM stock WHERE kind = 'm'")).isEqualTo(1301);
        });
        assertThat(rig.rows(STOCK)).isEqualTo(before);
        rig.committed(() -> assertThatThrownBy(() -> rig.update("DELETE FROM stock LIMIT 600"))
                .isInstanceOf(UnsupportedSqlException.class)
                .hasMessageContaining("at most 500"));
    }

    @Test
    void streams_bound_inside_are_captured_and_those_bound_before_are_refused() throws Exception {
        rig.plain(
                "CREATE TABLE doc (id INT PRIMARY KEY, body CLOB, bytes BLOB)",
                "INSERT INTO doc VALUES (1, 'x', X'01')");
        byte[] bytes = new byte[5000];
        Arrays.fill(bytes, (byte) 7);
        String text = "long ".repeat(1000);
        try (Connection connection = rig.managed.getConnection();
                PreparedStatement update =
                        connection.prepareStatement("UPDATE doc SET body = ?, bytes = ? WHERE id = 1");
                PreparedStatement insert = connection.prepareStatement("INSERT INTO doc VALUES (?, ?, ?)")) {
            insert.setInt(1, 9);
            insert.setCharacterStream(2, new StringReader(text));
            insert.setBinaryStream(3, new ByteArrayInputStream(bytes));
            rig.rolledBack(() -> {
                assertThatThrownBy(insert::executeUpdate)
                        .isInstanceOf(SQLException.class)
                        .hasMessageContaining("before the global transaction");
                insert.setInt(1, 2);
                insert.setCharacterStream(2, new StringReader(text), text.length());
                insert.setBlob(3, new ByteArrayInputStream(bytes));
                insert.executeUpdate();
                update.setClob(1, new StringReader(text));
                update.setBinaryStream(2, new ByteArrayInputStream(bytes), 4000);
                update.executeUpdate();
                assertThat(rig.number("SELECT COUNT(*) FROM doc WHERE LENGTH(body) = 5000"))
                        .isEqualTo(2);
                assertThat(rig.rows("SELECT LENGTH(bytes) FROM doc ORDER BY id"))
                        .containsExactly(DialectContract.cells(4000), DialectContract.cells(5000));
            });
        }
        assertThat(rig.rows("SELECT * FROM doc")).hasSize(1);
        try (Connection connection = rig.raw.getConnection();
                ResultSet row = connection.createStatement().executeQuery("SELECT body, bytes FROM doc")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getString(1)).isEqualTo("x");
            assertThat(row.getBytes(2)).containsExactly(1);
        }
    }

    @Test
    void a_stream_that_is_null_is_null_whenever_it_was_bound() throws Exception {
        rig.plain("CREATE TABLE doc (id INT PRIMARY KEY, body CLOB, bytes BLOB)");
        try (Connection connection = rig.managed.getConnection();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO doc VALUES (?, ?, ?)")) {
            insert.setInt(1, 1);
            insert.setCharacterStream(2, null);
            insert.setBinaryStream(3, null);
            rig.committed(() -> {
                insert.executeUpdate();
                for (int id = 2; id <= 3; id++) {
                    insert.setInt(1, id);
                    insert.setClob(2, (Reader) null);
                    insert.setBlob(3, (InputStream) null);
                    insert.addBatch();
                }
                insert.executeBatch();
            });
        }
        assertThat(rig.number("SELECT COUNT(*) FROM doc WHERE body IS NULL AND bytes IS NULL"))
                .isEqualTo(3);
    }

    @Test
    void a_type_that_an_undo_log_cannot_hold_exactly_is_refused() throws Exception {
        rig.plain(
                "CREATE TABLE odd (id INT PRIMARY KEY, tags VARCHAR(5) ARRAY, amount INT)",
                "INSERT INTO odd VALUES (1, ARRAY['x'], 1)");
        rig.committed(() -> {
            for (String sql : List.of(
                    "DELETE FROM odd", "INSERT INTO odd VALUES (2, ARRAY['y'], 2)", "UPDATE odd SET tags = NULL")) {
                assertThatThrownBy(() -> rig.update(sql))
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getMessage()).contains("TAGS"));
            }
            rig.update("UPDATE odd SET amount = 2");
        });
        assertThat(rig.rows("SELECT id, amount FROM odd")).containsExactly(DialectContract.cells(1, 2));
    }

    @Test
    void texts_stay_exact_through_the_undo_log() throws Exception {
        String text =
                new String("\u0000\ud83d\ude00\"\\/\b\u2028".getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        rig.update("UPDATE stock SET note = ? WHERE id = 1", text);
        rig.rolledBack(() -> rig.update("UPDATE stock SET note = 'other' WHERE id = 1"));
        assertThat(rig.rows("SELECT note FROM stock WHERE id = 1")).containsExactly(DialectContract.cells(text));
    }
}
