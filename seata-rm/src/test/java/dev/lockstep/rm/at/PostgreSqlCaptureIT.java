package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.lockstep.rm.ResourceManagerOptions;
import dev.lockstep.rm.failure.UnsupportedSqlException;
import dev.lockstep.testing.database.DatabaseKind;
import dev.lockstep.testing.database.DatabaseServer;
import dev.lockstep.testing.database.SharedDatabase;
import dev.lockstep.testing.database.TestDatabase;
import dev.lockstep.testing.memory.TransactionView;
import io.seata.core.model.BranchStatus;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is peculiar to PostgreSQL, beyond {@link DialectContract}; through a pool, as applications use it. */
@Tag("postgresql-16")
final class PostgreSqlCaptureIT {

    private final TestDatabase database;
    private final HikariDataSource pool = new HikariDataSource();
    private final Rig rig;

    PostgreSqlCaptureIT(@SharedDatabase(DatabaseKind.POSTGRES) DatabaseServer server) throws SQLException {
        database = server.createDatabase();
        pool.setJdbcUrl(database.url());
        pool.setUsername(database.user());
        pool.setPassword(database.password());
        pool.setMaximumPoolSize(3);
        pool.setMinimumIdle(0);
        pool.setConnectionInitSql("SET lock_timeout = 4321");
        rig = new Rig(pool, "postgresql", ResourceManagerOptions.defaults());
    }

    @BeforeEach
    void table() throws SQLException {
        rig.plain("CREATE TABLE item (id INT PRIMARY KEY, amount INT)", "INSERT INTO item VALUES (1, 10), (2, 20)");
    }

    @AfterEach
    void close() throws SQLException {
        rig.close();
        pool.close();
        database.close();
    }

    @Test
    @Tag("random-transactions")
    void every_cell_is_as_before_after_a_rollback() throws SQLException {
        RandomTransactions.run(rig, RandomTransactions.OF_POSTGRESQL, RandomTransactions.ALL);
    }

    /** Makes a second schema that has the table as well, with the same rows. */
    private void alsoInTenantB() throws SQLException {
        rig.plain(
                "CREATE SCHEMA tenant_b",
                "CREATE TABLE tenant_b.item (id INT PRIMARY KEY, amount INT)",
                "INSERT INTO tenant_b.item VALUES (1, 10), (2, 20)");
    }

