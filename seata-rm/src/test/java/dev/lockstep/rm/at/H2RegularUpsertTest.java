package dev.lockstep.rm.at;

import java.util.List;
import org.jspecify.annotations.Nullable;

final class H2RegularUpsertTest extends UpsertContract {

    H2RegularUpsertTest() {
        super(Rigs.onH2());
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

    @Override
    List<String> randomForms() {
        return List.of(
                "MERGE INTO mess (id, a, b, c, n) KEY (id) VALUES %rows",
                "MERGE INTO mess (id, a, b, c, n) KEY (a) VALUES %rows",
                "MERGE INTO mess (id, b, c, n) KEY (b, c) VALUES (%i, %i, %s, %i)",
                "INSERT INTO mess (id, a) SELECT k + %i, v FROM other WHERE v > %i");
    }
}
