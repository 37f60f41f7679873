package dev.lockstep.rm.at;

import static dev.lockstep.rm.at.DialectContract.cells;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.rm.ResourceManagerOptions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import org.h2.api.Trigger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An UPDATE that gives the rows which it changes, so that no query reads them before; on H2. */
final class RowsWithChangeTest {

    private static final String STOCK = "SELECT id, name, amount FROM stock ORDER BY id";

    private @Nullable Rig opened;

    @BeforeEach
    void open() throws SQLException {
        open(ResourceManagerOptions.defaults());
    }

    private Rig open(ResourceManagerOptions options) throws SQLException {
        close();
        Rig rig = new Rig("", options);
        opened = rig;
        rig.plain(
                "CREATE TABLE stock (id INT PRIMARY KEY, name VARCHAR(20), amount INT CHECK (amount >= 0), text CLOB,"
                        + " twice INT GENERATED ALWAYS AS (amount * 2))",
                "INSERT INTO stock (id, name, amount) VALUES (1, 'one', 10), (2, 'two', 20), (3, 'three', 30)");
        return rig;
    }

    private Rig rig() {
        Rig rig = opened;
        if (rig == null) {
            throw new IllegalStateException("open() comes first");
        }
        return rig;
    }

    @AfterEach
    void close() throws SQLException {
        if (opened != null) {
            opened.close();
            opened = null;
        }
    }

    /** What reaches the database between the two ends of a local transaction, the undo log aside. */
    private List<String> sentBy(Rig.Work work) throws Exception {
        // What is known of the table is asked for once.
        assertUndone(() -> rig().update("UPDATE stock SET name = 'known' WHERE id = 0"));
        rig().raw.executed().clear();
        assertUndone(work);
        return rig().raw.executed().stream()
                .filter(sql -> sql.contains("?") && sql.toLowerCase(Locale.ROOT).contains("stock"))
                .toList();
    }

    private void assertUndone(Rig.Work work) throws SQLException {
        List<List<@Nullable String>> before = rig().rows("SELECT * FROM stock ORDER BY id");
        rig().rolledBack(work);
        assertThat(rig().rows("SELECT * FROM stock ORDER BY id")).isEqualTo(before);
    }

    private void inOneLocalTransaction(Rig.Work work, String sql, @Nullable Object... parameters) throws Exception {
        try (Connection connection = rig().managed.getConnection()) {
            connection.setAutoCommit(false);
            assertThat(Rig.update(connection, sql, parameters)).isPositive();
            work.run();
            connection.commit();
        }
    }

    @Test
    void is_one_statement_where_the_rows_after_it_can_be_calculated() throws Exception {
        List<String> sent = sentBy(
                () -> inOneLocalTransaction(() -> {}, "UPDATE stock SET amount = amount - ? WHERE id = ?", 3, 1));
        // The second and the third are the rollback's.
        assertThat(sent).hasSize(3);
        assertThat(sent.get(0)).contains("(UPDATE stock SET amount = amount - ? WHERE id = ?)");
        assertThat(sent.get(1)).startsWith("SELECT").contains("FOR UPDATE");
        assertThat(sent.get(2)).startsWith("UPDATE");
    }

    @Test
    void takes_parameters_names_aliases_and_comments_as_they_stand() throws Exception {
        List<String> sent = sentBy(() -> {
            assertThat(rig().update(
                                    "UPDATE stock s SET name = CONCAT(?, '-', ?), amount = amount + ? -- more"
                                            + "\n WHERE s.id IN (?, ?) /* some */ ;",
                                    "a",
                                    "b",
                                    5,
                                    1,
                                    3))
                    .isEqualTo(2);
            assertThat(rig().rows(STOCK))
                    .containsExactly(cells(1, "a-b", 15), cells(2, "two", 20), cells(3, "a-b", 35));
        });
        assertThat(sent.get(0)).contains("OLD TABLE");
    }

    @Test
    void changes_no_row_and_leaves_no_undo_log_where_none_is_meant() throws Exception {
        rig().committed(() -> {
            assertThat(rig().update("UPDATE stock SET name = 'x' WHERE id = 9")).isZero();
            assertThat(rig().tc.transactions().get(0).branches()).isEmpty();
        });
    }

    @Test
    void tells_the_user_its_count_whichever_way_it_is_called() throws Exception {
        assertUndone(() -> {
            try (Connection connection = rig().managed.getConnection();
                    Statement plain = connection.createStatement();
                    PreparedStatement prepared = connection.prepareStatement("UPDATE stock SET amount = 1")) {
                assertThat(plain.executeUpdate("UPDATE stock SET amount = 2")).isEqualTo(3);
                assertThat(plain.execute("UPDATE stock SET amount = 3 WHERE id < 3"))
                        .isFalse();
                assertThat(plain.getUpdateCount()).isEqualTo(2);
                assertThat(plain.getResultSet()).isNull();
                assertThat(prepared.execute()).isFalse();
                assertThat(prepared.getLargeUpdateCount()).isEqualTo(3);
                assertThat(prepared.getMoreResults()).isFalse();
                assertThat(prepared.getUpdateCount()).isEqualTo(-1);
                assertThat(prepared.executeLargeUpdate()).isEqualTo(3);
            }
        });
    }

