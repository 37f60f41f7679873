package dev.lockstep.rm.at;

import java.util.List;
import org.jspecify.annotations.Nullable;

final class H2PostgreSqlModeUpsertTest extends UpsertContract {

    H2PostgreSqlModeUpsertTest() {
        super(Rigs.onH2LikePostgreSql());
    }

    @Override
    Spelling spelling() {
        return new Spelling() {
            @Override
            public String updating(String rows) {
                return "MERGE INTO tag (id, name, n) KEY (id) VALUES " + rows;
            }

            @Override
            public String ignoring(String rows) {
                return "INSERT INTO tag (id, name, n) VALUES " + rows + " ON CONFLICT DO NOTHING";
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

    @Override
    List<String> randomForms() {
        return List.of(
                "MERGE INTO mess (id, a, b, c, n) KEY (id) VALUES %rows",
                "INSERT INTO mess (id, a, b, c, n) VALUES %rows ON CONFLICT DO NOTHING",
                "INSERT INTO mess (id, a) SELECT k + %i, v FROM other WHERE v > %i ON CONFLICT DO NOTHING");
    }
}
