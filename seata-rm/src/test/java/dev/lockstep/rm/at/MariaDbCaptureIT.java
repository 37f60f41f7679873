package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MariaDbCaptureIT extends MySqlCaptureContract {

    MariaDbCaptureIT(@SharedDatabase(DatabaseKind.MARIADB) DatabaseServer server) {
        super(server);
    }

    @Override
    List<String> unusualParameters() {
        return List.of("?useServerPrepStmts=true");
    }

    @Override
    boolean tellsKeys() {
        return true;
    }

    @Test
    void keys_that_are_asked_for_in_the_statement_come_back_to_who_wished_for_them() throws Exception {
        Rig rig = open();
        rig.plain(
                "CREATE TABLE source (x INT PRIMARY KEY)",
                "CREATE TABLE numbered (a INT, id INT AUTO_INCREMENT UNIQUE, x INT, PRIMARY KEY (a, id))",
                "INSERT INTO source VALUES (5), (6), (7)");
        rig.rolledBack(() -> {
            try (Connection connection = rig.managed.getConnection();
                    PreparedStatement insert = connection.prepareStatement(
                            "INSERT INTO numbered (a, x) SELECT ?, x FROM source WHERE x > ?",
                            Statement.RETURN_GENERATED_KEYS)) {
                insert.setInt(1, 1);
                insert.setInt(2, 5);
                assertThat(insert.executeUpdate()).isEqualTo(2);
                try (ResultSet keys = insert.getGeneratedKeys()) {
                    assertThat(keys.getMetaData().getColumnCount()).isEqualTo(1);
                    assertThat(keys.next()).isTrue();
                    assertThat(keys.getInt(1)).isEqualTo(1);
                    assertThat(keys.next()).isTrue();
                    assertThat(keys.getInt(1)).isEqualTo(2);
                    assertThat(keys.next()).isFalse();
                }
                for (int a = 2; a < 4; a++) {
                    insert.setInt(1, a);
                    insert.addBatch();
                }
                assertThat(insert.executeBatch()).containsExactly(2, 2);
            }
            assertThat(rig.number("SELECT COUNT(*) FROM numbered")).isEqualTo(6);
        });
        assertThat(rig.rows("SELECT * FROM numbered")).isEmpty();
    }

    @Override
    RandomTransactions.Vocabulary vocabulary() {
        return RandomTransactions.OF_MARIADB;
    }
}
