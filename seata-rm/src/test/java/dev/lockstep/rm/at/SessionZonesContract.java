package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.rm.ResourceManagerOptions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The application writes in a session of one time zone, as a pool may hand it out, and the branch is rolled back in a session of
 * another. Moments are the same moments afterwards.
 */
abstract class SessionZonesContract {

    private static final String VISITS = "SELECT * FROM visit ORDER BY id";

    final Rigs rigs;

    SessionZonesContract(Rigs rigs) {
        this.rigs = rigs;
    }

    /** The type of a column that holds a moment, whatever the zone. */
    abstract String moment();

    /** Puts the session nine hours before UTC. */
    abstract String zone();

    private static final String[] WRITES = {
        "UPDATE visit SET seen = '2024-05-06 07:08:09' WHERE id = 1",
        "UPDATE visit SET seen = NULL, at = '2024-05-06 07:08:09' WHERE id = 2",
        "UPDATE visit SET name = 'x' WHERE id = 3",
        "DELETE FROM visit WHERE id = 4",
        "INSERT INTO visit VALUES (6, 'new', '2024-05-06 07:08:09', '2024-05-06 07:08:09')"
    };

    private void makeVisits(Rig rig) throws SQLException {
        rig.plain(
                "CREATE TABLE visit (id INT PRIMARY KEY, name VARCHAR(9), at " + clock() + " NULL, seen " + moment()
                        + " NULL)",
                "INSERT INTO visit VALUES (1, 'a', '2024-03-10 02:30:00.123456', '2024-03-10 02:30:00.123456'),"
                        + " (2, 'b', '2024-11-03 01:30:00', '2024-11-03 01:30:00'), (3, 'c', NULL, NULL),"
                        + " (4, 'd', '1999-12-31 23:59:59.999999', '1999-12-31 23:59:59.999999')");
    }

    /** The type of a column that holds what a clock shows. */
    String clock() {
        return "TIMESTAMP(6)";
    }

    @Test
    void what_a_session_of_another_zone_wrote_comes_back() throws Exception {
        assertComesBack(ResourceManagerOptions.defaults());
    }

    @Test
    void what_a_session_of_another_zone_wrote_comes_back_without_validation() throws Exception {
        assertComesBack(
                ResourceManagerOptions.builder().undoDataValidation(false).build());
    }

    private void assertComesBack(ResourceManagerOptions options) throws Exception {
        try (Rig rig = rigs.open(options)) {
            makeVisits(rig);
            List<List<@Nullable String>> before = rig.rows(VISITS);

            try (Connection connection = abroad(rig)) {
                rig.rolledBack(() -> {
                    for (String write : WRITES) {
                        assertThat(Rig.update(connection, write)).isOne();
                    }
                    assertThat(rig.rows(VISITS)).isNotEqualTo(before);
                });
            }

            assertThat(rig.rows(VISITS)).isEqualTo(before);
        }
    }

    @Test
    void rows_whose_keys_are_moments_come_back() throws Exception {
        try (Rig rig = rigs.open()) {
            rig.plain(
                    "CREATE TABLE slot (starts " + moment() + " PRIMARY KEY, guest VARCHAR(9))",
                    "INSERT INTO slot VALUES ('2024-03-10 02:30:00.123456', 'a'), ('2024-11-03 01:30:00', 'b')");
            List<List<@Nullable String>> before = rig.rows("SELECT * FROM slot ORDER BY starts");

            try (Connection connection = abroad(rig)) {
                rig.rolledBack(() -> {
                    assertThat(Rig.update(connection, "UPDATE slot SET guest = 'x' WHERE guest = 'a'"))
                            .isOne();
                    assertThat(Rig.update(connection, "DELETE FROM slot WHERE guest = 'b'"))
                            .isOne();
                    assertThat(Rig.update(connection, "INSERT INTO slot VALUES ('2025-01-01 00:00:00', 'c')"))
                            .isOne();
                });
            }

            assertThat(rig.rows("SELECT * FROM slot ORDER BY starts")).isEqualTo(before);
        }
    }

    @Test
    void a_zone_set_between_two_statements_outside_does_no_harm() throws Exception {
        try (Rig rig = rigs.open()) {
            makeVisits(rig);
            List<List<@Nullable String>> before = rig.rows(VISITS);

            try (Connection home = rig.managed.getConnection();
                    Connection connection = abroad(rig)) {
                rig.rolledBack(() -> {
                    assertThat(Rig.update(home, WRITES[0])).isOne();
                    assertThat(Rig.update(connection, "UPDATE visit SET seen = '2024-08-08 08:08:08' WHERE id = 1"))
                            .isOne();
                    assertThat(Rig.update(home, "DELETE FROM visit WHERE id = 1"))
                            .isOne();
                });
            }

            assertThat(rig.rows(VISITS)).isEqualTo(before);
        }
    }

    /** A session whose zone was set before there was a global transaction. */
    private Connection abroad(Rig rig) throws SQLException {
        Connection connection = rig.managed.getConnection();
        try (Statement statement = connection.createStatement()) {
            statement.execute(zone());
        }
        return connection;
    }
}
