package dev.lockstep.rm.at;

import dev.lockstep.rm.ResourceManagerOptions;
import java.sql.SQLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("random-transactions")
final class RandomTransactionsTest {

    @Test
    void every_cell_is_as_before_after_a_rollback() throws SQLException {
        try (Rig rig = Rig.lazy("", ResourceManagerOptions.defaults())) {
            RandomTransactions.run(rig, RandomTransactions.OF_H2, RandomTransactions.ALL);
        }
    }

    @Test
    void every_cell_is_as_before_in_mysql_mode() throws SQLException {
        try (Rig rig = Rig.lazy(
                ";MODE=MySQL;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE",
                ResourceManagerOptions.defaults())) {
            RandomTransactions.run(rig, RandomTransactions.OF_H2_LIKE_MYSQL, RandomTransactions.ALL);
        }
    }

    @Test
    void every_cell_is_as_before_in_postgresql_mode() throws SQLException {
        try (Rig rig = Rig.lazy(";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE", ResourceManagerOptions.defaults())) {
            RandomTransactions.run(rig, RandomTransactions.OF_H2_LIKE_POSTGRESQL, RandomTransactions.ALL);
        }
    }
}
