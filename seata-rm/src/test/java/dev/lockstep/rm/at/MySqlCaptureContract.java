package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.rm.failure.UnsupportedSqlException;
import dev.lockstep.rm.policy.LockKeyForm;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is peculiar to MySQL and MariaDB, beyond {@link DialectContract}; through a pool, as applications use it. */
abstract class MySqlCaptureContract {

    private final DatabaseServer server;
    private final List<AutoCloseable> opened = new ArrayList<>();

    MySqlCaptureContract(DatabaseServer server) {
        this.server = server;
    }

    /** Parameters of the URL under which the driver works otherwise than by default; each begins with a question mark. */
    abstract List<String> unusualParameters();

    /** What the server understands. */
    abstract RandomTransactions.Vocabulary vocabulary();

    /** Whether the database tells the keys of new rows to whoever asks for them in the statement. */
    boolean tellsKeys() {
        return false;
    }

    /** An INSERT whose keys follow neither from its values nor from what the driver returns. */
    private void assertUndoneOrRefused(Rig rig, String table, String insert, String reason) throws Exception {
        if (tellsKeys()) {
            assertUndone(rig, table, () -> rig.update(insert));
            return;
        }
        List<List<@Nullable String>> before = rig.rows("SELECT * FROM " + table);
        rig.committed(() -> assertThatThrownBy(() -> rig.update(insert))
                .isInstanceOf(UnsupportedSqlException.class)
                .hasMessageContaining(reason));
        assertThat(rig.rows("SELECT * FROM " + table)).isEqualTo(before);
    }

    final Rig open() throws SQLException {
        return open(ResourceManagerOptions.defaults(), "");
    }

    final Rig open(ResourceManagerOptions options, String parameters) throws SQLException {
        return open(newDatabase(), options, parameters);
    }

    final TestDatabase newDatabase() throws SQLException {
        TestDatabase database = server.createDatabase();
        opened.add(0, database);
        return database;
    }

    /** An application on a database, which others may have open too. */
    final Rig open(TestDatabase database, ResourceManagerOptions options, String parameters) throws SQLException {
        return open(database, options, parameters, 3);
    }

    final Rig open(TestDatabase database, ResourceManagerOptions options, String parameters, int connections)
            throws SQLException {
        return open(database, options, parameters, connections, database.user(), database.password());
    }

    private Rig open(
            TestDatabase database,
            ResourceManagerOptions options,
            String parameters,
            int connections,
            String user,
            String password)
            throws SQLException {
        HikariDataSource pool = new HikariDataSource();
        pool.setJdbcUrl(database.url() + parameters);
        pool.setUsername(user);
        pool.setPassword(password);
        pool.setMaximumPoolSize(connections);
        pool.setMinimumIdle(0);
        opened.add(0, pool);
        Rig rig = new Rig(pool, "mysql", options);
        opened.add(0, rig);
        return rig;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
    }

    @Test
    @Tag("random-transactions")
    void every_cell_is_as_before_after_a_rollback() throws SQLException {
        RandomTransactions.run(open(), vocabulary(), RandomTransactions.ALL);
    }

    @Test
    @Tag("random-transactions")
    void every_cell_is_as_before_when_the_driver_works_otherwise() throws SQLException {
        for (String parameters : unusualParameters()) {
            Rig rig = open(ResourceManagerOptions.defaults(), parameters);
            RandomTransactions.run(rig, vocabulary(), RandomTransactions.ALL / 3);
        }
    }

