package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.rm.failure.UndoLogNotWrittenException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many rows of one statement go back by few, on MySQL and MariaDB, where that can be done exactly. */
abstract class ManyRowsContract {

    private static final int ROWS = 200;

    private Rig rig;

    private final Rigs rigs;

    ManyRowsContract(Rigs rigs) {
        this.rigs = rigs;
    }

    /** Types that this server does not know. */
    abstract List<String> withoutTypes();

    @BeforeEach
    void open_with_two_hundred_rows() throws SQLException {
        rig = rigs.open();
        rig.plain(
                "CREATE TABLE big (id INT, part VARCHAR(9), name VARCHAR(50), amount DECIMAL(12, 2), content LONGBLOB,"
                        + " PRIMARY KEY (id, part))");
        try (Connection connection = rig.raw.getConnection();
                PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO big VALUES (?, ?, ?, ?, X'00FF27')")) {
            for (int id = 1; id <= ROWS; id++) {
                insert.setInt(1, id / 2);
                insert.setString(2, id % 2 == 0 ? "one" : "two");
                insert.setString(3, id % 7 == 0 ? null : "it's " + id);
                insert.setDouble(4, id / 4.0);
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    @AfterEach
    void close() throws SQLException {
        rig.close();
    }

    /** Does the work and has it rolled back; gives the texts of the rollback that begin so, one for each batch. */
    private List<String> undoneBy(String beginning, Rig.Work work) throws SQLException {
        List<List<@Nullable String>> before = rig.rows("SELECT * FROM big ORDER BY id, part");
        int[] mark = new int[1];
        rig.rolledBack(() -> {
            work.run();
            mark[0] = rig.raw.executed().size();
        });
        List<String> texts = rig.raw.executed().stream()
                .skip(mark[0])
                .filter(sql -> sql.startsWith(beginning) && sql.contains("`big`"))
                .toList();
        assertThat(rig.rows("SELECT * FROM big ORDER BY id, part")).isEqualTo(before);
        assertThat(rig.undoLogs()).isZero();
        return texts;
    }

    @Test
    void updated_rows_go_back_by_few_statements() throws Exception {
        assertThat(undoneBy("UPDATE", () -> rig.update("UPDATE big SET name = 'x', amount = amount + 1")))
                .hasSize(2)
                .allMatch(sql -> sql.contains(" CASE "));
    }

    @Test
    void deleted_rows_go_back_by_few_statements() throws Exception {
        assertThat(undoneBy("INSERT", () -> rig.update("DELETE FROM big"))).hasSize(2);
    }

    @Test
    void inserted_rows_go_back_by_few_statements() throws Exception {
        assertThat(undoneBy(
                        "DELETE",
                        () -> rig.update("INSERT INTO big VALUES (1000, 'a', 'n', 1, NULL)"
                                + ", (1001, 'a', 'n', 1, NULL), (1002, 'b', NULL, 1, NULL)")))
                .hasSize(1);
    }

    @Test
    void rows_of_long_values_go_back_one_by_one() throws Exception {
        rig.plain("UPDATE big SET content = REPEAT('long', 2000) WHERE id = 3 AND part = 'one'");
        assertThat(undoneBy("UPDATE", () -> rig.update("UPDATE big SET content = NULL WHERE id < 9")))
                .isNotEmpty()
                .noneMatch(sql -> sql.contains(" CASE "));
    }

    @Test
    void values_of_every_type_go_back_beside_each_other() throws Exception {
        rig.plain(MySqlAllTypes.table(withoutTypes()));
        Map<String, List<String>> values = MySqlAllTypes.values(withoutTypes());
        rig.plain("INSERT INTO all_types (id) VALUES (1), (2), (3), (4)");
        for (Map.Entry<String, List<String>> column : values.entrySet()) {
            for (int row = 1; row <= 2; row++) {
                rig.plain("UPDATE all_types SET " + column.getKey() + " = "
                        + column.getValue().get(row - 1) + " WHERE id = " + row);
            }
        }
        List<List<@Nullable String>> before = rig.rows("SELECT * FROM all_types ORDER BY id");
        for (Map.Entry<String, List<String>> column : values.entrySet()) {
            String other = column.getValue().get(0);
            rig.rolledBack(() -> {
                rig.update("UPDATE all_types SET " + column.getKey() + " = NULL WHERE id < 4");
                rig.update("UPDATE all_types SET " + column.getKey() + " = " + other);
            });
            assertThat(rig.rows("SELECT * FROM all_types ORDER BY id"))
                    .as(column.getKey())
                    .isEqualTo(before);
        }
        rig.rolledBack(() -> rig.update("DELETE FROM all_types"));
        assertThat(rig.rows("SELECT * FROM all_types ORDER BY id")).isEqualTo(before);
    }

    @Test
    void values_of_a_unique_column_that_moved_on_go_back() throws Exception {
        rig.plain(
                "CREATE TABLE ranking (id INT PRIMARY KEY, place INT UNIQUE)",
                "INSERT INTO ranking VALUES (1, 1), (2, 2), (3, 3)");
        List<List<@Nullable String>> before = rig.rows("SELECT * FROM ranking ORDER BY id");
        rig.rolledBack(() -> rig.update("UPDATE ranking SET place = place + 1 ORDER BY place DESC"));
        assertThat(rig.rows("SELECT * FROM ranking ORDER BY id")).isEqualTo(before);
        rig.rolledBack(() -> rig.update("UPDATE ranking SET place = place - 1 ORDER BY place"));
        assertThat(rig.rows("SELECT * FROM ranking ORDER BY id")).isEqualTo(before);
    }

    @Test
    void rows_that_refer_to_each_other_go_back() throws Exception {
        rig.plain(
                "CREATE TABLE node (id INT PRIMARY KEY, parent INT, FOREIGN KEY (parent) REFERENCES node (id))",
                "INSERT INTO node VALUES (2, NULL), (1, 2), (3, 2), (4, 3)");
        List<List<@Nullable String>> before = rig.rows("SELECT * FROM node ORDER BY id");
        rig.rolledBack(() -> {
            rig.update("INSERT INTO node VALUES (12, NULL), (11, 12), (13, 12)");
            rig.update("DELETE FROM node WHERE id IN (1, 4)");
            rig.update("DELETE FROM node WHERE id = 3");
        });
        assertThat(rig.rows("SELECT * FROM node ORDER BY id")).isEqualTo(before);
    }

    @Test
    void an_undo_log_larger_than_the_server_takes_is_refused_before_anything_is_committed() throws Exception {
        byte[] content = new byte[800_000];
        new Random(1).nextBytes(content);
        try (Connection connection = rig.raw.getConnection()) {
            Rig.update(connection, "UPDATE big SET content = ? WHERE id < 3", content);
        }
        List<List<@Nullable String>> before = rig.rows("SELECT id, part, MD5(content) FROM big ORDER BY id, part");
        String limit = Objects.requireNonNull(
                rig.rows("SELECT @@max_allowed_packet").get(0).get(0));
        rig.committed(() -> {
            // Only sessions that begin now have it.
            rig.plain("SET GLOBAL max_allowed_packet = 2097152");
            Connection small;
            try {
                small = rig.managed.getConnection();
            } finally {
                rig.plain("SET GLOBAL max_allowed_packet = " + limit);
            }
            try (small) {
                assertThatThrownBy(() -> Rig.update(small, "UPDATE big SET content = NULL WHERE id < 3"))
                        .isInstanceOf(UndoLogNotWrittenException.class)
                        .hasMessageContaining("at most 2097152")
                        .hasMessageContaining("max_allowed_packet")
                        .hasMessageNotContaining("dev/lockstep/rm/undo_log")
                        .extracting(e -> ((SQLException) e).getSQLState())
                        .isEqualTo("54000");
            }
        });
        assertThat(rig.rows("SELECT id, part, MD5(content) FROM big ORDER BY id, part"))
                .isEqualTo(before);
    }
}