    private static void query(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
        }
    }

    private void assertBothSchemasAreAsBefore() throws SQLException {
        List<List<@Nullable String>> before = List.of(List.of("1", "10"), List.of("2", "20"));
        assertThat(rig.rows("SELECT * FROM public.item ORDER BY id")).isEqualTo(before);
        assertThat(rig.rows("SELECT * FROM tenant_b.item ORDER BY id")).isEqualTo(before);
    }

    @Test
    void a_schema_that_was_set_for_one_local_transaction_is_not_taken_for_that_of_the_next() throws Exception {
        alsoInTenantB();
        for (String setting :
                List.of("SELECT set_config('search_path', 'tenant_b', true)", "SET LOCAL search_path TO tenant_b")) {
            rig.rolledBack(() -> {
                try (Connection connection = rig.managed.getConnection();
                        Statement statement = connection.createStatement()) {
                    connection.setAutoCommit(false);
                    statement.execute(setting);
                    statement.executeUpdate("UPDATE item SET amount = amount - 5 WHERE id = 1");
                    connection.commit();
                    statement.executeUpdate("UPDATE item SET amount = amount - 7 WHERE id = 1");
                    statement.executeUpdate("INSERT INTO item VALUES (3, 30)");
                    connection.commit();
                    assertThat(rig.number("SELECT amount FROM tenant_b.item WHERE id = 1"))
                            .isEqualTo(5);
                    assertThat(rig.number("SELECT amount FROM public.item WHERE id = 1"))
                            .isEqualTo(3);
                }
            });
            assertBothSchemasAreAsBefore();
        }
    }

    @Test
    void a_schema_whose_setting_was_rolled_back_is_not_taken_for_the_present_one() throws Exception {
        alsoInTenantB();
        rig.rolledBack(() -> {
            try (Connection connection = rig.managed.getConnection();
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                Savepoint before = connection.setSavepoint();
                connection.setSchema("tenant_b");
                statement.executeUpdate("INSERT INTO item VALUES (3, 30)");
                connection.rollback(before);
                statement.executeUpdate("INSERT INTO item VALUES (4, 40)");
                connection.setSchema("tenant_b");
                statement.executeUpdate("INSERT INTO item VALUES (5, 50)");
                connection.rollback();
                statement.executeUpdate("INSERT INTO item VALUES (6, 60)");
                connection.commit();
                assertThat(rig.number("SELECT COUNT(*) FROM public.item")).isEqualTo(3);
            }
        });
        assertBothSchemasAreAsBefore();
    }

    @Test
    void a_schema_that_a_text_has_set_behind_the_back_of_the_pool_is_known() throws Exception {
        alsoInTenantB();
        rig.rolledBack(() -> {
            try (Connection connection = rig.managed.getConnection();
                    Statement statement = connection.createStatement()) {
                connection.setSchema("tenant_b");
                statement.executeUpdate("INSERT INTO item VALUES (3, 30)");
                statement.execute("SET search_path TO public");
                statement.executeUpdate("INSERT INTO item VALUES (4, 40)");
            }
            assertThat(rig.number("SELECT COUNT(*) FROM tenant_b.item")).isEqualTo(3);
            assertThat(rig.number("SELECT COUNT(*) FROM public.item")).isEqualTo(3);
        });
        assertBothSchemasAreAsBefore();
    }

    @Test
    void a_statement_prepared_under_a_schema_of_one_local_transaction_is_captured_where_it_writes_in_the_next()
            throws Exception {
        alsoInTenantB();
        rig.rolledBack(() -> {
            try (Connection connection = rig.managed.getConnection()) {
                connection.setAutoCommit(false);
                query(connection, "SELECT set_config('search_path', 'tenant_b', true)");
                try (PreparedStatement statement =
                        connection.prepareStatement("UPDATE item SET amount = amount - ? WHERE id = 1")) {
                    for (int i = 0; i < 8; i++) {
                        statement.setInt(1, 1);
                        statement.executeUpdate();
                        connection.commit();
                    }
                }
                assertThat(rig.number("SELECT amount FROM tenant_b.item WHERE id = 1"))
                        .isEqualTo(9);
                assertThat(rig.number("SELECT amount FROM public.item WHERE id = 1"))
                        .isEqualTo(3);
            }
        });
        assertBothSchemasAreAsBefore();
    }

    @Test
    void a_schema_that_a_query_has_set_outside_is_known_inside() throws Exception {
        alsoInTenantB();
        for (String outside : List.of(
                "SELECT set_config('search_path', 'tenant_b', false)",
                "UPDATE item SET amount = amount WHERE id = 2; SET search_path TO tenant_b",
                "SELECT 1; SET search_path TO tenant_b")) {
            try (Connection connection = rig.managed.getConnection();
                    Statement statement = connection.createStatement()) {
                rig.rolledBack(() -> statement.executeUpdate("UPDATE item SET amount = 1 WHERE id = 1"));
                statement.execute(outside);
                rig.rolledBack(() -> {
                    statement.executeUpdate("INSERT INTO item VALUES (3, 30)");
                    assertThat(rig.number("SELECT COUNT(*) FROM tenant_b.item"))
                            .as(outside)
                            .isEqualTo(3);
                });
                assertBothSchemasAreAsBefore();
                statement.execute("SET search_path TO public");
            }
        }
    }

    @Test
    void rows_are_locked_under_the_name_that_the_statement_writes_and_the_one_that_the_database_stores()
            throws Exception {
        rig.committed(() -> {
            rig.update("UPDATE PUBLIC.Item SET amount = 1 WHERE id = 1");
            assertThat(rig.tc.locks())
                    .extracting(lock -> lock.row().table())
                    .containsExactlyInAnyOrder("PUBLIC.Item", "item");
        });
        rig.committed(() -> {
            rig.update("UPDATE item SET amount = 2 WHERE id = 1");
            assertThat(rig.tc.locks()).extracting(lock -> lock.row().table()).containsExactly("item");
        });
    }

    @Test
    void an_update_does_not_wait_for_a_row_that_refers_to_its_own() throws Exception {
        rig.plain("CREATE TABLE part (id INT PRIMARY KEY, item INT NOT NULL REFERENCES item)");
        try (Connection other = pool.getConnection()) {
            other.setAutoCommit(false);
            try (Statement statement = other.createStatement()) {
                statement.execute("INSERT INTO part VALUES (1, 1)");
            }

            assertUndone("item", () -> rig.update("UPDATE item SET amount = amount + 1 WHERE id = 1"));

            other.rollback();
        }
    }

    @Test
    void texts_of_a_type_without_case_are_one_row_to_other_transactions() throws Exception {
        rig.plain(
                "CREATE EXTENSION IF NOT EXISTS citext",
                "CREATE TABLE word (id CITEXT PRIMARY KEY, x INT)",
                "INSERT INTO word VALUES ('Tea', 1)");
        rig.committed(() -> {
            rig.update("UPDATE word SET x = 2 WHERE id = 'TEA'");
            assertThat(rig.tc.locks())
                    .extracting(lock -> lock.row().primaryKey())
                    .hasSize(2)
                    .contains("Tea")
                    .anyMatch(key -> key.startsWith("~"));
        });
    }

    @Test
    void values_that_the_database_holds_for_equal_are_one_row_to_other_transactions() throws Exception {
        rig.plain(
                "CREATE EXTENSION IF NOT EXISTS citext",
                "CREATE DOMAIN code AS citext",
                "CREATE DOMAIN longer_code AS code",
                "CREATE TABLE price (id NUMERIC PRIMARY KEY, x INT)",
                "CREATE TABLE word (id longer_code PRIMARY KEY, x INT)",
                "CREATE TABLE pause (id INTERVAL PRIMARY KEY, x INT)");
        for (String[] same :
                new String[][] {{"price", "1.0", "1.00"}, {"word", "'Tea'", "'TEA'"}, {"pause", "'1 day'", "'24:00:00'"}
                }) {
            List<List<String>> locked = new ArrayList<>();
            for (int i = 1; i <= 2; i++) {
                String key = same[i];
                rig.rolledBack(() -> {
                    rig.update("INSERT INTO " + same[0] + " VALUES (" + key + ", 1)");
                    locked.add(rig.tc.locks().stream()
                            .map(lock -> lock.row().primaryKey())
                            .toList());
                });
            }
            assertThat(locked.get(0)).as(same[0]).hasSize(2).containsAnyElementsOf(locked.get(1));
        }
    }

    @Test
    void a_key_padded_with_blanks_is_found_again() throws Exception {
        rig.plain(
                "CREATE TABLE coin (code CHAR(5) PRIMARY KEY, x INT)", "INSERT INTO coin VALUES ('eur', 1), ('d', 2)");

        assertUndone("coin", () -> {
            rig.update("UPDATE coin SET x = x + 1 WHERE code = ?", "eur");
            rig.update("INSERT INTO coin VALUES ('gbp', 3)");
            rig.update("DELETE FROM coin WHERE x = 2");
        });
    }

    @Test
    void keys_that_only_the_database_knows_are_captured_and_given_to_the_user() throws Exception {
        rig.plain("""
                CREATE TABLE note (id UUID PRIMARY KEY DEFAULT gen_random_uuid(), text TEXT);
                CREATE TABLE old_style (id BIGSERIAL PRIMARY KEY, text TEXT);
                CREATE TABLE stamped (id INT PRIMARY KEY, text TEXT);
                CREATE FUNCTION stamp() RETURNS TRIGGER LANGUAGE plpgsql AS $$
                    BEGIN NEW.id = NEW.id + 1000; NEW.text = 'stamped'; RETURN NEW; END $$;
                CREATE TRIGGER stamp BEFORE INSERT ON stamped FOR EACH ROW EXECUTE FUNCTION stamp();
                """);

        assertUndone("note", () -> {
            try (Connection connection = rig.managed.getConnection();
                    PreparedStatement insert = connection.prepareStatement(
                            "INSERT INTO note (text) VALUES (?), ('b')", Statement.RETURN_GENERATED_KEYS)) {
                insert.setString(1, "a");
                insert.executeUpdate();
                try (ResultSet keys = insert.getGeneratedKeys()) {
                    assertThat(keys.next()).isTrue();
                    assertThat(keys.getObject("id", UUID.class)).isNotNull();
                    assertThat(keys.getString("text")).isEqualTo("a");
                    assertThat(keys.next()).isTrue();
                    assertThat(keys.getString(2)).isEqualTo("b");
                    assertThat(keys.next()).isFalse();
                    assertThatThrownBy(() -> keys.getObject(1)).isInstanceOf(SQLException.class);
                }
            }
        });
        assertUndone("old_style", () -> rig.update("INSERT INTO old_style (text) VALUES ('x'), ('y')"));
        assertUndone("stamped", () -> rig.update("INSERT INTO stamped VALUES (?, ?)", 7, "mine"));
    }

    @Test
    void values_beside_a_generated_key_come_in_the_usual_forms() throws Exception {
        rig.plain("CREATE TABLE entry (id SERIAL PRIMARY KEY, at TIMESTAMPTZ DEFAULT '2024-02-29 12:00:00.000001+00',"
                + " day DATE DEFAULT '2024-02-29', hour TIME DEFAULT '10:11:12', open BOOLEAN DEFAULT TRUE,"
                + " ratio FLOAT8 DEFAULT 0.5, hash BYTEA DEFAULT '\\x0102', none INT)");

        rig.committed(() -> {
            try (Connection connection = rig.managed.getConnection();
                    Statement insert = connection.createStatement()) {
                insert.executeUpdate("INSERT INTO entry (id) VALUES (DEFAULT)", Statement.RETURN_GENERATED_KEYS);
                try (ResultSet keys = insert.getGeneratedKeys()) {
                    assertThat(keys.next()).isTrue();
                    assertThat(keys.getShort("id")).isEqualTo((short) 1);
                    assertThat(keys.getBigDecimal("id")).isEqualByComparingTo("1");
                    OffsetDateTime at = OffsetDateTime.parse("2024-02-29T12:00:00.000001Z");
                    assertThat(keys.getObject("at", OffsetDateTime.class)).isEqualTo(at);
                    assertThat(keys.getTimestamp("at").toInstant()).isEqualTo(at.toInstant());
                    assertThat(keys.getObject("day", LocalDate.class)).isEqualTo("2024-02-29");
                    assertThat(keys.getObject("hour", LocalTime.class)).isEqualTo("10:11:12");
                    assertThat(keys.getBoolean("open")).isTrue();
                    assertThat(keys.getDouble("ratio")).isEqualTo(0.5);
                    assertThat(keys.getBytes("hash")).containsExactly(1, 2);
                    assertThat(keys.getInt("none")).isZero();
                    assertThat(keys.wasNull()).isTrue();
                    assertThatThrownBy(() -> keys.getObject("day", UUID.class)).hasMessageContaining("getObject");
                }
            }
        });
    }

    @Test
    void stored_columns_are_never_written_back() throws Exception {
        rig.plain(
                "CREATE TABLE box (id INT PRIMARY KEY, side INT, area INT GENERATED ALWAYS AS (side * side) STORED)",
                "INSERT INTO box (id, side) VALUES (1, 3)");

        assertUndone("box", () -> {
            rig.update("UPDATE box SET side = 4");
            rig.update("DELETE FROM box");
        });
    }

    @Test
    void names_of_any_spelling_are_captured() throws Exception {
        rig.plain(
                "CREATE TABLE \"MixedCase\" (\"Id\" INT PRIMARY KEY, \"a\"\"b\" INT)",
                "INSERT INTO \"MixedCase\" VALUES (1, 1)");

        assertUndone("\"MixedCase\"", () -> {
            rig.update("UPDATE \"MixedCase\" SET \"a\"\"b\" = 2");
            rig.update("INSERT INTO \"MixedCase\" VALUES (2, 2)");
            rig.update("DELETE FROM \"MixedCase\" WHERE \"Id\" = 1");
        });
        assertUndone("item", () -> rig.update("UPDATE ITEM SET Amount = 0 WHERE ID = 1"));
    }

    @Test
    void operators_casts_and_arrays_in_conditions_are_kept() throws Exception {
        rig.plain(
                "CREATE TABLE doc (id INT PRIMARY KEY, body JSONB, tags TEXT[])",
                "INSERT INTO doc VALUES (1, '{\"a\": 1}', '{x,y}'), (2, '{\"b\": 2}', '{z}')");

        assertUndone("doc", () -> {
            assertThat(rig.update(
                            "UPDATE doc SET tags = ARRAY['q'] WHERE body ?? 'a' AND tags @> ARRAY[?]::text[]", "x"))
                    .isEqualTo(1);
            assertThat(rig.update("DELETE FROM doc WHERE (body->>'b')::int = ?", 2))
                    .isEqualTo(1);
            try (Connection connection = rig.managed.getConnection();
                    PreparedStatement update =
                            connection.prepareStatement("UPDATE doc SET body = body || ?::jsonb WHERE id = ANY(?)")) {
                update.setString(1, "{\"c\": 3}");
                update.setArray(2, connection.createArrayOf("int4", new Object[] {1, 5}));
                assertThat(update.executeUpdate()).isEqualTo(1);
            }
        });
    }

    @Test
    void a_query_over_the_elements_of_an_array_runs() throws Exception {
        rig.committed(() -> {
            try (Connection connection = rig.managed.getConnection()) {
                for (String sql : List.of(
                        "SELECT amount FROM item WHERE id = ANY(?) ORDER BY id",
                        "SELECT amount FROM item WHERE id = ANY(?) ORDER BY id FOR NO KEY UPDATE")) {
                    try (PreparedStatement query = connection.prepareStatement(sql)) {
                        query.setArray(1, connection.createArrayOf("int4", new Object[] {2, 7}));
                        try (ResultSet rows = query.executeQuery()) {
                            assertThat(rows.next()).as(sql).isTrue();
                            assertThat(rows.getInt(1)).as(sql).isEqualTo(20);
                            assertThat(rows.next()).as(sql).isFalse();
                        }
                    }
                }
            }
            assertThat(rig.tc.transactions().get(0).branches()).isEmpty();
        });
    }

    @Test
    void the_elements_of_an_array_lead_back_to_our_objects() throws Exception {
        try (Connection connection = rig.managed.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT ARRAY[7, 8]")) {
            assertThat(rows.next()).isTrue();
            Array array = rows.getArray(1);
            try (ResultSet elements = array.getResultSet()) {
                assertThat(elements.getStatement()).isSameAs(statement);
                assertThat(elements.next()).isTrue();
                assertThat(elements.getInt(2)).isEqualTo(7);
            }
            assertThat(rows.getObject(1)).isInstanceOf(Array.class).hasToString("{7,8}");
            try (PreparedStatement query = connection.prepareStatement("SELECT 8 = ANY(?)")) {
                query.setArray(1, array);
                try (ResultSet found = query.executeQuery()) {
                    assertThat(found.next()).isTrue();
                    assertThat(found.getBoolean(1)).isTrue();
                }
            }
        }
    }

    @Test
    void a_table_with_a_rule_is_not_written() throws Exception {
        rig.plain("CREATE RULE elsewhere AS ON UPDATE TO item DO ALSO DELETE FROM item WHERE id = 2");
        rig.committed(() -> assertThatThrownBy(() -> rig.update("UPDATE item SET amount = 1 WHERE id = 1"))
                .isInstanceOf(UnsupportedSqlException.class)
                .hasMessageContaining("rule elsewhere"));
    }

    @Test
    void rows_written_by_a_query_before_the_global_transaction_stand_against_it() throws Exception {
        try (Connection connection = rig.managed.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.executeQuery("-- why?\n UPDATE item SET amount = 3 WHERE id = 1 RETURNING id");
            rig.committed(() -> assertThatThrownBy(() -> statement.executeUpdate("UPDATE item SET amount = 4"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("already changed rows"));
            connection.rollback();
        }
    }

    @Test
    void what_may_write_without_an_image_does_not_run() throws Exception {
        rig.committed(() -> {
            for (String sql : List.of(
                    "INSERT INTO item SELECT * FROM item ON CONFLICT (id) DO UPDATE SET amount = 5",
                    "WITH v AS (SELECT 1) INSERT INTO item VALUES (1, 5) ON CONFLICT (id) DO UPDATE SET amount = 5",
                    "WITH gone AS (DELETE FROM item RETURNING *) SELECT * FROM gone",
                    "MERGE INTO item USING (VALUES (1)) AS v(id) ON item.id = v.id WHEN MATCHED THEN DELETE",
                    "SELECT * INTO copied FROM item",
                    "DO $$ BEGIN DELETE FROM item; END $$",
                    "EXPLAIN ANALYZE DELETE FROM item",
                    "PREPARE p AS DELETE FROM item",
                    "COPY item FROM STDIN",
                    "TRUNCATE item")) {
                assertThatThrownBy(() -> rig.update(sql)).as(sql).isInstanceOf(UnsupportedSqlException.class);
            }
        });
        assertThat(rig.rows("SELECT * FROM item ORDER BY id")).hasSize(2).contains(DialectContract.cells(1, 10));
    }

    @Test
    void sessions_keep_their_own_lock_timeout() throws Exception {
        assertUndone("item", () -> rig.update("UPDATE item SET amount = 0"));

        for (int i = 0; i < 3; i++) {
            assertThat(rig.rows("SHOW lock_timeout")).containsExactly(DialectContract.cells("4321ms"));
        }
    }

    @Test
    void rows_that_came_to_refer_while_a_rollback_runs_are_seen_whatever_the_isolation_of_the_pool() throws Exception {
        rig.plain(
                "CREATE TABLE part (item INT REFERENCES item ON DELETE CASCADE)",
                "ALTER DATABASE " + database.name() + " SET default_transaction_isolation = 'repeatable read'");
        pool.getHikariPoolMXBean().softEvictConnections();
        TransactionView open = rig.leftOpen(() -> rig.update("INSERT INTO item VALUES (3, 30)"));
        assertThat(rig.rows("SHOW transaction_isolation")).containsExactly(DialectContract.cells("repeatable read"));

        rig.raw.beforeStatement("SELECT", 1, () -> rig.plain("INSERT INTO part VALUES (3)"));
        assertThat(rig.rollBack(open, 0)).isEqualTo(BranchStatus.PhaseTwo_RollbackFailed_Unretryable);

        assertThat(rig.rows("SELECT * FROM part")).containsExactly(DialectContract.cells(3));
        assertThat(rig.rows("SELECT * FROM item WHERE id = 3")).hasSize(1);
    }

    @Test
    void the_daily_sweep_deletes_old_rows_only() throws Exception {
        rig.plain("""
                INSERT INTO undo_log (branch_id, xid, context, rollback_info, log_status, log_created, log_modified)
                SELECT n, 'x', '', '{}', 1, now() - n * INTERVAL '25 hours', now() FROM generate_series(1, 9) AS n
                """);
        rig.committed(() -> rig.update("UPDATE item SET amount = 1 WHERE id = 1"));

        rig.rm.deleteUndoLogs(rig.resourceId, 7);

        assertThat(rig.markers()).isEqualTo(6);
    }

    @Test
    void keys_that_rows_may_exchange_are_not_set() throws Exception {
        rig.plain(
                "CREATE TABLE place (id INT PRIMARY KEY DEFERRABLE INITIALLY DEFERRED, code INT UNIQUE)",
                "INSERT INTO place VALUES (1, 10), (2, 20)");
        rig.committed(() -> assertThatThrownBy(() -> rig.update("UPDATE place SET id = 3 - id"))
                .isInstanceOf(UnsupportedSqlException.class)
                .hasMessageContaining("take each other's keys"));
        rig.committed(
                () -> assertThatThrownBy(() -> rig.update("INSERT INTO place VALUES (8, 10), (9, 20) ON CONFLICT (code)"
                                + " DO UPDATE SET id = 3 - place.id"))
                        .isInstanceOf(UnsupportedSqlException.class)
                        .hasMessageContaining("take each other's keys"));
        assertThat(rig.rows("SELECT code FROM place ORDER BY id"))
                .containsExactly(DialectContract.cells(10), DialectContract.cells(20));

        assertUndone(
                "place",
                () -> rig.update("INSERT INTO place VALUES (8, 10), (9, 30) ON CONFLICT (code)"
                        + " DO UPDATE SET id = place.id, code = 11"));
        assertUndone(
                "item",
                () -> rig.update("INSERT INTO item VALUES (1, 11), (2, 21), (3, 31) ON CONFLICT (id)"
                        + " DO UPDATE SET id = EXCLUDED.id, amount = EXCLUDED.amount"));
    }

    @Test
    void triggers_of_single_partitions_are_seen() throws Exception {
        rig.plain(
                "CREATE TABLE sale (id INT PRIMARY KEY, n INT, note TEXT) PARTITION BY RANGE (id)",
                "CREATE TABLE sale_1 PARTITION OF sale FOR VALUES FROM (0) TO (10)",
                "CREATE TABLE sale_2 PARTITION OF sale FOR VALUES FROM (10) TO (20)",
                "INSERT INTO sale VALUES (1, 1, 'a'), (11, 2, 'b')",
                "CREATE FUNCTION mark_sale() RETURNS TRIGGER LANGUAGE plpgsql AS"
                        + " $$ BEGIN IF NEW.n = 5 THEN NEW.note := 'five'; END IF; RETURN NEW; END $$",
                "CREATE TRIGGER marked BEFORE UPDATE ON sale_2 FOR EACH ROW EXECUTE FUNCTION mark_sale()");
        assertUndone("sale", () -> rig.update("UPDATE sale SET n = 5"));

        rig.plain("CREATE TABLE tail (id INT PRIMARY KEY, n INT) PARTITION BY RANGE (id)");
        rig.plain(
                "CREATE TABLE tail_1 PARTITION OF tail FOR VALUES FROM (0) TO (10)",
                "INSERT INTO tail VALUES (1, 1)",
                "CREATE TRIGGER copied AFTER UPDATE ON tail_1 FOR EACH ROW EXECUTE FUNCTION mark_sale()");
        rig.committed(() -> assertThatThrownBy(() -> rig.update("UPDATE tail SET n = 5"))
                .isInstanceOf(UnsupportedSqlException.class)
                .hasMessageContaining("copied"));
    }

    @Test
    void a_table_that_others_inherit_from_is_not_written() throws Exception {
        rig.plain("CREATE TABLE special (extra INT) INHERITS (item)", "INSERT INTO special VALUES (3, 30, 1)");
        rig.committed(() -> assertThatThrownBy(() -> rig.update("DELETE FROM item"))
                .isInstanceOf(UnsupportedSqlException.class)
                .hasMessageContaining("special, which inherits from it"));
        assertThat(rig.rows("SELECT * FROM item")).hasSize(3);
    }

    @Test
    void the_time_limit_of_a_statement_holds_for_the_queries_around_it() throws Exception {
        try (Connection holder = rig.raw.getConnection()) {
            holder.setAutoCommit(false);
            Rig.update(holder, "UPDATE item SET amount = 5 WHERE id = 1");
            rig.committed(() -> {
                try (Connection connection = rig.managed.getConnection();
                        Statement statement = connection.createStatement();
                        PreparedStatement prepared =
                                connection.prepareStatement("SELECT * FROM item WHERE id = 1 FOR UPDATE")) {
                    statement.setQueryTimeout(1);
                    prepared.setQueryTimeout(1);
                    assertCancelled(() -> statement.executeUpdate("UPDATE item SET amount = 6 WHERE id = 1"));
                    assertCancelled(prepared::executeQuery);
                }
            });
            holder.rollback();
        }
    }

    @Test
    void a_statement_is_cancelled_while_its_rows_are_imaged() throws Exception {
        try (Connection holder = rig.raw.getConnection()) {
            holder.setAutoCommit(false);
            Rig.update(holder, "UPDATE item SET amount = 5 WHERE id = 1");
            rig.committed(() -> {
                try (Connection connection = rig.managed.getConnection();
                        Statement statement = connection.createStatement()) {
                    CompletableFuture<Void> cancelled = CompletableFuture.runAsync(() -> {
                        await().until(() -> rig.number("SELECT COUNT(*) FROM pg_stat_activity WHERE datname ="
                                        + " current_database() AND wait_event_type = 'Lock'")
                                > 0);
                        try {
                            statement.cancel();
                        } catch (SQLException e) {
                            throw new IllegalStateException(e);
                        }
                    });
                    assertCancelled(() -> statement.executeUpdate("UPDATE item SET amount = 6 WHERE id = 1"));
                    cancelled.get(10, TimeUnit.SECONDS);
                }
            });
            holder.rollback();
        }
    }

    private static void assertCancelled(ThrowingCallable work) {
        assertThatThrownBy(work)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57014"));
    }

    private void assertUndone(String table, Rig.Work work) throws SQLException {
        String query = "SELECT * FROM " + table + " ORDER BY 1";
        List<List<@Nullable String>> before = rig.rows(query);
        rig.rolledBack(() -> {
            work.run();
            assertThat(rig.rows(query)).isNotEqualTo(before);
        });
        assertThat(rig.rows(query)).isEqualTo(before);
        assertThat(rig.undoLogs()).isZero();
    }
}
