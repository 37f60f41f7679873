package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.rm.ResourceManagerOptions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class H2MySqlModeTest extends DialectContract {

    private static final Set<String> UNKNOWN = Set.of();

    @Override
    Rig open(ResourceManagerOptions options) throws SQLException {
        return Rigs.onH2LikeMySql().open(options);
    }

    @Test
    void a_batch_that_runs_row_by_row_holds_no_statement_for_each() throws Exception {
        assertUndone(() -> {
            try (Connection connection = rig.managed.getConnection();
                    PreparedStatement insert =
                            connection.prepareStatement("INSERT IGNORE INTO item (name, amount) VALUES (?, 1)")) {
                int before = rig.raw.openStatements();
                for (int row = 0; row < 20; row++) {
                    insert.setString(1, "n" + row);
                    insert.addBatch();
                }
                insert.executeBatch();
                assertThat(rig.raw.openStatements() - before).isLessThanOrEqualTo(1);
            }
        });
    }

    @Override
    String allTypesTable() {
        return H2AllTypes.table(UNKNOWN);
    }

    @Override
    Map<String, List<String>> allTypesValues() {
        return H2AllTypes.values(UNKNOWN);
    }
}
