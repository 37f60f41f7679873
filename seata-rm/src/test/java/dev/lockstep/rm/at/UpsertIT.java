package dev.lockstep.rm.at;

import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

class UpsertIT {

    @Nested
    final class OnMySql extends MySqlUpsertContract {
        OnMySql(@SharedDatabase(DatabaseKind.MYSQL) DatabaseServer server) {
            super(Rigs.on(server));
        }

        @Override
        List<String> waysToSendBatches() {
            return List.of("?rewriteBatchedStatements=false", "?rewriteBatchedStatements=true");
        }
    }

    @Nested
    final class OnMariaDb extends MySqlUpsertContract {
        OnMariaDb(@SharedDatabase(DatabaseKind.MARIADB) DatabaseServer server) {
            super(Rigs.on(server));
        }

        @Override
        List<String> waysToSendBatches() {
            return List.of("?useBulkStmts=false", "?useBulkStmts=true", "?useServerPrepStmts=true&useBulkStmts=true");
        }
    }

    @Nested
    @Tag("postgresql-16")
    final class OnPostgreSql extends UpsertContract {
        OnPostgreSql(@SharedDatabase(DatabaseKind.POSTGRES) DatabaseServer server) {
            super(Rigs.on(server));
        }

        @Override
        List<String> waysToSendBatches() {
            return List.of("?reWriteBatchedInserts=false", "?reWriteBatchedInserts=true");
        }

        @Override
        Spelling spelling() {
            return new Spelling() {
                @Override
                public String updating(String rows) {
                    return "INSERT INTO tag (id, name, n) VALUES " + rows
                            + " ON CONFLICT (id) DO UPDATE SET n = EXCLUDED.n";
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
        List<String> randomForms() {
            return List.of(
                    "INSERT INTO mess (id, a, b, c, n) VALUES %rows ON CONFLICT (id) DO UPDATE SET n = EXCLUDED.n, a = EXCLUDED.a",
                    "INSERT INTO mess (id, a, b, c, n) VALUES %rows ON CONFLICT (a) DO UPDATE SET n = mess.n + EXCLUDED.n WHERE mess.n > %i",
                    "INSERT INTO mess (id, a, b, c, n) VALUES %rows ON CONFLICT (b, c) DO UPDATE SET a = EXCLUDED.a RETURNING n",
                    "INSERT INTO mess (id, a, b, c, n) VALUES %rows ON CONFLICT DO NOTHING",
                    "INSERT INTO mess AS m (id, a) SELECT k + %i, v FROM other ON CONFLICT DO NOTHING",
                    "UPDATE mess AS m SET n = o.v FROM other o WHERE o.k = m.a AND o.v > %i",
                    "DELETE FROM mess m USING other o WHERE o.k = m.id AND m.n < %i RETURNING m.id",
                    "WITH w AS (SELECT k FROM other WHERE k < %i) UPDATE mess SET b = %i WHERE id IN (SELECT k FROM w)");
        }
    }
}
