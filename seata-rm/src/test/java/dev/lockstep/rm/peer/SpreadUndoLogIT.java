package dev.lockstep.rm.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.rm.peer.PeerContract.Peer;
import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import dev.lockstep.testing.database.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** From 2.2 on an official client spreads an undo log over several rows where the server takes no larger packets. */
final class SpreadUndoLogIT {

    private static final String XID = "10.0.0.5:8091:77";
    private static final long BRANCH = 78;
    private static final int PHOTOS = 3;
    private static final int PHOTO_BYTES = 600_000;

    @Test
    void ours_puts_it_together_on_mysql(@SharedDatabase(DatabaseKind.MYSQL) DatabaseServer server) throws Exception {
        assertPutTogether(server, "com.mysql.cj.jdbc.MysqlDataSource");
    }

    @Test
    void ours_puts_it_together_on_mariadb(@SharedDatabase(DatabaseKind.MARIADB) DatabaseServer server)
            throws Exception {
        assertPutTogether(server, "org.mariadb.jdbc.MariaDbDataSource");
    }

    private static void assertPutTogether(DatabaseServer server, String driver) throws Exception {
        try (TestDatabase database = server.createDatabase()) {
            fill(database);
            List<String> before = rows(database, "SELECT CONCAT(id, ' ', MD5(content)) FROM photo ORDER BY id");
            FleetMember official = officialWithSmallPackets(database);

            official.write(XID, BRANCH, "DELETE FROM photo WHERE id > 0");
            assertThat(rows(database, "SELECT id FROM photo")).isEmpty();
            assertThat(rows(database, "SELECT context FROM undo_log"))
                    .hasSizeGreaterThan(2)
                    .anyMatch(context -> context.contains("subId="));

            try (OurClient ours = new OurClient(
                    LockstepInstance.dataSource(driver, database.url(), database.user()),
                    database.url(),
                    ResourceManagerOptions.defaults())) {
                ours.rollBack(XID, BRANCH);
            }
            assertThat(rows(database, "SELECT CONCAT(id, ' ', MD5(content)) FROM photo ORDER BY id"))
                    .isEqualTo(before);
            assertThat(rows(database, "SELECT context FROM undo_log")).isEmpty();
        }
    }

    private static void fill(TestDatabase database) throws SQLException {
        Random random = new Random(1);
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO photo VALUES (?, ?)")) {
            statement.execute(PeerContract.scriptOf("mysql"));
            statement.execute("CREATE TABLE photo (id INT PRIMARY KEY, content LONGBLOB)");
            for (int id = 1; id <= PHOTOS; id++) {
                byte[] content = new byte[PHOTO_BYTES];
                random.nextBytes(content);
                insert.setInt(1, id);
                insert.setBytes(2, content);
                insert.executeUpdate();
            }
        }
    }

    /** It asks for the limit when it first sees a database, and not again. */
    private static FleetMember officialWithSmallPackets(TestDatabase database) throws Exception {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            String usual = rows(database, "SELECT @@GLOBAL.max_allowed_packet").get(0);
            statement.execute("SET GLOBAL max_allowed_packet = 1048576");
            try {
                return Peer.V2_5_0.client().database(database, "");
            } finally {
                statement.execute("SET GLOBAL max_allowed_packet = " + usual);
            }
        }
    }

    /** The first column, as text. */
    private static List<String> rows(TestDatabase database, String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                rows.add(String.valueOf(result.getString(1)));
            }
        }
        return rows;
    }
}
