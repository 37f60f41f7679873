package dev.lockstep.rm.at;

import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import dev.lockstep.testing.database.TestDatabase;
import java.sql.SQLException;
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
}
