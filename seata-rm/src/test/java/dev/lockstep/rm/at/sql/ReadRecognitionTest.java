package dev.lockstep.rm.at.sql;

import static dev.lockstep.rm.at.sql.Plans.assertReads;
import static dev.lockstep.rm.at.sql.Plans.assertRefused;
import static dev.lockstep.rm.at.sql.Plans.outcome;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class ReadRecognitionTest {

    @Test
    void queries_of_every_shape_pass() {
        assertReads(
                Databases.H2,
                "SELECT 1",
                "select * from a left join b on a.id = b.id where a.x > ? group by y having count(*) > 1",
                "(SELECT 1) UNION ALL (SELECT 2)",
                "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT * FROM r",
                "VALUES (1), (2)",
                "TABLE t",
                "SELECT * FROM t;",
                "/* hint */ -- x\n SELECT 1",
                "CALL NEXT VALUE FOR seq");
    }

    @Test
    void an_expression_that_nobody_understands_does_not_make_a_query_fail() {
        assertReads(
                Databases.POSTGRESQL,
                "SELECT a <~> b !!= ANY (c) @@ d FROM t x(y) TABLESAMPLE system (10)",
                "SELECT ( ( ) ] } from",
                "SELECT $1, $2",
                "SELECT a ?? 'k' FROM t");
        assertReads(Databases.H2, "SELECT ?2, ?1", "SELECT `a` \\ ^ § FROM t");
    }

    @Test
    void words_of_a_write_in_strings_comments_and_names_are_no_write() {
        assertReads(
                Databases.H2,
                "SELECT 'x; DELETE FROM t FOR UPDATE' FROM t",
                "SELECT 1 /* ; DELETE FROM t; FOR UPDATE /* INTO */ */",
                "SELECT \"into\", t.into, \"FOR\" AS x FROM t -- FOR UPDATE",
                "SELECT $$; DELETE FROM t$$",
                "SELECT REPLACE(a, 'x', 'y'), INSERT(a, 1, 2, 'z') FROM t",
                "WITH c AS (SELECT 1) SELECT REPLACE(a, 'x', 'y'), INSERT(b, 1, 2, 'z') FROM c",
                "SELECT (REPLACE(a, 'x', 'y')) FROM t",
                "SELECT t.update FROM t WHERE final = 1",
                "SELECT SUBSTRING(a FROM 1 FOR 2) FROM t");
        assertReads(Databases.POSTGRESQL, "SELECT $tag$ $$; DELETE FROM t $tag$, E'\\'; DELETE'");
        assertReads(Databases.MYSQL, "SELECT 'a\\'; DELETE FROM t', \"; DELETE\" # ; DELETE\n FROM t");
    }

    @Test
    void a_second_statement_is_refused() {
        assertRefused(Databases.H2, "SELECT 1; DELETE FROM t", "a second statement begins with 'DELETE'");
        assertRefused(Databases.H2, "SHOW TABLES; DELETE FROM t", "second statement");
        assertRefused(Databases.MYSQL, "SELECT 1 --; \n; DELETE FROM t", "second statement");
        // Minus minus one in MySQL, a comment elsewhere.
        assertRefused(Databases.MYSQL, "SELECT 1--1; DELETE FROM t", "second statement");
        assertReads(Databases.H2, "SELECT 1--1; DELETE FROM t");
        assertRefused(Databases.H2, "SELECT 1 // x\r; DELETE FROM t", "second statement");
        assertRefused(Databases.POSTGRESQL, "SELECT '\\'; DELETE FROM t; --'", "second statement");
        assertReads(Databases.MYSQL, "SELECT '\\'; DELETE FROM t; --'");
    }

    @Test
    void a_change_inside_a_query_is_refused() {
        assertRefused(Databases.H2, "SELECT * FROM FINAL TABLE (DELETE FROM t)", "'FINAL TABLE' changes rows");
        assertRefused(Databases.H2, "SELECT * FROM old /* x */ table(UPDATE t SET v = 1)", "changes rows");
        assertRefused(Databases.H2, "SELECT * FROM s, NEW TABLE (INSERT INTO t VALUES (1)) x", "changes rows");
        assertRefused(
                Databases.POSTGRESQL, "WITH d AS (DELETE FROM t RETURNING *) SELECT * FROM d", "inside parentheses");
        assertRefused(
                Databases.POSTGRESQL,
                "WITH a AS (SELECT 1), d AS MATERIALIZED (UPDATE t SET v = 1 RETURNING *) SELECT * FROM d",
                "inside parentheses");
        assertRefused(
                Databases.POSTGRESQL,
                "(WITH d AS (INSERT INTO t VALUES (1) RETURNING *) TABLE d)",
                "inside parentheses");
        assertRefused(Databases.POSTGRESQL, "WITH c AS (SELECT 1) SELECT DELETE FROM t", "'DELETE' behind WITH");
        assertRefused(Databases.POSTGRESQL, "WITH c AS (SELECT 1) MERGE INTO t USING c ON TRUE", "'MERGE' behind WITH");
        assertRefused(Databases.MYSQL, "WITH c AS (SELECT 1) UPDATE (t) SET v = 1", "'('");
        assertRefused(
                Databases.POSTGRESQL,
                "WITH RECURSIVE c AS (SELECT 1) SEARCH DEPTH FIRST BY values SET o DELETE FROM t",
                "'DELETE' behind WITH");
        assertRefused(Databases.POSTGRESQL, "SELECT * INTO u FROM t", "'INTO'");
        assertRefused(Databases.MYSQL, "SELECT * FROM t INTO OUTFILE '/tmp/x'", "'INTO'");
    }

    @Test
    void a_function_that_writes_is_refused_however_it_is_written() {
        for (String call : new String[] {
            "lo_unlink(1)", "pg_catalog.lo_unlink(1)", "LO_UNLINK (1)", "\"lo_unlink\"(1)", "lo_unlink/**/(1)"
        }) {
            assertRefused(Databases.POSTGRESQL, "SELECT " + call, "writes");
        }
        assertRefused(Databases.H2, "SELECT * FROM LINK_SCHEMA('a', '', 'b', 'sa', '', 'PUBLIC')", "writes");
        assertReads(Databases.POSTGRESQL, "SELECT lo_unlink FROM t");
    }

    @Test
    void a_function_that_changes_the_meaning_of_names_is_told() {
        assertThat(outcome(Databases.POSTGRESQL, "SELECT set_config('search_path', 'x', false)"))
                .isEqualTo("harmless, changes names");
    }

    @Test
    void keywords_are_recognised_as_the_database_folds_them() {
        // H2 upper-cases by Unicode's rules: the dotless i, the long s and the ligature make keywords.
        assertRefused(Databases.H2, "SELECT * FROM F\u0131NAL TABLE (DELETE FROM t)", "changes rows");
        assertRefused(Databases.H2, "SELECT * FROM \ufb01nal TABLE (DELETE FROM t)", "changes rows");
        assertRefused(Databases.H2, "SELECT * FROM FINAL\u00a0TABLE (DELETE FROM t)", "changes rows");
        assertRefused(Databases.H2, "SELECT * FROM t FOR\u2003UPDATE OF x, y", "another table");
    }

    @Test
    void what_some_versions_run_and_others_skip_is_refused() {
        assertRefused(Databases.MYSQL, "SELECT 1 /*!50000 INTO OUTFILE 'x' */", "in some versions");
        assertRefused(Databases.MYSQL, "/*!99999 SELECT 1 */ DELETE FROM t", "in some versions");
        assertRefused(Databases.MYSQL, "SELECT 1 /*M!100000 ; DELETE */", "in some versions");
        assertReads(Databases.H2, "SELECT 1 /*!50000 INTO OUTFILE 'x' */");
    }

    @Test
    void what_has_no_end_is_refused() {
        for (String open : new String[] {"'x", "\"x", "`x", "/* x", "$$x", "U&'x", "N'x", "/* /* x */"}) {
            assertRefused(Databases.H2, "SELECT " + open, "never ends");
        }
    }

    /** Other clients parse it twice, each time it runs; a tree of it takes some tens of kilobytes. */
    @Test
    void a_query_is_cut_into_tokens_once_and_no_tree_of_it_is_built() {
        Databases.BY_NAME.forEach((database, rules) -> {
            SqlRecognizer recognizer = new SqlRecognizer(rules);
            // The classes are loaded, and the cache is as full as it gets.
            recogniseDistinct(recognizer, "warm", 10_000);

            assertThat(recogniseDistinct(recognizer, "cold", 10_000) / 10_000)
                    .as("%s: bytes for a text seen for the first time", database)
                    .isLessThan(3_000);
            String known = query("known", 0);
            recognizer.recognize(known);
            long before = allocated();
            for (int i = 0; i < 10_000; i++) {
                recognizer.recognize(known);
            }
            assertThat((allocated() - before) / 10_000)
                    .as("%s: bytes for a text known already", database)
                    .isZero();
        });
    }

    private static long recogniseDistinct(SqlRecognizer recognizer, String mark, int texts) {
        String[] all = new String[texts];
        for (int i = 0; i < texts; i++) {
            all[i] = query(mark, i);
        }
        int reads = 0;
        long before = allocated();
        for (String text : all) {
            reads += recognizer.recognize(text) instanceof RecognizedSql.Read ? 1 : 0;
        }
        long after = allocated();
        assertThat(reads).isEqualTo(texts);
        return after - before;
    }

    private static String query(String mark, int number) {
        return "SELECT o.id, o.amount + " + number + ", c.name AS " + mark + " FROM orders o JOIN customer c"
                + " ON c.id = o.customer_id WHERE o.day BETWEEN ? AND ? AND c.name LIKE 'a%' ORDER BY o.id";
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getThreadAllocatedBytes(Thread.currentThread().getId());
    }
}
