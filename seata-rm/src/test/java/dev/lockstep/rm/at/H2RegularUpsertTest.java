package dev.lockstep.rm.at;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

final class H2RegularUpsertTest extends UpsertContract {

    @Override
    Rig open() throws SQLException {
        return new Rig("");
    }

    @Override
    Spelling spelling() {
        return new Spelling() {
            @Override
            public String updating(String rows) {
                return "MERGE INTO tag (id, name, n) KEY (id) VALUES " + rows;
            }

            @Override
            public @Nullable String ignoring(String rows) {
                return null;
            }

            @Override
            public @Nullable String replacing(String rows) {
                return null;
            }
        };
    }

    @Override
    boolean anyUniqueKeyCounts() {
        return false;
    }
}