    @Test
    void values_that_only_a_session_without_strict_mode_leaves_behind_come_back() throws Exception {
        Rig rig = open();
        rig.plain(
                "SET sql_mode = ''",
                "CREATE TABLE odd (id INT PRIMARY KEY, e ENUM('a', 'b'), s SET('x', 'y'), d DATE, at DATETIME, n INT)",
                "INSERT INTO odd VALUES (1, '?', '?', '2024-00-00', '0000-00-00', 1), (2, '?', '?', '0000-00-00',"
                        + " '2024-02-00', 2), (3, '?', 'x', NULL, NULL, 3), (4, '?', '', NULL, NULL, 4)",
                "SET sql_mode = DEFAULT");
        String query =
                "SELECT id, CONCAT(e, '/', e + 0), s + 0, CAST(d AS CHAR), CAST(at AS CHAR), n FROM odd ORDER BY id";
        List<List<@Nullable String>> before = rig.rows(query);
        rig.rolledBack(() -> {
            assertThat(rig.update("UPDATE odd SET e = 'a', s = 'y', d = '2024-01-01', at = d, n = 9 WHERE id = 1"))
                    .isEqualTo(1);
            assertThat(rig.update("DELETE FROM odd WHERE id IN (2, 3)")).isEqualTo(2);
            assertThat(rig.update("UPDATE odd SET e = 'b' WHERE id = 4")).isEqualTo(1);
        });
        assertThat(rig.rows(query)).isEqualTo(before);
        assertThat(before.get(0).get(1)).isEqualTo("/0");
    }

    @Test
    void a_table_that_no_rollback_takes_back_is_refused_before_it_is_written() throws Exception {
        Rig rig = open();
        for (String engine : List.of("MyISAM", "MEMORY")) {
            rig.plain(
                    "CREATE TABLE " + engine + " (id INT PRIMARY KEY, balance INT) ENGINE = " + engine,
                    "INSERT INTO " + engine + " VALUES (1, 100)");
            for (String sql : List.of(
                    "UPDATE " + engine + " SET balance = balance - 10 WHERE id = 1",
                    "INSERT INTO " + engine + " VALUES (2, 5)",
                    "DELETE FROM " + engine,
                    "REPLACE INTO " + engine + " VALUES (1, 5)")) {
                rig.committed(() -> assertThatThrownBy(() -> rig.update(sql))
                        .isInstanceOf(UnsupportedSqlException.class)
                        .hasMessageContaining(engine));
            }
            assertThat(rig.rows("SELECT * FROM " + engine)).containsExactly(List.of("1", "100"));
        }
        rig.plain(
                "CREATE TABLE mended (id INT PRIMARY KEY, balance INT) ENGINE = InnoDB",
                "INSERT INTO mended VALUES (1, 100)");
        assertUndone(rig, "mended", () -> rig.update("UPDATE mended SET balance = balance - 10 WHERE id = 1"));
    }

    @Test
    void a_database_whose_undo_log_no_rollback_takes_back_takes_no_part() throws Exception {
        TestDatabase database = newDatabase();
        open(database, ResourceManagerOptions.defaults(), "")
                .plain(
                        "ALTER TABLE undo_log ENGINE = MyISAM",
                        "CREATE TABLE item (id INT PRIMARY KEY, x INT)",
                        "INSERT INTO item VALUES (1, 1)");
        Rig rig = open(database, ResourceManagerOptions.defaults(), "");

        rig.committed(() -> assertThatThrownBy(() -> rig.update("UPDATE item SET x = 2"))
                .isInstanceOf(SQLFeatureNotSupportedException.class)
                .hasMessageContaining("undo_log")
                .hasMessageContaining("MyISAM"));

        assertThat(rig.rows("SELECT x FROM item")).containsExactly(List.of("1"));
    }

    @Test
    void texts_that_the_session_pads_are_undone_and_locked_as_those_of_any_other() throws Exception {
        TestDatabase database = newDatabase();
        Rig plain = open(database, ResourceManagerOptions.defaults(), "");
        Rig padding = open(
                database,
                ResourceManagerOptions.defaults(),
                "?sessionVariables=sql_mode='STRICT_TRANS_TABLES,PAD_CHAR_TO_FULL_LENGTH'");
        plain.plain(
                "CREATE TABLE code (id CHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci PRIMARY KEY,"
                        + " name CHAR(10), x INT)",
                "INSERT INTO code VALUES ('a', 'tea', 1), ('b', '', 2)");

        for (String sql : List.of(
                "UPDATE code SET x = x + 1, name = 'mate' WHERE id = 'a'",
                "UPDATE code SET name = 'x' WHERE id = 'b'",
                "DELETE FROM code WHERE id = 'a'",
                "INSERT INTO code VALUES ('c', 'cocoa', 3)")) {
            List<String> locked = new ArrayList<>();
            for (Rig rig : List.of(plain, padding)) {
                assertUndone(rig, "code", () -> {
                    rig.update(sql);
                    locked.add(rig.tc.locks().stream()
                            .map(lock -> lock.row().primaryKey())
                            .sorted()
                            .toList()
                            .toString());
                });
            }
            assertThat(locked.get(1)).as(sql).isEqualTo(locked.get(0));
        }
    }

