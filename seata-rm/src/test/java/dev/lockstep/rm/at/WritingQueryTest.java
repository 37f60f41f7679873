package dev.lockstep.rm.at;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WritingQueryTest {

    @Test
    void what_begins_with_a_verb_that_writes_may_write() {
        for (String sql : new String[] {
            "insert INTO t VALUES (1) RETURNING id",
            " /* a */ /* b */\n-- c\n update t SET v = 1 RETURNING v",
            "(DELETE FROM t RETURNING id)",
            "WITH d AS (DELETE FROM t returning *) SELECT * FROM d",
            "CALL p()",
            "WITH d AS (DELETE FROM t) SELECT 1",
            "WITH d AS MATERIALIZED (/* a */ update t SET v = 1) SELECT 1",
            "SELECT id FROM FINAL TABLE (INSERT INTO t VALUES (1))",
            "select id from old table(DELETE FROM t)",
            "EXPLAIN ANALYZE INSERT INTO t VALUES (1)",
        }) {
            assertThat(WritingQuery.mayWrite(sql)).as(sql).isTrue();
        }
    }

    @Test
    void what_runs_code_may_write_without_a_count() {
        for (String sql : new String[] {
            "CALL p()",
            "{call p(?)}",
            "do $$ BEGIN DELETE FROM t; END $$",
            "EXECUTE IMMEDIATE 'DELETE FROM t'",
            "WITH d AS (DELETE FROM t) UPDATE u SET v = 1 WHERE id = 7"
        }) {
            assertThat(WritingQuery.mayWriteUncounted(sql)).as(sql).isTrue();
        }
        for (String sql : new String[] {"UPDATE t SET v = 1", "SET SCHEMA s", "CREATE TABLE t (id INT)", ""}) {
            assertThat(WritingQuery.mayWriteUncounted(sql)).as(sql).isFalse();
        }
    }

    @Test
    void what_sets_a_name_behind_the_first_word_may_change_names() {
        for (String sql : new String[] {
            "SELECT set_config('search_path', 'b', false)",
            "select pg_catalog.\"set_config\" ('search_path', 'b', false)",
            "UPDATE t SET v = 1; set search_path TO b",
            "SELECT 1;/* a */USE b"
        }) {
            assertThat(WritingQuery.mayChangeNamesBesides(sql)).as(sql).isTrue();
            assertThat(WritingQuery.mayChangeNames(sql)).as(sql).isTrue();
        }
        for (String sql : new String[] {"UPDATE t SET v = 1;", "SELECT reset(config)", "", "SELECT ';'"}) {
            assertThat(WritingQuery.mayChangeNamesBesides(sql)).as(sql).isFalse();
        }
    }

    @Test
    void what_reads_does_not() {
        for (String sql : new String[] {
            "SELECT 1",
            "",
            "/* never closed",
            "-- SELECT",
            "WITH c AS (SELECT 1) SELECT * FROM c",
            "\n  select 1",
            "VALUES (1)",
            "SELECT a FROM TABLE(x INT = (1, 2)) WHERE final = (SELECT 1)",
            "WITH c AS (SELECT updated_at FROM t) SELECT * FROM c FOR UPDATE",
            "EXPLAIN SELECT 1"
        }) {
            assertThat(WritingQuery.mayWrite(sql)).as(sql).isFalse();
        }
        assertThat(WritingQuery.mayWrite("/* */ ".repeat(50_000) + "SELECT 1")).isFalse();
    }
}
