package dev.lockstep.rm.at;

import java.sql.SQLException;

final class H2MySqlModeUpsertTest extends UpsertContract {

    @Override
    Rig open() throws SQLException {
        return new Rig(";MODE=MySQL;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE");
    }

    @Override
    Spelling spelling() {
        return new Spelling() {
            @Override
            public String updating(String rows) {
                return "INSERT INTO tag (id, name, n) VALUES " + rows + " ON DUPLICATE KEY UPDATE n = VALUES(n)";
            }

            @Override
            public String ignoring(String rows) {
                return "INSERT IGNORE INTO tag (id, name, n) VALUES " + rows;
            }

            @Override
            public String replacing(String rows) {
                return "REPLACE INTO tag (id, name, n) VALUES " + rows;
            }
        };
    }

    @Override
    boolean replacementsDelete() {
        return false;
    }
}