    @Test
    void what_a_trigger_does_that_the_user_is_not_shown_is_undone() throws Exception {
        TestDatabase database = newDatabase();
        Rig owner = open(database, ResourceManagerOptions.defaults(), "");
        owner.plain(
                "CREATE TABLE item (id INT PRIMARY KEY, amount INT, note VARCHAR(9))",
                "INSERT INTO item VALUES (1, 10, 'a')",
                "CREATE TRIGGER mark_item BEFORE UPDATE ON item FOR EACH ROW SET NEW.note ="
                        + " IF(NEW.amount = 11, 'eleven', NEW.note)");
        String user = "clerk_" + Math.abs(database.name().hashCode());
        for (String host : List.of("%", "localhost")) {
            String account = "'" + user + "'@'" + host + "'";
            owner.plain(
                    "CREATE USER " + account + " IDENTIFIED BY 'Pa55-word'",
                    "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE ON `" + database.name() + "`.* TO " + account);
            opened.add(0, () -> owner.plain("DROP USER " + account));
        }
        Rig clerk = open(
                database, ResourceManagerOptions.defaults(), "?allowPublicKeyRetrieval=true", 3, user, "Pa55-word");

        clerk.rolledBack(() -> {
            clerk.update("UPDATE item SET amount = 11 WHERE id = 1");
            assertThat(clerk.rows("SELECT note FROM item")).containsExactly(DialectContract.cells("eleven"));
        });

        assertThat(clerk.rows("SELECT amount, note FROM item")).containsExactly(DialectContract.cells(10, "a"));
    }

    @Test
    void a_driver_that_counts_only_the_rows_that_have_changed_is_understood() throws Exception {
        Rig rig = open(ResourceManagerOptions.defaults(), "?useAffectedRows=true");
        rig.plain("CREATE TABLE item (id INT PRIMARY KEY, amount INT)", "INSERT INTO item VALUES (1, 10), (2, 20)");

        rig.rolledBack(() -> {
            assertThat(rig.update("UPDATE item SET amount = 10")).isEqualTo(1);
            assertThat(rig.update("UPDATE item SET amount = 10")).isZero();
            assertThat(rig.update("UPDATE item SET amount = amount + 1")).isEqualTo(2);
        });

        assertThat(rig.rows("SELECT amount FROM item ORDER BY id"))
                .containsExactly(DialectContract.cells(10), DialectContract.cells(20));
    }

    // ---- sessions

    @Test
    void a_database_chosen_by_use_is_where_rows_are_captured() throws Exception {
        Rig rig = open();
        String home = newDatabase().name();
        String other = newDatabase().name();
        for (String database : List.of(home, other)) {
            rig.plain(
                    "CREATE TABLE " + database + ".item (id INT PRIMARY KEY, name VARCHAR(9))",
                    "INSERT INTO " + database + ".item VALUES (1, 'first')");
        }
        assertUndone(rig, other + ".item", () -> {
            try (Connection connection = rig.managed.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("USE " + home);
                statement.executeUpdate("UPDATE item SET name = 'a' WHERE id = 1");
                statement.execute("USE " + other);
                statement.executeUpdate("UPDATE item SET name = 'b' WHERE id = 1");
            }
        });
        assertThat(rig.rows("SELECT name FROM " + home + ".item")).containsExactly(List.of("first"));
    }

