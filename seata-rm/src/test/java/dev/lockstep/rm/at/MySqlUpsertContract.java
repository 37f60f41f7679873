package dev.lockstep.rm.at;

import java.util.List;

/** Upserts in the words that MySQL and MariaDB share. */
abstract class MySqlUpsertContract extends UpsertContract {

    MySqlUpsertContract(Rigs rigs) {
        super(rigs);
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
    boolean returnsAskedKeys() {
        return false;
    }

    @Override
    List<String> randomForms() {
        return List.of(
                "INSERT INTO mess (id, a, b, c, n) VALUES %rows ON DUPLICATE KEY UPDATE n = VALUES(n), a = VALUES(a)",
                "INSERT INTO mess (id, a, b, c, n) VALUES %rows ON DUPLICATE KEY UPDATE id = id, n = n + 1",
                "INSERT INTO mess (id, a, b, c, n) VALUES %rows ON DUPLICATE KEY UPDATE c = %s",
                "INSERT IGNORE INTO mess (id, a, b, c, n) VALUES %rows",
                "REPLACE INTO mess (id, a, b, c, n) VALUES %rows",
                "INSERT INTO mess SET id = %i, a = %i ON DUPLICATE KEY UPDATE b = %i",
                "UPDATE mess m JOIN other o ON o.k = m.a SET m.n = o.v, m.b = %i WHERE o.v > %i",
                "DELETE m FROM mess m JOIN other o ON o.k = m.id WHERE m.n < %i");
    }
}
