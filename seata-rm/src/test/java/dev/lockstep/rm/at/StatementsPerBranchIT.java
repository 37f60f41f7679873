package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import dev.lockstep.testing.database.TestDatabase;
import io.seata.core.context.RootContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mariadb.jdbc.MariaDbDataSource;

/** What one branch sends to the database, transaction control included, as MariaDB's own log of all statements tells it. */
final class StatementsPerBranchIT {

    private final DatabaseServer server;
    private TestDatabase database;
    private Rig rig;
    private Connection connection;
    private long session;

    StatementsPerBranchIT(@SharedDatabase(DatabaseKind.MARIADB) DatabaseServer server) {
        this.server = server;
    }

    @BeforeEach
    void open() throws Exception {
        database = server.createDatabase();
        MariaDbDataSource dataSource = new MariaDbDataSource();
        dataSource.setUrl(database.url());
        dataSource.setUser(database.user());
        dataSource.setPassword(database.password());
        rig = new Rig(dataSource, "mysql", ResourceManagerOptions.defaults());
        rig.plain(
                "CREATE TABLE stock (id INT PRIMARY KEY, name VARCHAR(64) NOT NULL, quantity INT NOT NULL)",
                "INSERT INTO stock VALUES (1, 'one', 100), (2, 'two', 200)",
                "SET GLOBAL log_output = 'TABLE'",
                "SET GLOBAL general_log = 1");
        connection = rig.managed.getConnection();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT CONNECTION_ID()")) {
            row.next();
            session = row.getLong(1);
        }
        // What is asked once for each session and table.
        rig.committed(() -> rename(1, "another"));
    }

    @AfterEach
    void close() throws SQLException {
        rig.plain("SET GLOBAL general_log = 0", "SET GLOBAL log_output = 'FILE'");
        connection.close();
        rig.close();
        database.close();
    }

    @Test
    void an_update_in_autocommit_mode_sends_six() throws Exception {
        assertThat(sentBy(() -> rename(1, "newest")))
                .satisfiesExactly(
                        begin -> assertThat(begin).isEqualTo("START TRANSACTION"),
                        StatementsPerBranchIT::isImage,
                        update -> assertThat(update).startsWith("UPDATE STOCK"),
                        StatementsPerBranchIT::isImage,
                        StatementsPerBranchIT::isUndoLog,
                        commit -> assertThat(commit).isEqualTo("COMMIT"));
    }

    @Test
    void one_by_arithmetic_sends_five_because_its_after_image_is_known() throws Exception {
        assertThat(sentBy(() -> take(1)))
                .satisfiesExactly(
                        begin -> assertThat(begin).isEqualTo("START TRANSACTION"),
                        StatementsPerBranchIT::isImage,
                        update -> assertThat(update).startsWith("UPDATE STOCK"),
                        StatementsPerBranchIT::isUndoLog,
                        commit -> assertThat(commit).isEqualTo("COMMIT"));
    }

    @Test
    void an_insert_that_states_every_value_sends_four_because_its_row_is_known() throws Exception {
        assertThat(sentBy(() -> Rig.update(
                        connection, "INSERT INTO stock (id, name, quantity) VALUES (?, ?, ?)", 7, "seven", 70)))
                .satisfiesExactly(
                        begin -> assertThat(begin).isEqualTo("START TRANSACTION"),
                        insert -> assertThat(insert).startsWith("INSERT INTO STOCK"),
                        StatementsPerBranchIT::isUndoLog,
                        commit -> assertThat(commit).isEqualTo("COMMIT"));
    }

    @Test
    void an_update_alone_in_a_transaction_of_the_users_is_committed_by_the_users_change_of_the_mode() throws Exception {
        assertThat(sentBy(() -> {
                    connection.setAutoCommit(false);
                    rename(2, "another");
                    connection.commit();
                    connection.setAutoCommit(true);
                }))
                .satisfiesExactly(
                        mode -> assertThat(mode).contains("AUTOCOMMIT"),
                        StatementsPerBranchIT::isImage,
                        update -> assertThat(update).startsWith("UPDATE STOCK"),
                        StatementsPerBranchIT::isImage,
                        StatementsPerBranchIT::isUndoLog,
                        mode -> assertThat(mode).contains("AUTOCOMMIT"));
    }

    /** In a session that cuts what does not fit, where a result that is only calculated would be wrong. */
    @Test
    void what_is_calculated_is_what_the_database_stores() throws Exception {
        long seed = Long.getLong("lockstep.seed", new Random().nextLong());
        System.out.println("StatementsPerBranchIT seed " + seed);
        Random random = new Random(seed);
        List<String> types = List.of(
                "TINYINT",
                "TINYINT UNSIGNED",
                "SMALLINT",
                "SMALLINT UNSIGNED",
                "MEDIUMINT",
                "MEDIUMINT UNSIGNED",
                "INT",
                "INT UNSIGNED",
                "BIGINT",
                "BIGINT UNSIGNED");
        StringBuilder columns = new StringBuilder();
        for (int i = 0; i < types.size(); i++) {
            columns.append(", c").append(i).append(' ').append(types.get(i));
        }
        rig.plain("CREATE TABLE whole (id INT PRIMARY KEY" + columns + ")", "INSERT INTO whole (id) VALUES (1), (2)");
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET sql_mode = ''");
        }
        for (int i = 0; i < 120; i++) {
            String column = "c" + random.nextInt(types.size());
            // Cut to the column's range.
            Rig.update(connection, "UPDATE whole SET " + column + " = ?", edge(random));
            List<List<@Nullable String>> before = rig.rows("SELECT * FROM whole ORDER BY id");
            String value = List.of("?", column + " + ?", column + " - ?").get(random.nextInt(3));
            long operand = random.nextBoolean() ? edge(random) : random.nextInt(5) - 2;
            String sql = "UPDATE whole SET " + column + " = " + value;
            try {
                // Undoing compares each row with its after image, and refuses one that reads otherwise.
                rig.rolledBack(() -> Rig.update(connection, sql, operand));
            } catch (AssertionError e) {
                // The database refuses to go below zero with numbers that have no sign.
                if (!String.valueOf(e.getMessage()).contains("is out of range")) {
                    throw new AssertionError("seed " + seed + ": " + sql + " with " + operand + " on " + before, e);
                }
            }
            assertThat(rig.rows("SELECT * FROM whole ORDER BY id"))
                    .as("seed %d, %s with %d", seed, sql, operand)
                    .isEqualTo(before);
        }
    }

    private static long edge(Random random) {
        long power = 1L << random.nextInt(63);
        return (random.nextBoolean() ? power : -power) + random.nextInt(3) - 1;
    }

    private static void isImage(String sql) {
        assertThat(sql).startsWith("SELECT").endsWith("FOR UPDATE");
    }

    private static void isUndoLog(String sql) {
        assertThat(sql).startsWith("INSERT").contains("UNDO_LOG");
    }

    @Test
    void a_rollback_reads_and_deletes_its_undo_log_by_one() throws Exception {
        String[] xid = {""};
        rig.rolledBack(() -> {
            rename(1, "whatever");
            xid[0] = RootContext.getXID();
        });
        assertThat(sentAbout(xid[0]))
                .satisfiesExactly(
                        StatementsPerBranchIT::isUndoLog,
                        taken -> assertThat(taken)
                                .startsWith("DELETE FROM")
                                .contains("UNDO_LOG")
                                .contains(" RETURNING "),
                        others -> assertThat(others).startsWith("SELECT BRANCH_ID, CONTEXT FROM"));
    }

    @Test
    void outside_of_a_global_transaction_there_is_the_users_statement_alone() throws Exception {
        int before = sent().size();
        take(1);
        assertThat(sent().stream().skip(before).toList())
                .singleElement()
                .satisfies(update -> assertThat(update).startsWith("UPDATE STOCK"));
    }

    private List<String> sentBy(Rig.Work branch) throws Exception {
        int before = sent().size();
        rig.committed(branch);
        return sent().stream().skip(before).toList();
    }

    /** What any session has sent with this in it. */
    private List<String> sentAbout(String word) throws SQLException {
        try (Connection other = rig.raw.getConnection();
                PreparedStatement statement = other.prepareStatement("SELECT argument FROM mysql.general_log"
                        + " WHERE argument LIKE ? AND argument NOT LIKE '%general_log%'"
                        + " AND command_type IN ('Query', 'Execute')")) {
            statement.setString(1, "%" + word + "%");
            return texts(statement);
        }
    }

    private static List<String> texts(PreparedStatement query) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                texts.add(rows.getString(1).strip().toUpperCase(Locale.ROOT));
            }
        }
        return texts;
    }

    private void rename(int id, String name) throws SQLException {
        assertThat(Rig.update(connection, "UPDATE stock SET name = ? WHERE id = ?", name, id))
                .isEqualTo(1);
    }

    private void take(int id) throws SQLException {
        assertThat(Rig.update(connection, "UPDATE stock SET quantity = quantity - 1 WHERE id = ?", id))
                .isEqualTo(1);
    }

    /** Everything that the session has sent so far, in upper case. */
    private List<String> sent() throws SQLException {
        try (Connection other = rig.raw.getConnection();
                PreparedStatement statement = other.prepareStatement("SELECT argument FROM mysql.general_log"
                        + " WHERE thread_id = ? AND command_type IN ('Query', 'Prepare', 'Execute')")) {
            statement.setLong(1, session);
            return texts(statement);
        }
    }
}
