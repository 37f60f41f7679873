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
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SessionZonesIT {

    abstract static class OnMySqlAndMariaDb extends SessionZonesContract {
        OnMySqlAndMariaDb(DatabaseServer server) {
            super(Rigs.on(server));
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
            try (Rig rig = rigs.open();
                    Connection connection = rig.raw.getConnection();
                    Statement statement = connection.createStatement()) {
                UniversalTime time = Objects.requireNonNull(
                        DialectProvider.find(connection).replay().universalTime());
                statement.execute(zone());

                UniversalTime.Span span = time.begin(connection);
                assertThat(zoneOf(statement)).isEqualTo("+00:00");
                span.close();

                assertThat(zoneOf(statement)).isEqualTo("-09:00");
            }
        }

        @Test
        void what_a_trigger_computes_by_the_clock_of_the_session_is_the_same_again() throws Exception {
            try (Rig rig = rigs.open("?sessionVariables=time_zone='-09:00'", ResourceManagerOptions.defaults())) {
                rig.plain(
                        "CREATE TABLE visit (id INT PRIMARY KEY, seen TIMESTAMP(6) NOT NULL, day DATE)",
                        "CREATE TRIGGER noted BEFORE INSERT ON visit FOR EACH ROW SET NEW.day = DATE(NEW.seen)",
                        "CREATE TRIGGER changed BEFORE UPDATE ON visit FOR EACH ROW SET NEW.day = DATE(NEW.seen)",
                        "INSERT INTO visit (id, seen) VALUES (1, '2024-03-10 20:30:00'), (2, '2024-07-01 23:00:00.5')");
                List<List<@Nullable String>> before = rig.rows("SELECT * FROM visit ORDER BY id");

                rig.rolledBack(() -> {
                    assertThat(rig.update("UPDATE visit SET seen = '2025-05-05 05:05:05' WHERE id = 1"))
                            .isOne();
                    assertThat(rig.update("DELETE FROM visit WHERE id = 2")).isOne();
                });

                assertThat(rig.rows("SELECT * FROM visit ORDER BY id")).isEqualTo(before);
                assertThat(before).extracting(row -> row.get(2)).containsExactly("2024-03-10", "2024-07-01");
            }
        }

        @Test
        void a_session_says_which_moments_its_clock_shows() throws Exception {
            try (Rig rig = rigs.open();
                    Connection connection = rig.raw.getConnection();
                    Statement statement = connection.createStatement()) {
                UniversalTime time = Objects.requireNonNull(
                        DialectProvider.find(connection).replay().universalTime());
                statement.execute(zone());

                assertThat(time.isShown(connection, moments("2024-03-10T00:00-09:00", "2024-07-10T00:00-09:00")))
                        .isTrue();
                assertThat(time.isShown(connection, moments("2024-03-10T00:00-09:00", "2024-07-10T00:00-08:00")))
                        .isFalse();
            }
        }

        private static List<OffsetDateTime> moments(String... texts) {
            return Arrays.stream(texts).map(OffsetDateTime::parse).toList();
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
        OnPostgreSql(@SharedDatabase(DatabaseKind.POSTGRES) DatabaseServer server) {
            super(Rigs.on(server));
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
