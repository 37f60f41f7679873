package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.rm.at.dialect.DialectProvider;
import dev.lockstep.rm.at.dialect.UniversalTime;
import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SessionZonesIT {

    abstract static class OnMySqlAndMariaDb extends SessionZonesContract {
        private final DatabaseServer server;

        OnMySqlAndMariaDb(DatabaseServer server) {
            this.server = server;
        }

        @Override
        Rig open(ResourceManagerOptions options) throws SQLException {
            return Rig.on(server, "", options);
        }

        @Override
        String moment() {
            return "TIMESTAMP(6)";
        }

        @Override
        String clock() {
            return "DATETIME(6)";
        }

        @Override
        String zone() {
            return "SET time_zone = '-09:00'";
        }

        @Test
        void a_session_has_its_own_zone_back() throws Exception {
            try (Rig rig = open(ResourceManagerOptions.defaults());
                    Connection connection = rig.raw.getConnection();
                    Statement statement = connection.createStatement()) {
                UniversalTime time =
                        Objects.requireNonNull(DialectProvider.find(connection).universalTime());
                statement.execute(zone());

                UniversalTime.Span span = time.begin(connection);
                assertThat(zoneOf(statement)).isEqualTo("+00:00");
                span.close();

                assertThat(zoneOf(statement)).isEqualTo("-09:00");
            }
        }

        private static String zoneOf(Statement statement) throws SQLException {
            try (ResultSet row = statement.executeQuery("SELECT @@time_zone")) {
                row.next();
                return row.getString(1);
            }
        }
    }

    @Nested
    final class OnMySql extends OnMySqlAndMariaDb {
        OnMySql(@SharedDatabase(DatabaseKind.MYSQL) DatabaseServer server) {
            super(server);
        }
    }

    @Nested
    final class OnMariaDb extends OnMySqlAndMariaDb {
        OnMariaDb(@SharedDatabase(DatabaseKind.MARIADB) DatabaseServer server) {
            super(server);
        }
    }

    @Nested
    final class OnPostgreSql extends SessionZonesContract {
        private final DatabaseServer server;

        OnPostgreSql(@SharedDatabase(DatabaseKind.POSTGRES) DatabaseServer server) {
            this.server = server;
        }

        @Override
        Rig open(ResourceManagerOptions options) throws SQLException {
            return Rig.on(server, "", options);
        }

        @Override
        String moment() {
            return "TIMESTAMPTZ";
        }

        @Override
        String zone() {
            return "SET TIME ZONE -9";
        }
    }
}
