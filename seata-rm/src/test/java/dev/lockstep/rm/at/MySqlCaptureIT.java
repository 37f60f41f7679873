package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.rm.failure.UnsupportedSqlException;
import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class MySqlCaptureIT extends MySqlCaptureContract {

    MySqlCaptureIT(@SharedDatabase(DatabaseKind.MYSQL) DatabaseServer server) {
        super(server);
    }

    @Test
    void a_document_whose_numbers_would_come_back_otherwise_is_not_changed() throws Exception {
        Rig rig = open();
        rig.plain(
                "CREATE TABLE doc (id INT PRIMARY KEY, body JSON, n INT)",
                "INSERT INTO doc VALUES (1, JSON_OBJECT('t', 12.10), 1), (2, JSON_OBJECT('t', 12.50e0, 'u', 1e20), 2),"
                        + " (3, '{\"t\": 12.10}', 3)");
        List<List<@Nullable String>> before = rig.rows("SELECT id, CAST(body AS CHAR), n FROM doc ORDER BY id");
        rig.rolledBack(() -> {
            for (String sql : List.of(
                    "UPDATE doc SET body = JSON_SET(body, '$.x', 1)",
                    "DELETE FROM doc WHERE id = 1",
                    "REPLACE INTO doc VALUES (1, '{}', 1)",
                    "INSERT INTO doc VALUES (1, '{}', 1) ON DUPLICATE KEY UPDATE body = '[]'")) {
                assertThatThrownBy(() -> rig.update(sql))
                        .as(sql)
                        .isInstanceOf(UnsupportedSqlException.class)
                        .hasMessageContaining("column body");
            }
            rig.update("UPDATE doc SET n = 7");
            rig.update("UPDATE doc SET body = JSON_OBJECT('t', 7.70) WHERE id > 1");
            rig.update("INSERT INTO doc VALUES (1, '{}', 1) ON DUPLICATE KEY UPDATE n = 8");
            rig.update("INSERT INTO doc VALUES (4, JSON_OBJECT('t', 7.70), 4)");
            assertThatThrownBy(() -> rig.update("UPDATE doc SET body = '1' WHERE id = 2"))
                    .isInstanceOf(UnsupportedSqlException.class);
        });
        assertThat(rig.rows("SELECT id, CAST(body AS CHAR), n FROM doc ORDER BY id"))
                .isEqualTo(before);
    }

    @Override
    List<String> unusualParameters() {
        return List.of("?rewriteBatchedStatements=true", "?useServerPrepStmts=true&cachePrepStmts=true");
    }

    @Override
    RandomTransactions.Vocabulary vocabulary() {
        return RandomTransactions.OF_MYSQL;
    }
}
