package dev.lockstep.rm.at;

import static dev.lockstep.rm.at.DialectContract.cells;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An UPDATE or DELETE of PostgreSQL that gives the rows which it changes, and is all that is sent before the undo log. */
final class PostgreSqlReturningIT {

    private final Rig rig;

    PostgreSqlReturningIT(@SharedDatabase(DatabaseKind.POSTGRES) DatabaseServer server) throws SQLException {
        rig = Rig.on(server);
    }

    @BeforeEach
    void table() throws SQLException {
        rig.plain(
                "CREATE TABLE item (id INT PRIMARY KEY, name VARCHAR(20), amount NUMERIC(10, 2), at TIMESTAMPTZ, tags JSONB,"
                        + " note TEXT, double_amount NUMERIC GENERATED ALWAYS AS (amount * 2) STORED)",
                "INSERT INTO item VALUES (1, 'one', 1.5, '2026-03-29 01:30:00+00', '{\"a\": 1}'),"
                        + " (2, 'two', 2.5, NULL, NULL), (3, 'three', 3.5, 'infinity', '[]')");
    }

    @AfterEach
    void close() throws SQLException {
        rig.close();
    }

    /** Texts that reached the database for the work, the undo log and the rollback aside. */
    private List<String> sentBy(Rig.Work work) throws SQLException {
        List<List<@Nullable String>> before = rig.rows("SELECT * FROM item ORDER BY id");
        // What is known of the table is asked for once.
        rig.rolledBack(() -> rig.update("UPDATE item SET name = 'known' WHERE id = 0"));
        int mark = rig.raw.executed().size();
        int[] end = new int[1];
        rig.rolledBack(() -> {
            work.run();
            end[0] = rig.raw.executed().size();
        });
        assertThat(rig.rows("SELECT * FROM item ORDER BY id")).isEqualTo(before);
        return rig.raw.executed().subList(mark, end[0]).stream()
                .filter(sql -> sql.contains("item") && !sql.contains("ORDER BY"))
                .toList();
    }

    @Test
    void an_update_gives_its_rows_before_and_after() throws Exception {
        List<String> sent = sentBy(() -> {
            try (Connection connection = rig.managed.getConnection();
                    PreparedStatement update = connection.prepareStatement(
                            "UPDATE item AS i SET name = UPPER(name), amount = amount * ?, at = now(), tags = '{}' WHERE i.id < ?"
                                    + " -- the end")) {
                update.setBigDecimal(1, new BigDecimal("1.1"));
                update.setInt(2, 3);
                assertThat(update.executeUpdate()).isEqualTo(2);
            }
            assertThat(rig.rows("SELECT name, amount FROM item ORDER BY id"))
                    .containsExactly(cells("ONE", "1.65"), cells("TWO", "2.75"), cells("three", "3.50"));
        });
        assertThat(sent).hasSize(1).first().asString().startsWith("UPDATE item").contains("RETURNING WITH (OLD");
    }

    @Test
    void an_update_of_whole_numbers_gives_its_rows_before_only() throws Exception {
        rig.plain("ALTER TABLE item ADD COLUMN pieces INT NOT NULL DEFAULT 5");
        List<String> sent = sentBy(() -> assertThat(rig.update("UPDATE item SET pieces = pieces - 1 WHERE id = 2"))
                .isEqualTo(1));
        assertThat(sent).hasSize(1).first().asString().doesNotContain("lockstep_new.");
    }

    @Test
    void a_delete_gives_its_rows() throws Exception {
        List<String> sent = sentBy(
                () -> assertThat(rig.update("DELETE FROM item WHERE id > 1;")).isEqualTo(2));
        assertThat(sent).hasSize(1).first().asString().contains("RETURNING *");
    }

    @Test
    void names_that_mean_something_to_returning_are_names_all_the_same() throws Exception {
        rig.plain("CREATE TABLE old (id INT PRIMARY KEY, new TEXT, old TEXT)", "INSERT INTO old VALUES (1, 'n', 'o')");
        rig.rolledBack(() -> {
            rig.update("UPDATE old new SET old = new.new, new = 'x' WHERE new.id = 1");
            assertThat(rig.rows("SELECT * FROM old")).containsExactly(cells(1, "x", "n"));
            rig.update("UPDATE old SET old = old.old || '!' WHERE id = 1");
            rig.update("DELETE FROM old WHERE old.old = 'n!'");
        });
        assertThat(rig.rows("SELECT * FROM old")).containsExactly(cells(1, "n", "o"));
    }

    @Test
    void rows_of_partitions_are_undone() throws Exception {
        rig.plain(
                "CREATE TABLE part (id INT, region INT, name TEXT, PRIMARY KEY (id, region)) PARTITION BY LIST (region)",
                "CREATE TABLE part_1 PARTITION OF part FOR VALUES IN (1)",
                "CREATE TABLE part_2 PARTITION OF part FOR VALUES IN (2)",
                "INSERT INTO part VALUES (1, 1, 'a'), (2, 2, 'b')");
        rig.rolledBack(() -> {
            rig.update("UPDATE part SET name = name || 'x'");
            rig.update("DELETE FROM part WHERE region = 2");
        });
        assertThat(rig.rows("SELECT * FROM part ORDER BY id")).containsExactly(cells(1, 1, "a"), cells(2, 2, "b"));
    }

    @Test
    void keys_that_the_user_wants_back_come_from_the_statement_as_it_was_written() throws Exception {
        rig.rolledBack(() -> {
            try (Connection connection = rig.managed.getConnection();
                    PreparedStatement update = connection.prepareStatement(
                            "UPDATE item SET name = 'x' WHERE id = 2", new String[] {"id", "name"})) {
                assertThat(update.executeUpdate()).isEqualTo(1);
                try (ResultSet keys = update.getGeneratedKeys()) {
                    assertThat(keys.next()).isTrue();
                    assertThat(keys.getInt(1)).isEqualTo(2);
                    assertThat(keys.getString(2)).isEqualTo("x");
                }
            }
        });
        assertThat(rig.number("SELECT COUNT(*) FROM item WHERE name = 'x'")).isZero();
    }
}
