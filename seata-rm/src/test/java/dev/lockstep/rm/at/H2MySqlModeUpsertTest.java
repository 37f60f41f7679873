package dev.lockstep.rm.at;

import java.util.List;

final class H2MySqlModeUpsertTest extends UpsertContract {

    H2MySqlModeUpsertTest() {
        super(Rigs.onH2LikeMySql());
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

    @Override
    List<String> randomForms() {
        return List.of(
                "INSERT INTO mess (id, a, b, c, n) VALUES %rows ON DUPLICATE KEY UPDATE n = VALUES(n), a = VALUES(a)",
                "INSERT INTO mess (id, a, b, c, n) VALUES %rows ON DUPLICATE KEY UPDATE c = %s",
                "INSERT IGNORE INTO mess (id, a, b, c, n) VALUES %rows",
                "REPLACE INTO mess (id, a, b, c, n) VALUES %rows",
                "INSERT INTO mess (id, a) SELECT k + %i, v FROM other WHERE v > %i");
    }
}
