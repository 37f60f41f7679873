package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a user binds counts at the moment it is bound, as with the driver alone. */
final class BoundValuesTest {

    private Rig rig;

    @BeforeEach
    void open() throws SQLException {
        rig = new Rig("");
        rig.plain("CREATE TABLE note (id INT PRIMARY KEY, made TIMESTAMP, body BLOB, text CLOB)");
    }

    @AfterEach
    void close() throws SQLException {
        rig.close();
    }

    @Test
    void a_value_changed_after_it_was_bound_changes_nothing() throws Exception {
        Timestamp moment = Timestamp.valueOf("2020-01-01 00:00:00");
        byte[] bytes = {1};
        rig.committed(() -> {
            try (Connection connection = rig.managed.getConnection();
                    PreparedStatement insert =
                            connection.prepareStatement("INSERT INTO note (id, made, body) VALUES (?, ?, ?)")) {
                for (int id = 1; id <= 3; id++) {
                    insert.setInt(1, id);
                    moment.setTime(
                            Timestamp.valueOf("2020-01-0" + id + " 00:00:00").getTime());
                    bytes[0] = (byte) id;
                    insert.setTimestamp(2, moment);
                    insert.setObject(3, bytes);
                    insert.addBatch();
                }
                insert.executeBatch();
            }
        });
        assertThat(rig.rows("SELECT id, DAY(made), RAWTOHEX(body) FROM note ORDER BY id"))
                .containsExactly(
                        DialectContract.cells(1, 1, "01"),
                        DialectContract.cells(2, 2, "02"),
                        DialectContract.cells(3, 3, "03"));
    }

    @Test
    void a_stream_bound_as_an_object_arrives_whole_however_often_it_is_needed() throws Exception {
        try (Connection connection = rig.managed.getConnection();
                PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO note (id, body, text) VALUES (?, ?, ?)")) {
            rig.committed(() -> {
                for (int id = 1; id <= 2; id++) {
                    insert.setInt(1, id);
                    insert.setObject(2, new ByteArrayInputStream(new byte[] {7}));
                    insert.setObject(3, new StringReader("seven"), Types.CLOB);
                    insert.addBatch();
                }
                insert.executeBatch();
                insert.setInt(1, 3);
                insert.setObject(2, new ByteArrayInputStream(new byte[] {7}), Types.BLOB);
                insert.setObject(3, new StringReader("seven"));
                insert.executeUpdate();
            });
        }
        assertThat(rig.rows("SELECT RAWTOHEX(body), text FROM note"))
                .hasSize(3)
                .containsOnly(DialectContract.cells("07", "seven"));
    }

    @Test
    void a_batch_that_was_run_is_told_as_run_whatever_is_bound_afterwards() throws Exception {
        rig.committed(() -> {
            try (Connection connection = rig.managed.getConnection();
                    PreparedStatement insert =
                            connection.prepareStatement("INSERT INTO note (id, text) VALUES (?, ?)")) {
                insert.setInt(1, 1);
                insert.setString(2, "one");
                insert.addBatch();
                insert.clearParameters();
                insert.setString(2, "two");
                assertThat(insert.executeBatch()).containsExactly(1);
                insert.setInt(1, 2);
                assertThat(insert.executeUpdate()).isEqualTo(1);
            }
        });
        assertThat(rig.rows("SELECT id, text FROM note ORDER BY id"))
                .containsExactly(DialectContract.cells(1, "one"), DialectContract.cells(2, "two"));
    }
}
