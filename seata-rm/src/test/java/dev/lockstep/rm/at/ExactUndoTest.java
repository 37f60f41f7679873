package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.rm.failure.UnsupportedSqlException;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables and keys at the edge of what SQL allows come back exactly. */
final class ExactUndoTest {

    private Rig rig;

    @BeforeEach
    void open() throws SQLException {
        rig = new Rig("");
    }

    @AfterEach
    void close() throws SQLException {
        rig.close();
    }

    private void assertUndone(String table, String... statements) throws SQLException {
        List<List<@Nullable String>> before = rig.rows("SELECT * FROM " + table + " ORDER BY 1");
        rig.rolledBack(() -> {
            for (String statement : statements) {
                assertThat(rig.update(statement)).as(statement).isPositive();
            }
        });
        assertThat(rig.rows("SELECT * FROM " + table + " ORDER BY 1")).isEqualTo(before);
        assertThat(rig.undoLogs()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"`stock`", "public.`stock`", "public . stock", "public/* here */.stock", "\"PUBLIC\".STOCK"})
    void a_table_comes_back_however_its_name_is_written(String name) throws Exception {
        rig.plain("CREATE TABLE stock (id INT PRIMARY KEY, amount INT)", "INSERT INTO stock VALUES (1, 10)");
        assertUndone(
                "stock",
                "INSERT INTO " + name + " VALUES (2, 20)",
                "UPDATE " + name + " SET amount = 5 WHERE id = 1",
                "DELETE FROM " + name + " WHERE id = 1");
    }

    @Test
    void columns_whose_names_differ_only_in_case_are_told_apart() throws Exception {
        rig.plain(
                "CREATE TABLE pair (\"id\" INT, \"ID\" INT, \"note\" VARCHAR(5), \"NOTE\" VARCHAR(5),"
                        + " PRIMARY KEY (\"id\", \"ID\"))",
                "INSERT INTO pair VALUES (1, 2, 'a', 'A'), (2, 1, 'b', 'B')");
        assertUndone(
                "pair",
                "INSERT INTO pair VALUES (3, 4, 'c', 'C')",
                "UPDATE pair SET \"note\" = 'x', \"NOTE\" = 'X' WHERE \"ID\" = 2",
                "DELETE FROM pair WHERE \"ID\" = 1");
    }

    @Test
    void a_self_changing_column_that_the_statement_kept_is_kept_by_the_undo_too() throws Exception {
        rig.plain(
                "CREATE TABLE doc (id INT PRIMARY KEY, body VARCHAR(9), changed TIMESTAMP(9)"
                        + " DEFAULT TIMESTAMP '2020-01-01 00:00:00' ON UPDATE CURRENT_TIMESTAMP(9))",
                "INSERT INTO doc (id, body) VALUES (1, 'a')");
        assertUndone("doc", "UPDATE doc SET body = 'b', changed = changed WHERE id = 1");
    }

    @Test
    void digits_behind_the_point_come_back_where_the_type_keeps_them() throws Exception {
        rig.plain("CREATE TABLE exact (id INT PRIMARY KEY, v DECFLOAT)", "INSERT INTO exact VALUES (1, 1.0)");
        assertUndone("exact", "UPDATE exact SET v = 1.000 WHERE id = 1");
    }

    @Test
    void a_number_longer_than_a_thousand_digits_comes_back() throws Exception {
        rig.plain("CREATE TABLE huge (id INT PRIMARY KEY, v NUMERIC(3000))");
        rig.plain("INSERT INTO huge VALUES (1, " + "7".repeat(2500) + ")");
        assertUndone("huge", "UPDATE huge SET v = 0 WHERE id = 1", "DELETE FROM huge");
    }

    @Test
    void unique_values_that_rows_exchanged_come_back() throws Exception {
        rig.plain(
                "CREATE TABLE ranking (id INT PRIMARY KEY, place INT UNIQUE)",
                "INSERT INTO ranking VALUES (1, 1), (2, 2), (3, 3), (4, 10)");
        assertUndone("ranking", "UPDATE ranking SET place = place + 1 WHERE id < 4");
        assertUndone("ranking", "UPDATE ranking SET place = place - 1");
        assertUndone("ranking", "UPDATE ranking SET place = 4 - place WHERE id < 4");
    }

    @Test
    void keys_that_rows_may_exchange_are_not_set() throws Exception {
        rig.plain(
                "CREATE TABLE place (id INT PRIMARY KEY, v VARCHAR(9))",
                "INSERT INTO place VALUES (1, 'one'), (2, 'two'), (3, 'three')");
        rig.committed(() -> assertThatThrownBy(() -> rig.update("UPDATE place SET id = 3 - id WHERE id IN (1, 2)"))
                .isInstanceOf(UnsupportedSqlException.class)
                .hasMessageContaining("take each other's keys"));
        assertThat(rig.rows("SELECT v FROM place ORDER BY id"))
                .containsExactly(
                        DialectContract.cells("one"), DialectContract.cells("two"), DialectContract.cells("three"));
        assertUndone("place", "UPDATE place SET id = id, v = 'x' WHERE id = 1");
    }

