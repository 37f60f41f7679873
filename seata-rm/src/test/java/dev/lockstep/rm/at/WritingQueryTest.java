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
        }) {
            assertThat(WritingQuery.mayWrite(sql)).as(sql).isTrue();
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
            "VALUES (1)"
        }) {
            assertThat(WritingQuery.mayWrite(sql)).as(sql).isFalse();
        }
        assertThat(WritingQuery.mayWrite("/* */ ".repeat(50_000) + "SELECT 1")).isFalse();
    }
}
