package dev.lockstep.rm.at.sql;

import static dev.lockstep.rm.at.sql.Plans.assertRefused;
import static dev.lockstep.rm.at.sql.Plans.h2;
import static dev.lockstep.rm.at.sql.Plans.mysql;
import static dev.lockstep.rm.at.sql.Plans.postgresql;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UpdateRecognitionTest {

    @Test
    void clauses_are_slices_with_their_own_parameters() {
        assertThat(
                        h2(
                                "UPDATE t AS a SET a.v = ?, w = COALESCE(?, w) WHERE a.id = ? AND s IN (?, ?) FETCH FIRST ? ROWS ONLY"))
                .isEqualTo("update t as a (v, w) set [a.v = ?, w = COALESCE(?, w)]{1-2}"
                        + " where [a.id = ? AND s IN (?, ?)]{3-5} limit [FETCH FIRST ? ROWS ONLY]{6} (may swap)");
    }

    @Test
    void order_and_limit_are_cut_from_the_condition() {
        assertThat(mysql("UPDATE t SET v = 1 WHERE a = b ORDER BY c DESC, d + ? LIMIT ?"))
                .isEqualTo("update t (v) set [v = 1] where [a = b] order by [c DESC, d + ?]{1} limit [LIMIT ?]{2}"
                        + " (may swap)");
    }

    @Test
    void without_a_condition_it_means_every_row() {
        assertThat(h2("UPDATE t SET v = 1")).isEqualTo("update t (v) set [v = 1] (steady)");
    }

    @Test
    void several_columns_can_be_set_by_one_row() {
        assertThat(h2("UPDATE t SET (a, b) = (SELECT x, y FROM s), c = 1 WHERE id = ?"))
                .isEqualTo("update t (a, b, c) set [(a, b) = (SELECT x, y FROM s), c = 1] where [id = ?]{1} (steady)");
    }

    @Test
    void a_qualifier_must_be_the_table_or_its_alias() {
        assertThat(h2("UPDATE s.t SET s.t.v = 1, t.w = 2")).startsWith("update s/t (v, w)");
        assertRefused(Databases.H2, "UPDATE t a SET t.v = 1", "'t.v' is no column of t");
        assertRefused(Databases.H2, "UPDATE t SET u.v = 1", "'u.v' is no column of t");
        // In PostgreSQL the dot leads into a composite column, even when that is named like the table.
        assertRefused(Databases.POSTGRESQL, "UPDATE t SET t.v = 1", "'t.v' is no column of t");
    }

    @Test
    void words_that_are_columns_do_not_end_an_expression() {
        assertThat(h2("UPDATE t SET format = zone, day = format WHERE end_ = 1 AND option = log AND t.order = 3"))
                .isEqualTo("update t (format, day) set [format = zone, day = format]"
                        + " where [end_ = 1 AND option = log AND t.order = 3] (steady)");
    }

    @Test
    void expressions_of_several_words_are_not_torn() {
        for (String expression : new String[] {
            "CASE WHEN a = 1 THEN 'x' ELSE 'y' END",
            "TIMESTAMP WITH TIME ZONE '2020-01-01 00:00:00+00'",
            "a AT TIME ZONE 'UTC'",
            "a::timestamp with time zone",
            "a::double precision",
            "a::character varying(10)",
            "INTERVAL '1' DAY + b",
            "a - INTERVAL 1 HOUR",
            "a COLLATE de_DE",
            "NULL FORMAT JSON",
            "NEXT VALUE FOR seq",
            "a IS NOT DISTINCT FROM b",
            "a NOT SIMILAR TO 'x' ESCAPE '!'",
            "(SELECT max(x) FROM s WHERE y IN (1, 2) ORDER BY x LIMIT 1)",
            "EXTRACT(YEAR FROM a)",
            "TRIM(BOTH ' ' FROM a)",
            "'a' 'b'",
            "{ts '2020-01-01 00:00:00'}",
            "{fn UCASE(a)}",
            "a[1] || ARRAY[2, 3]",
            "NOT (a OR b)",
            "- + - 1",
            "a BETWEEN SYMMETRIC 1 AND 2",
        }) {
            assertThat(h2("UPDATE t SET v = " + expression + ", w = 1 WHERE id = 1"))
                    .as(expression)
                    .isEqualTo("update t (v, w) set [v = " + expression + ", w = 1] where [id = 1] (steady)");
            assertThat(h2("DELETE FROM t WHERE id = 1 AND v = " + expression + " LIMIT 2"))
                    .as(expression)
                    .isEqualTo("delete t where [id = 1 AND v = " + expression + "] limit [LIMIT 2] (may swap)");
        }
    }

    @Test
    void what_only_the_same_rows_can_satisfy_is_steady() {
        for (String steady : new String[] {
            "id = ?",
            "a=-1",
            "a = b + 1 AND NOT c",
            "LOWER(a) LIKE ?",
            "a IN (1, 2)",
            "(a, b) IN ((1, 2))",
            "a IS NULL",
            "CAST(a AS DECIMAL(10, 2)) = ?",
            "a = {d '2020-01-01'}",
            "REGEXP_LIKE(a, 'x')",
            "TRUE",
            "a = ANY(?)"
        }) {
            assertThat(h2("UPDATE t SET v = 1 WHERE " + steady)).as(steady).endsWith("(steady)");
        }
    }

    @Test
    void what_other_rows_may_satisfy_a_moment_later_may_swap() {
        for (String volatile_ : new String[] {
            "id IN (SELECT id FROM s)",
            "EXISTS (SELECT 1 FROM s)",
            "id IN (VALUES (1))",
            "id IN (TABLE s)",
            "a < CURRENT_TIMESTAMP",
            "a < now()",
            "a = RAND()",
            "my_function(a) = 1",
            "s.lower(a) = 1",
            "\"lower\"(a) = 1",
            "a = @x",
            "a = NEXT VALUE FOR seq",
            "seq.nextval = 1",
            "ROWNUM < 3",
            "a %%% b",
            "{fn NOW()} > a"
        }) {
            assertThat(h2("UPDATE t SET v = 1 WHERE " + volatile_))
                    .as(volatile_)
                    .endsWith("(may swap)");
        }
        assertThat(mysql("UPDATE t SET v = 1 WHERE (@a := id) > 0")).endsWith("(may swap)");
    }

    @Test
    void a_volatile_value_does_not_make_the_rows_swap() {
        assertThat(h2("UPDATE t SET v = RAND(), w = (SELECT 1) WHERE id = 1")).endsWith("where [id = 1] (steady)");
    }

    @Test
    void tables_may_be_joined_to_the_one_that_is_written() {
        assertThat(postgresql(
                        "UPDATE a AS x SET v = b.v + ? FROM b JOIN c ON b.id = c.id WHERE x.id = b.id AND c.w = ?"))
                .isEqualTo("update a as x (v) set [v = b.v + ? FROM b JOIN c ON b.id = c.id]{1}"
                        + " joined [a AS x, b JOIN c ON b.id = c.id] where [x.id = b.id AND c.w = ?]{2} (may swap)");
        assertThat(mysql("UPDATE a x LEFT JOIN b ON x.id = b.id AND b.k = ? SET x.v = ? WHERE b.w = ?"))
                .isEqualTo("update a as x (v) set [x.v = ?]{1-2} joined [a x LEFT JOIN b ON x.id = b.id AND b.k = ?]{1}"
                        + " where [b.w = ?]{3} (may swap)");
        assertThat(mysql("UPDATE a, b SET b.v = a.v WHERE a.id = b.id"))
                .isEqualTo("update b (v) set [b.v = a.v] joined [a, b] where [a.id = b.id] (may swap)");
    }

    @Test
    void more_than_one_table_is_not_written() {
        assertRefused(Databases.MYSQL, "UPDATE a, b SET a.v = b.v, b.w = 1", "'b.w' is no column of a");
        assertRefused(Databases.MYSQL, "UPDATE a JOIN b ON a.id = b.id SET v = 1", "does not say to which");
        assertRefused(Databases.MYSQL, "UPDATE a JOIN b ON a.id = b.id SET c.v = 1", "none of the joined tables");
        assertRefused(Databases.MYSQL, "UPDATE (a JOIN b) SET v = 1", "'('");
        assertRefused(Databases.H2, "UPDATE a SET v = b.v FROM b WHERE a.id = b.id", "'FROM'");
        assertRefused(Databases.H2, "UPDATE a, b SET a.v = b.v", "','");
    }

    @Test
    void common_table_expressions_that_read_may_stand_before() {
        assertThat(h2("WITH c AS (SELECT id FROM s WHERE k = ?) UPDATE t SET v = ? WHERE id IN (SELECT id FROM c)"))
                .isEqualTo("update t (v) set [v = ?]{1-2} with [WITH c AS (SELECT id FROM s WHERE k = ?)]{1}"
                        + " where [id IN (SELECT id FROM c)] (may swap)");
        assertRefused(
                Databases.POSTGRESQL,
                "WITH c AS (DELETE FROM s RETURNING id) UPDATE t SET v = 1 WHERE id IN (SELECT id FROM c)",
                "'DELETE' changes rows inside parentheses");
    }

    @Test
    void what_is_not_known_is_refused_by_name() {
        assertRefused(Databases.POSTGRESQL, "UPDATE ONLY t SET v = 1", "'ONLY'");
        assertRefused(Databases.POSTGRESQL, "UPDATE t * SET v = 1", "'*'");
        assertRefused(Databases.POSTGRESQL, "UPDATE t SET v[1] = 1", "'['");
        assertRefused(Databases.POSTGRESQL, "UPDATE t SET v = 1 WHERE CURRENT OF c", "WHERE CURRENT OF");
        assertRefused(Databases.MYSQL, "UPDATE IGNORE t SET v = 1", "'IGNORE'");
        assertRefused(Databases.MYSQL, "UPDATE t PARTITION (p0) SET v = 1", "'PARTITION'");
        assertRefused(Databases.H2, "UPDATE t SET v = 1 WHERE a = 1 LOG ERRORS", "'LOG'");
        assertRefused(Databases.H2, "UPDATE t SET v = ? WHERE id = ? {1: 2, 2: 3}", "'{'");
        assertRefused(Databases.H2, "UPDATE t SET v = 1 WHERE", "the end of the statement");
        assertRefused(Databases.H2, "UPDATE t SET v = WHERE id = 1", "'WHERE' stands where a value should");
        assertRefused(Databases.H2, "UPDATE t SET v = (1 WHERE id = 1", "'(' is never closed");
        assertRefused(Databases.H2, "UPDATE t SET v = 1) WHERE id = 1", "')'");
        assertRefused(Databases.H2, "UPDATE t SET v = $ WHERE id = 1", "carries its own number");
        assertRefused(Databases.H2, "UPDATE t SET v = (?1 + ?2)", "carries its own number");
        assertRefused(Databases.H2, "UPDATE t SET v = :name", "':'");
    }

    @Test
    void returning_is_found_behind_any_operand() {
        for (String value : new String[] {"1", "zone", "a::timestamp with time zone", "format", "'x'", "interval"}) {
            assertThat(postgresql("UPDATE t SET v = " + value + " RETURNING *")).endsWith(" returning [*]");
            assertThat(postgresql("DELETE FROM t WHERE v = " + value + " RETURNING id"))
                    .endsWith(" returning [id]");
            assertRefused(Databases.H2, "UPDATE t SET v = " + value + " RETURNING *", "RETURNING");
        }
        assertThat(postgresql("UPDATE t SET v = 1 WHERE a = \"returning\"")).endsWith("(steady)");
    }
}
