package dev.lockstep.rm.at;

import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import dev.lockstep.testing.database.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.postgresql.ds.PGSimpleDataSource;

final class PostgreSqlUpsertIT extends UpsertContract {

    private final TestDatabase database;

    PostgreSqlUpsertIT(@SharedDatabase(DatabaseKind.POSTGRES) DatabaseServer server) throws SQLException {
        database = server.createDatabase();
    }

    @Override
    Rig open() throws SQLException {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(database.url());
        dataSource.setUser(database.user());
        dataSource.setPassword(database.password());
        return new Rig(dataSource, "postgresql", ResourceManagerOptions.defaults());
    }

    @AfterEach
    void drop_database() throws SQLException {
        database.close();
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