    @Test
    void a_session_that_was_led_elsewhere_outside_is_known_to_be_there() throws Exception {
        Rig rig = open(newDatabase(), ResourceManagerOptions.defaults(), "", 1);
        String other = newDatabase().name();
        rig.plain(
                "CREATE TABLE item (id INT PRIMARY KEY, name VARCHAR(9))",
                "INSERT INTO item VALUES (1, 'ours')",
                "CREATE TABLE " + other + ".item (id INT PRIMARY KEY, name VARCHAR(9))",
                "INSERT INTO " + other + ".item VALUES (1, 'theirs')");
        rig.committed(() -> rig.update("UPDATE item SET name = 'a' WHERE id = 1"));
        rig.update("USE " + other);

        assertUndone(rig, other + ".item", () -> rig.update("UPDATE item SET name = 'b' WHERE id = 1"));
        assertThat(rig.rows("SELECT name FROM " + other + ".item")).containsExactly(List.of("theirs"));
    }

    @Test
    void the_sql_mode_of_the_session_decides_what_quotes_and_backslashes_mean() throws Exception {
        Rig rig = open();
        rig.plain("CREATE TABLE item (id INT PRIMARY KEY, name VARCHAR(20))", "INSERT INTO item VALUES (1, 'x')");
        assertUndone(rig, "item", () -> {
            try (Connection connection = rig.managed.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.executeUpdate("UPDATE item SET name = \"a \\\" ' b\" WHERE id = 1");
                statement.execute("SET SESSION sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'");
                statement.executeUpdate("UPDATE \"item\" SET \"name\" = '\\' WHERE \"id\" = 1");
                statement.executeUpdate("INSERT INTO \"item\" VALUES (2, '\\')");
                statement.execute("SET SESSION sql_mode = DEFAULT");
            }
        });
    }

    // ---- keys

    @Test
    void texts_that_the_collation_holds_for_equal_are_one_row_to_other_transactions() throws Exception {
        Rig rig = open();
        rig.plain(
                "CREATE TABLE word (id VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci PRIMARY KEY, x INT)",
                "INSERT INTO word VALUES ('Caf\u00e9', 1), ('tea', 1)");
        assertUndone(rig, "word", () -> {
            rig.update("DELETE FROM word WHERE id = 'caf\u00e9'");
            assertThat(rig.tc.locks())
                    .extracting(lock -> lock.row().primaryKey())
                    .contains("Caf\u00e9");
            assertHeldByAnother(() -> rig.update("INSERT INTO word VALUES ('CAFE  ', 2)"), rig);
            assertFree(() -> rig.update("UPDATE word SET x = 1 WHERE id = 'TEA'"), rig);
        });
    }

    @Test
    void a_binary_key_given_shorter_than_its_column_is_locked_and_undone() throws Exception {
        Rig rig = open();
        rig.plain("CREATE TABLE file (id BINARY(16) PRIMARY KEY, x INT)");
        assertUndone(rig, "file", () -> {
            rig.update("INSERT INTO file VALUES (?, 7)", new byte[] {1, 2});
            assertHeldByAnother(() -> rig.update("UPDATE file SET x = 3 WHERE x = 7"), rig);
        });
    }

