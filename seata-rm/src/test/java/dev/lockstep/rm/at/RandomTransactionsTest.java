package dev.lockstep.rm.at;

import java.sql.SQLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("random-transactions")
final class RandomTransactionsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ";MODE=MySQL;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE",
                ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE"
            })
    void every_cell_is_as_before_after_a_rollback(String settings) throws SQLException {
        try (Rig rig = new Rig(settings)) {
            RandomTransactions.run(rig, RandomTransactions.OF_H2);
        }
    }
}