    @Test
    void exchanged_values_of_several_columns_and_kinds_come_back() throws Exception {
        rig.plain(
                "CREATE TABLE seat (room INT, no INT, guest VARCHAR(9) UNIQUE, since TIMESTAMP(9) UNIQUE, note CLOB,"
                        + " PRIMARY KEY (room, no))",
                "INSERT INTO seat VALUES (1, 1, 'a', TIMESTAMP '2020-01-01 00:00:00.000000001', 'x'),"
                        + " (1, 2, 'b', TIMESTAMP '2020-01-02 00:00:00', NULL),"
                        + " (2, 1, NULL, NULL, 'z')");
        assertUndone(
                "seat",
                "UPDATE seat SET guest = CASE no WHEN 1 THEN 'b' ELSE 'a' END, note = 'same',"
                        + " since = TIMESTAMP '2020-01-03 00:00:00' - (since - TIMESTAMP '2020-01-01 00:00:00')"
                        + " WHERE room = 1");
    }

    @Test
    void a_primary_key_that_was_redefined_is_noticed() throws Exception {
        rig.plain("CREATE TABLE part (id INT, no INT, amount INT, CONSTRAINT pk_part PRIMARY KEY (id))");
        rig.plain("INSERT INTO part VALUES (1, 1, 10)");
        assertUndone("part", "UPDATE part SET amount = 11");
        rig.plain(
                "ALTER TABLE part ALTER COLUMN no SET NOT NULL",
                "ALTER TABLE part DROP CONSTRAINT pk_part",
                "ALTER TABLE part ADD PRIMARY KEY (id, no)",
                "INSERT INTO part VALUES (1, 2, 20)");
        assertUndone("part", "UPDATE part SET amount = amount * 2");
    }

    @Test
    void rows_that_refer_to_each_other_come_back() throws Exception {
        rig.plain(
                "CREATE TABLE node (id INT PRIMARY KEY, parent INT REFERENCES node)",
                "INSERT INTO node VALUES (2, NULL), (1, 2), (3, 2), (4, 3)");
        assertUndone("node", "INSERT INTO node VALUES (12, NULL), (11, 12), (13, 12)");
        assertUndone(
                "node", "DELETE FROM node WHERE id = 4", "DELETE FROM node WHERE id IN (1, 3)", "DELETE FROM node");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CHAR(5): 'ab', 'c'",
                "VARCHAR_IGNORECASE(5): 'Ab', 'c'",
                "DECIMAL(10, 3): 2E1, -0.5",
                "DECIMAL(5, 0): 20, -300",
                "DOUBLE PRECISION: 0.1, -1E300",
                "REAL: 0.1, 1.5E10",
                "DECFLOAT: 2E+5, 0.10",
                "BINARY(4): X'00ff0000', X'01000000'",
                "VARBINARY(4): X'00ff', X'01'",
                "UUID: '00112233-4455-6677-8899-aabbccddeeff', RANDOM_UUID()",
                "DATE: DATE '2024-02-29', DATE '1500-01-01'",
                "BOOLEAN: TRUE, FALSE",
                "TINYINT: -1, 0",
                "ENUM('a', 'b'): 'a', 'b'"
            })
    void keys_of_every_kind_are_found_again(String typeAndValues) throws Exception {
        String type = typeAndValues.substring(0, typeAndValues.indexOf(": "));
        String[] values =
                typeAndValues.substring(typeAndValues.indexOf(": ") + 2).split(", ");
        rig.plain(
                "CREATE TABLE keyed (id " + type + " PRIMARY KEY, amount INT)",
                "INSERT INTO keyed VALUES (" + values[0] + ", 1)");
        assertUndone(
                "keyed",
                "INSERT INTO keyed VALUES (" + values[1] + ", 2)",
                "UPDATE keyed SET amount = 7",
                "UPDATE keyed SET amount = 8 WHERE id = " + values[0] + " LIMIT 1",
                "DELETE FROM keyed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "NULL", "-7", "DEFAULT"})
    void whatever_is_given_for_a_generated_key_is_undone(String key) throws Exception {
        for (String mode : List.of("", ";MODE=MySQL", ";MODE=PostgreSQL")) {
            if (mode.toLowerCase(Locale.ROOT).contains("mysql") || !key.equals("NULL")) {
                rig.close();
                rig = new Rig(mode);
                rig.plain("CREATE TABLE seq (id INT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, amount INT)");
                assertUndone("seq", "INSERT INTO seq (id, amount) VALUES (" + key + ", 1)");
            }
        }
    }
}