    @Test
    void the_official_form_refuses_what_it_would_not_lock() throws Exception {
        Rig rig = open(
                ResourceManagerOptions.builder().lockKeys(LockKeyForm.OFFICIAL).build(), "");
        rig.plain("CREATE TABLE tag (id VARCHAR(9) PRIMARY KEY, x INT)", "INSERT INTO tag VALUES ('a;b', 1)");
        rig.committed(() -> assertThatThrownBy(() -> rig.update("UPDATE tag SET x = 2"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("a;b"));
        assertThat(rig.rows("SELECT x FROM tag")).containsExactly(List.of("1"));
    }

    @Test
    void keys_of_every_kind_are_found_again() throws Exception {
        Rig rig = open();
        rig.plain(
                "CREATE TABLE k_char (id CHAR(8) PRIMARY KEY, x INT)",
                "CREATE TABLE k_binary (id BINARY(8) PRIMARY KEY, x INT)",
                "CREATE TABLE k_moment (id DATETIME PRIMARY KEY, x INT)",
                "CREATE TABLE k_date (id DATE PRIMARY KEY, x INT)",
                "CREATE TABLE k_decimal (id DECIMAL(10, 2) PRIMARY KEY, x INT)",
                "CREATE TABLE k_unsigned (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, x INT)",
                "CREATE TABLE k_enum (id ENUM('a', 'b', 'c') PRIMARY KEY, x INT)",
                "CREATE TABLE k_default (id INT, part VARCHAR(5) DEFAULT 'p q', x INT, PRIMARY KEY (id, part))");
        assertUndone(rig, "k_char", () -> rig.update("INSERT INTO k_char VALUES (?, 1), ('ab ', 2)", "x "));
        assertUndone(rig, "k_binary", () -> rig.update("INSERT INTO k_binary VALUES (?, 1)", new byte[] {1}));
        assertUndone(
                rig,
                "k_moment",
                () -> rig.update(
                        "INSERT INTO k_moment VALUES (?, 1), ('2024-01-01 10:00:00.7', 2)",
                        java.sql.Timestamp.valueOf("2024-03-10 12:30:00.6")));
        assertUndone(
                rig,
                "k_date",
                () -> rig.update("INSERT INTO k_date VALUES (?, 1)", java.sql.Date.valueOf("1970-01-01")));
        assertUndone(rig, "k_decimal", () -> rig.update("INSERT INTO k_decimal VALUES (?, 1), (2.005, 2)", "1.005"));
        assertUndone(rig, "k_unsigned", () -> {
            rig.update("INSERT INTO k_unsigned VALUES (18446744073709551000, 1)");
            rig.update("INSERT INTO k_unsigned (x) VALUES (1), (2)");
            rig.update("UPDATE k_unsigned SET x = 5");
        });
        assertUndone(rig, "k_enum", () -> rig.update("INSERT INTO k_enum VALUES ('b', 1), (?, 2)", "a"));
        assertUndone(rig, "k_default", () -> rig.update("INSERT INTO k_default (id, x) VALUES (1, 1), (2, 2)"));
    }

    @Test
    void numbers_made_up_by_the_database_are_known_whatever_asks_for_them() throws Exception {
        Rig rig = open();
        rig.plain("CREATE TABLE item (id BIGINT AUTO_INCREMENT PRIMARY KEY, x INT)", "INSERT INTO item VALUES (7, 0)");
        assertUndone(rig, "item", () -> {
            rig.update("INSERT INTO item VALUES (?, 1)", (Object) null);
            rig.update("INSERT INTO item VALUES (?, 2), (?, 3)", 0, "0");
            rig.update("INSERT INTO item VALUES (DEFAULT, 4), (NULL, 5), (0, 6)");
            rig.update("INSERT INTO item VALUES (?, 7)", -5);
            assertThat(rig.tc.locks()).hasSize(7);
        });
        assertUndoneOrRefused(rig, "item", "INSERT INTO item VALUES (900, 1), (NULL, 2)", "AUTO_INCREMENT");
    }

    @Test
    void last_insert_id_tells_of_the_users_own_row_also_where_undo_log_has_numbers() throws Exception {
        Rig rig = open();
        rig.plain(
                "ALTER TABLE undo_log ADD COLUMN id BIGINT NOT NULL AUTO_INCREMENT UNIQUE",
                "CREATE TABLE item (id BIGINT AUTO_INCREMENT PRIMARY KEY, x INT)",
                "CREATE TABLE seq (n INT PRIMARY KEY, v INT)",
                "INSERT INTO seq VALUES (1, 70)");
        rig.rolledBack(() -> {
            try (Connection connection = rig.managed.getConnection()) {
                for (int id = 1; id < 4; id++) {
                    // The first has the number of its undo log, too.
                    Rig.update(connection, "INSERT INTO item (x) VALUES (1)");
                    assertThat(lastInsertId(connection)).isEqualTo(id);
                }
                Rig.update(connection, "UPDATE item SET x = 1");
                assertThat(lastInsertId(connection))
                        .as("after a trial of the counting mode")
                        .isEqualTo(3);
                Rig.update(connection, "UPDATE seq SET v = LAST_INSERT_ID(v + 1) WHERE n = 1");
                assertThat(lastInsertId(connection)).isEqualTo(71);
            }
        });
        assertThat(rig.rows("SELECT v FROM seq")).containsExactly(DialectContract.cells(70));
    }

    private static long lastInsertId(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT LAST_INSERT_ID()")) {
            row.next();
            return row.getLong(1);
        }
    }

    @Test
    void numbers_that_do_not_follow_by_one_are_known() throws Exception {
        Rig rig = open(newDatabase(), ResourceManagerOptions.defaults(), "", 1);
        rig.plain("CREATE TABLE item (id BIGINT AUTO_INCREMENT PRIMARY KEY, x INT)", "INSERT INTO item VALUES (7, 0)");
        rig.update("SET SESSION auto_increment_increment = 5");
        assertUndone(rig, "item", () -> rig.update("INSERT INTO item (x) VALUES (1), (2), (3)"));
        assertUndone(rig, "item", () -> {
            try (Connection connection = rig.managed.getConnection();
                    PreparedStatement insert = connection.prepareStatement("INSERT INTO item (x) VALUES (?), (0)")) {
                for (int i = 0; i < 3; i++) {
                    insert.setInt(1, i);
                    insert.addBatch();
                }
                insert.executeBatch();
            }
        });
    }

    @Test
    void fifty_rows_with_generated_keys_come_back_to_the_user_and_are_undone() throws Exception {
        for (String parameters : unusualParameters()) {
            Rig rig = open(ResourceManagerOptions.defaults(), parameters);
            rig.plain("CREATE TABLE item (id BIGINT AUTO_INCREMENT PRIMARY KEY, x INT)");
            assertUndone(rig, "item", () -> {
                try (Connection connection = rig.managed.getConnection();
                        PreparedStatement insert = connection.prepareStatement(
                                "INSERT INTO item (x) VALUES (?)", Statement.RETURN_GENERATED_KEYS)) {
                    for (int i = 0; i < 50; i++) {
                        insert.setInt(1, i);
                        insert.addBatch();
                    }
                    insert.executeBatch();
                    try (ResultSet keys = insert.getGeneratedKeys()) {
                        for (long id = 1; id <= 50; id++) {
                            assertThat(keys.next()).isTrue();
                            assertThat(keys.getLong(1)).isEqualTo(id);
                        }
                    }
                }
            });
        }
    }

    @Test
    void a_trigger_that_may_change_the_key_stands_against_an_insert_unless_the_key_is_told() throws Exception {
        Rig rig = open();
        rig.plain(
                "CREATE TABLE stamped (id INT PRIMARY KEY, x INT)",
                "CREATE TABLE noted (id INT PRIMARY KEY, x INT)",
                "INSERT INTO stamped VALUES (5, 0)",
                "CREATE TRIGGER stamp BEFORE INSERT ON stamped FOR EACH ROW SET NEW.`id` = NEW.id + 1000",
                "CREATE TRIGGER note BEFORE INSERT ON noted FOR EACH ROW SET NEW.x = NEW.x + 1000");
        assertUndoneOrRefused(rig, "stamped", "INSERT INTO stamped VALUES (5, 1)", "stamp");
        assertUndone(rig, "noted", () -> rig.update("INSERT INTO noted VALUES (5, 1)"));
    }

    @Test
    void keys_given_by_constant_expressions_are_found_again() throws Exception {
        Rig rig = open();
        rig.plain(
                "CREATE TABLE file (id BINARY(4) PRIMARY KEY, x INT)",
                "CREATE TABLE item (id BIGINT AUTO_INCREMENT PRIMARY KEY, x INT)",
                "INSERT INTO item VALUES (1, 1)");
        assertUndone(rig, "file", () -> rig.update("INSERT INTO file VALUES (X'0102', 1), (UNHEX(?), 2)", "0A0B0C0D"));
        assertUndone(rig, "item", () -> rig.update("INSERT INTO item VALUES (? + 1, 1), (LENGTH('abc') * 7, 2)", 40));
        rig.rolledBack(() -> assertThatThrownBy(() -> rig.update("INSERT INTO item VALUES (1 - 1, 1)"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("not known exactly"));
        assertThat(rig.number("SELECT COUNT(*) FROM item")).isEqualTo(1);
    }

    @Test
    void keys_that_only_the_database_knows_stand_against_an_insert_unless_they_are_told() throws Exception {
        Rig rig = open();
        rig.plain(
                "CREATE TABLE note (id VARCHAR(36) PRIMARY KEY, x INT)",
                "CREATE TABLE made (id VARCHAR(36) DEFAULT (UUID()) PRIMARY KEY, x INT)",
                "CREATE TABLE numbered (id INT AUTO_INCREMENT PRIMARY KEY, x INT)",
                "INSERT INTO note VALUES ('a', 1), ('b', 2)");
        assertUndoneOrRefused(rig, "note", "INSERT INTO note VALUES (UUID(), 1); -- two", "UUID()");
        assertUndoneOrRefused(rig, "made", "INSERT INTO made (x) VALUES (1), (2)", "does not tell");
        assertUndoneOrRefused(rig, "numbered", "INSERT INTO numbered (x) SELECT x FROM note", "come from a query");
    }

    // ---- values

    @Test
    void rows_that_strict_servers_would_refuse_come_back_as_they_were() throws Exception {
        Rig rig = open(newDatabase(), ResourceManagerOptions.defaults(), "", 1);
        rig.plain(
                "SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES'",
                "CREATE TABLE old (id INT AUTO_INCREMENT PRIMARY KEY, d DATE, m DATETIME(3), t TIMESTAMP NULL)",
                "INSERT INTO old VALUES (0, '0000-00-00', '0000-00-00 00:00:00', '0000-00-00 00:00:00'),"
                        + " (1, '2023-02-31', '2024-00-10 10:00:00', NULL)",
                "SET SESSION sql_mode = DEFAULT");
        assertUndone(rig, "old", () -> rig.update("DELETE FROM old"));
        assertUndone(
                rig, "old", () -> rig.update("UPDATE old SET d = '2024-01-01', m = NULL, t = '2024-01-01 00:00:00'"));
        assertThat(rig.rows("SELECT @@sql_mode").get(0).get(0))
                .contains("STRICT")
                .doesNotContain("NO_AUTO_VALUE");
    }

    @Test
    void columns_that_change_with_every_update_go_back_too() throws Exception {
        Rig rig = open();
        rig.plain(
                "CREATE TABLE item (id INT PRIMARY KEY, x INT, hidden INT INVISIBLE DEFAULT 3,"
                        + " changed TIMESTAMP(6) NOT NULL DEFAULT '2001-01-01 00:00:00' ON UPDATE CURRENT_TIMESTAMP(6),"
                        + " twice INT AS (x * 2) STORED, thrice INT AS (x * 3) VIRTUAL)",
                "INSERT INTO item (id, x, hidden) VALUES (1, 1, 7)");
        String all = "(SELECT id, x, hidden, changed, twice, thrice FROM item) i";
        assertUndone(rig, all, () -> rig.update("UPDATE item SET x = 2"));
        assertUndone(rig, all, () -> rig.update("DELETE FROM item"));
        assertUndone(rig, all, () -> rig.update("INSERT INTO item (id, x) VALUES (2, 2)"));
    }

    // ---- counts

    @Test
    void rows_that_an_update_leaves_as_they_were_count_as_the_driver_was_told() throws Exception {
        for (boolean changedOnly : new boolean[] {false, true}) {
            Rig rig = open(ResourceManagerOptions.defaults(), "?useAffectedRows=" + changedOnly);
            rig.plain(
                    "CREATE TABLE item (id INT PRIMARY KEY, kind CHAR(1), x INT, y DOUBLE)",
                    "INSERT INTO item VALUES (1, 'a', 0, 0.1), (2, 'a', 5, -0e0), (3, 'b', 5, NULL)");
            assertUndone(rig, "item", () -> {
                assertThat(rig.update("UPDATE item SET x = 0 WHERE kind = 'a'")).isEqualTo(changedOnly ? 1 : 2);
                assertThat(rig.update("UPDATE item SET x = 0 WHERE kind = 'a'")).isEqualTo(changedOnly ? 0 : 2);
                assertThat(rig.update("UPDATE item SET x = 5 ORDER BY id DESC LIMIT 2"))
                        .isEqualTo(changedOnly ? 1 : 2);
                assertThat(rig.update("UPDATE item SET y = 0.1")).isEqualTo(changedOnly ? 2 : 3);
                assertThat(rig.undoLogs()).isEqualTo(4);
            });
            assertThat(rig.markers()).isZero();
        }
    }

    @Test
    void a_row_that_appears_is_noticed_though_one_that_was_imaged_does_not_count() throws Exception {
        for (boolean changedOnly : new boolean[] {false, true}) {
            Rig rig = open(ResourceManagerOptions.defaults(), "?useAffectedRows=" + changedOnly);
            rig.plain(
                    "CREATE TABLE item (id INT PRIMARY KEY, kind CHAR(1), x INT)",
                    "INSERT INTO item VALUES (1, 'a', 0), (2, 'a', 5)");
            rig.rolledBack(() -> {
                try (Connection connection = rig.managed.getConnection()) {
                    connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
                    rig.raw.beforeStatement("UPDATE item", 1, () -> rig.plain("INSERT INTO item VALUES (9, 'a', 7)"));
                    // Two rows count: one of the two that were imaged, and the new one.
                    assertThat(Rig.update(connection, "UPDATE item SET x = 0 WHERE kind = 'a'"))
                            .isEqualTo(changedOnly ? 2 : 3);
                }
                assertThat(rig.tc.locks()).hasSize(3);
            });
            assertThat(rig.rows("SELECT id, x FROM item ORDER BY id"))
                    .containsExactly(List.of("1", "0"), List.of("2", "5"), List.of("9", "7"));
        }
    }

    // ---- definitions that change

    @Test
    void a_table_altered_between_two_statements_is_read_anew() throws Exception {
        Rig rig = open();
        rig.plain("CREATE TABLE item (id INT PRIMARY KEY, x INT)", "INSERT INTO item VALUES (1, 1)");
        rig.committed(() -> rig.update("UPDATE item SET x = 2"));
        rig.plain("ALTER TABLE item ADD COLUMN y VARCHAR(5) DEFAULT 'y'");
        assertUndone(rig, "item", () -> rig.update("UPDATE item SET y = 'z' WHERE id = 1"));
        assertUndone(rig, "item", () -> rig.update("DELETE FROM item"));
        rig.plain("ALTER TABLE item DROP COLUMN x");
        assertUndone(rig, "item", () -> rig.update("DELETE FROM item"));
    }

    private static void assertHeldByAnother(Rig.Work work, Rig rig) throws Exception {
        assertThatThrownBy(() -> inAnotherThread(() -> rig.committed(work)))
                .hasRootCauseInstanceOf(io.seata.core.exception.TransactionException.class)
                .hasStackTraceContaining("GlobalLockConflictException");
    }

    private static void assertFree(Rig.Work work, Rig rig) throws Exception {
        inAnotherThread(() -> rig.committed(work));
    }

    private static void inAnotherThread(Rig.Work work) throws Exception {
        CompletableFuture.runAsync(() -> {
                    try {
                        work.run();
                    } catch (Exception e) {
                        throw new CompletionException(e);
                    }
                })
                .get(30, TimeUnit.SECONDS);
    }

    /** Has the work rolled back and compares every cell of the table. */
    static void assertUndone(Rig rig, String table, Rig.Work work) throws SQLException {
        List<List<@Nullable String>> before = rig.rows("SELECT * FROM " + table);
        rig.rolledBack(() -> {
            work.run();
            assertThat(rig.rows("SELECT * FROM " + table)).isNotEqualTo(before);
        });
        assertThat(rig.rows("SELECT * FROM " + table)).isEqualTo(before);
    }
}