    @Test
    void runs_each_row_of_a_batch_so() throws Exception {
        List<String> sent = sentBy(() -> {
            try (Connection connection = rig().managed.getConnection();
                    PreparedStatement update =
                            connection.prepareStatement("UPDATE stock SET amount = amount + ? WHERE id = ?")) {
                for (int id = 1; id <= 4; id++) {
                    update.setInt(1, 10 * id);
                    update.setInt(2, id);
                    update.addBatch();
                }
                assertThat(update.executeBatch()).containsExactly(1, 1, 1, 0);
            }
            assertThat(rig().rows("SELECT amount FROM stock ORDER BY id"))
                    .containsExactly(cells(20), cells(40), cells(60));
        });
        assertThat(sent.subList(0, 4)).allMatch(sql -> sql.contains("OLD TABLE"));
    }

    @Test
    void leaves_nothing_where_it_fails_in_the_middle_and_what_came_before_stays() throws Exception {
        assertUndone(() -> {
            try (Connection connection = rig().managed.getConnection()) {
                connection.setAutoCommit(false);
                // The first thing in the local transaction, and then one behind another.
                for (int name = 0; name < 2; name++) {
                    assertThatThrownBy(() -> Rig.update(connection, "UPDATE stock SET amount = amount - 15"))
                            .isInstanceOf(SQLIntegrityConstraintViolationException.class);
                    Rig.update(connection, "UPDATE stock SET name = ? WHERE id = 2", "n" + name);
                }
                connection.commit();
            }
            assertThat(rig().rows(STOCK))
                    .containsExactly(cells(1, "one", 10), cells(2, "n1", 20), cells(3, "three", 30));
        });
    }

    @Test
    void images_whole_rows_where_that_is_set() throws Exception {
        Rig rig = open(
                ResourceManagerOptions.builder().onlyCareUpdateColumns(false).build());
        rig.plain("ALTER TABLE stock DROP COLUMN text");
        List<String> sent = sentBy(() -> rig.update("UPDATE stock SET name = ? WHERE id = 1", "x"));
        assertThat(sent.get(0)).startsWith("SELECT *").contains("OLD TABLE");
    }

    /** May do anything to a row, and does nothing. */
    public static final class Watcher implements Trigger {
        @Override
        public void fire(Connection connection, Object @Nullable [] oldRow, Object @Nullable [] newRow) {}
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE stock SET id = id WHERE id = 1",
                "UPDATE stock SET text = 'long' WHERE id = 1",
                "UPDATE stock SET name = 'x' LIMIT 1",
                "UPDATE stock SET name = 'x' WHERE amount = (SELECT MAX(amount) FROM stock)",
                "UPDATE watched SET amount = 1"
            })
    void reads_the_rows_before_where_the_statement_does_not_tell_all(String sql) throws Exception {
        rig().plain(
                        "CREATE TABLE watched (id INT PRIMARY KEY, amount INT)",
                        "INSERT INTO watched VALUES (1, 10)",
                        "CREATE TRIGGER watching BEFORE UPDATE ON watched FOR EACH ROW CALL \""
                                + Watcher.class.getName() + "\"");
        rig().committed(() -> assertThat(rig().update(sql)).isEqualTo(1));
        assertThat(rig().raw.executed()).noneMatch(sent -> sent.contains("OLD TABLE (UPDATE"));
        assertThat(rig().raw.executed()).anyMatch(sent -> sent.contains("FOR UPDATE"));
    }

    @Test
    void reads_the_rows_before_where_the_user_wants_keys_back() throws Exception {
        assertUndone(() -> {
            try (Connection connection = rig().managed.getConnection();
                    PreparedStatement update = connection.prepareStatement(
                            "UPDATE stock SET name = 'x' WHERE id = 2", new String[] {"ID", "NAME"})) {
                assertThat(update.executeUpdate()).isEqualTo(1);
                try (ResultSet keys = update.getGeneratedKeys()) {
                    assertThat(keys.next()).isTrue();
                    assertThat(keys.getInt(1)).isEqualTo(2);
                    assertThat(keys.getString(2)).isEqualTo("x");
                }
            }
        });
        assertThat(rig().raw.executed()).noneMatch(sent -> sent.contains("OLD TABLE (UPDATE"));
    }
}
