package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.rm.failure.UnsupportedSqlException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLSyntaxErrorException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tables that change while the application runs. */
final class TableMetaAgeTest {

    /** Past at the next statement. */
    private static final Duration NO_TIME = Duration.ofNanos(1);

    private @Nullable Rig rig;

    private Rig rig(ResourceManagerOptions.Builder options) throws SQLException {
        Rig opened = new Rig("", options.build());
        rig = opened;
        return opened;
    }

    private Rig rigThatLooksAgain() throws SQLException {
        return rig(ResourceManagerOptions.builder().tableMetaAge(NO_TIME));
    }

    @AfterEach
    void close() throws SQLException {
        if (rig != null) {
            rig.close();
        }
    }

    @Test
    void a_cascade_that_came_after_the_first_use_of_a_table_is_seen() throws Exception {
        Rig app = rigThatLooksAgain();
        app.plain("CREATE TABLE parent (id INT PRIMARY KEY, v INT)", "INSERT INTO parent VALUES (1, 1), (2, 2)");
        app.committed(() -> app.update("UPDATE parent SET v = 5 WHERE id = 1"));
        app.plain(
                "CREATE TABLE child (id INT PRIMARY KEY, parent INT REFERENCES parent (id) ON DELETE CASCADE)",
                "INSERT INTO child VALUES (10, 2)");
        app.committed(() -> assertThatThrownBy(() -> app.update("DELETE FROM parent WHERE id = 2"))
                .isInstanceOf(UnsupportedSqlException.class)
                .hasMessageContaining("CHILD"));
        assertThat(app.rows("SELECT * FROM child")).hasSize(1);
    }

    @Test
    void a_column_that_changes_itself_and_came_later_is_undone() throws Exception {
        Rig app = rigThatLooksAgain();
        app.plain("CREATE TABLE doc (id INT PRIMARY KEY, v INT, w INT)", "INSERT INTO doc VALUES (1, 1, 1)");
        app.committed(() -> app.update("UPDATE doc SET v = 2 WHERE id = 1"));
        app.plain("ALTER TABLE doc ADD COLUMN changed TIMESTAMP DEFAULT TIMESTAMP '2001-01-01 00:00:00'"
                + " ON UPDATE CURRENT_TIMESTAMP");
        List<List<@Nullable String>> before = app.rows("SELECT * FROM doc");
        app.rolledBack(() -> app.update("UPDATE doc SET v = 3 WHERE id = 1"));
        assertThat(app.rows("SELECT * FROM doc")).isEqualTo(before);
    }

    @Test
    void a_unique_key_that_came_later_is_looked_into() throws Exception {
        Rig app = rigThatLooksAgain();
        app.plain("CREATE TABLE pass (id INT PRIMARY KEY, code INT)", "INSERT INTO pass VALUES (1, 1)");
        app.committed(() -> app.update("MERGE INTO pass (id, code) KEY (id) VALUES (1, 2)"));
        app.plain("ALTER TABLE pass ADD UNIQUE (code)");
        app.rolledBack(() -> app.update("MERGE INTO pass (id, code) KEY (code) VALUES (1, 2)"));
        assertThat(app.rows("SELECT * FROM pass")).containsExactly(DialectContract.cells(1, 2));
    }

    @Test
    void a_table_in_use_is_not_read_anew_for_each_statement() throws Exception {
        Rig app = rig(ResourceManagerOptions.builder());
        app.plain("CREATE TABLE doc (id INT PRIMARY KEY, v INT)", "INSERT INTO doc VALUES (1, 1)");
        app.committed(() -> {
            app.update("UPDATE doc SET v = 2 WHERE id = 1");
            app.raw.executed().clear();
            app.update("UPDATE doc SET v = 3 WHERE id = 1");
            assertThat(app.raw.executed()).noneMatch(sql -> sql.contains("INFORMATION_SCHEMA"));
        });
    }

    @Test
    void a_table_whose_side_effects_are_ignored_may_change_its_columns() throws Exception {
        Rig app = rig(ResourceManagerOptions.builder().sideEffectsIgnored(Set.of("parent")));
        app.plain(
                "CREATE TABLE parent (id INT PRIMARY KEY, v INT)",
                "CREATE TABLE child (id INT PRIMARY KEY, parent INT REFERENCES parent (id) ON DELETE CASCADE)",
                "INSERT INTO parent VALUES (1, 1)");
        app.committed(() -> app.update("INSERT INTO parent VALUES (2, 2)"));
        app.plain("ALTER TABLE parent ADD COLUMN note VARCHAR(9)");
        app.rolledBack(() -> {
            app.update("UPDATE parent SET note = 'x' WHERE id = 1");
            app.update("DELETE FROM parent WHERE id = 2");
        });
        assertThat(app.rows("SELECT * FROM parent ORDER BY id"))
                .containsExactly(DialectContract.cells(1, 1, null), DialectContract.cells(2, 2, null));
    }

    @Test
    void a_misspelt_column_is_no_transient_trouble() throws Exception {
        Rig app = rig(ResourceManagerOptions.builder());
        app.plain("CREATE TABLE doc (id INT PRIMARY KEY, v INT)", "INSERT INTO doc VALUES (1, 1)");
        app.committed(() -> {
            try (Connection connection = app.managed.getConnection();
                    Statement statement = connection.createStatement()) {
                for (String sql : List.of(
                        "UPDATE doc SET vv = 2 WHERE id = 1", "MERGE INTO doc (id, vv) KEY (id) VALUES (2, 2)")) {
                    assertThatThrownBy(() -> statement.executeUpdate(sql))
                            .isInstanceOfSatisfying(
                                    SQLSyntaxErrorException.class,
                                    e -> assertThat(e.getSQLState()).isEqualTo("42S22"))
                            .hasMessageContaining("no column vv");
                }
            }
        });
    }
}
