package dev.lockstep.rm.at.sql;

import static dev.lockstep.rm.at.sql.Plans.assertRefused;
import static dev.lockstep.rm.at.sql.Plans.h2;
import static dev.lockstep.rm.at.sql.Plans.mysql;
import static dev.lockstep.rm.at.sql.Plans.outcome;
import static dev.lockstep.rm.at.sql.Plans.postgresql;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.rm.at.dialect.h2.H2SqlRules;
import org.junit.jupiter.api.Test;

class OtherStatementRecognitionTest {

    @Test
    void statements_that_show_something_are_harmless() {
        for (String sql : new String[] {
            "SHOW TABLES", "EXPLAIN SELECT 1", "EXPLAIN PLAN FOR DELETE FROM t", "HELP SELECT", "", " ; ", "-- nothing"
        }) {
            assertThat(h2(sql)).as(sql).isEqualTo("harmless");
        }
        assertThat(mysql("DESC t")).isEqualTo("harmless");
        assertThat(postgresql("EXPLAIN (FORMAT JSON, VERBOSE) UPDATE t SET v = 1"))
                .isEqualTo("harmless");
    }

    @Test
    void an_explain_that_runs_the_statement_is_refused() {
        assertRefused(Databases.H2, "EXPLAIN ANALYZE DELETE FROM t", "runs what it explains");
        assertRefused(Databases.POSTGRESQL, "EXPLAIN (FORMAT JSON, ANALYZE) DELETE FROM t", "runs what it explains");
        assertRefused(Databases.POSTGRESQL, "EXPLAIN ANALYSE DELETE FROM t", "runs what it explains");
        assertRefused(Databases.MYSQL, "ANALYZE FORMAT=JSON DELETE FROM t", "ANALYZE");
    }

    @Test
    void settings_on_the_list_pass_and_others_do_not() {
        assertThat(h2("SET LOCK_TIMEOUT 1000")).isEqualTo("harmless");
        assertThat(h2("SET @x = (SELECT max(id) FROM t)")).isEqualTo("harmless");
        assertThat(h2("SET TIME ZONE 'UTC'")).isEqualTo("harmless");
        assertThat(h2("SET SCHEMA other")).isEqualTo("harmless, changes names");
        assertThat(h2("USE other")).isEqualTo("harmless, changes names");
        assertThat(outcome(H2SqlRules.POSTGRESQL, "SET search_path TO a, b")).isEqualTo("harmless, changes names");
        assertThat(postgresql("SET LOCAL statement_timeout = 5")).isEqualTo("harmless");
        assertThat(mysql("SET @a = 1, @b := 2, SESSION lock_wait_timeout = 3")).isEqualTo("harmless");
        for (String sql : new String[] {
            "SET AUTOCOMMIT FALSE",
            "SET MODE MySQL",
            "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE",
            "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
            "SET REFERENTIAL_INTEGRITY FALSE",
            "SET NON_KEYWORDS VALUE",
            "SET @x = (SELECT id FROM FINAL TABLE (DELETE FROM t))",
            "SET @x = (SELECT 1); DELETE FROM t"
        }) {
            assertThat(h2(sql)).as(sql).startsWith("refused: ");
        }
        assertRefused(Databases.MYSQL, "SET @a = 1, autocommit = 1", "SET autocommit");
        assertThat(mysql("SET @a = 1, SESSION sql_mode = ''")).isEqualTo("harmless, changes names");
        assertRefused(Databases.MYSQL, "SET @@session.autocommit = 1", "SET @@session.autocommit");
        assertRefused(Databases.MYSQL, "SET GLOBAL lock_wait_timeout = 1", "SET GLOBAL");
        assertRefused(Databases.MYSQL, "SET NAMES utf8, GLOBAL x = 1", "SET GLOBAL");
    }

    @Test
    void the_zone_of_a_session_that_shows_moments_by_its_own_clock_is_not_set() {
        assertRefused(Databases.MYSQL, "SET time_zone = '+01:00'", "SET time_zone");
        assertRefused(Databases.MYSQL, "SET NAMES utf8, SESSION time_zone = DEFAULT", "SET time_zone");
        assertRefused(Databases.POSTGRESQL, "SET TIME ZONE 'UTC'", "SET TIME");
        assertRefused(Databases.POSTGRESQL, "SET LOCAL timezone TO 'UTC'", "SET timezone");
    }

    @Test
    void transaction_control_as_text_is_refused() {
        for (String sql : new String[] {
            "BEGIN",
            "START TRANSACTION",
            "COMMIT",
            "ROLLBACK TO SAVEPOINT a",
            "SAVEPOINT a",
            "RELEASE SAVEPOINT a",
            "LOCK TABLES t WRITE",
            "PREPARE TRANSACTION 'x'",
            "XA START 'x'",
            "commit"
        }) {
            assertRefused(Databases.MYSQL, sql, "is transaction control");
        }
    }

    @Test
    void statements_that_write_otherwise_are_refused_by_name() {
        for (String sql : new String[] {
            "MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN DELETE",
            "REPLACE INTO t SELECT * FROM s",
            "TRUNCATE TABLE t",
            "CREATE TABLE t (id INT)",
            "DROP TABLE t",
            "ALTER TABLE t ADD c INT",
            "CALL p()",
            "{call p(?)}",
            "{? = call p(?)}",
            "? = CALL p()",
            "DO $$ BEGIN END $$",
            "EXECUTE IMMEDIATE 'DELETE FROM t'",
            "EXECUTE x",
            "COPY t FROM STDIN",
            "LOAD DATA INFILE 'x' INTO TABLE t",
            "HANDLER t OPEN",
            "RUNSCRIPT FROM 'x'",
            "SCRIPT TO 'x'",
            "GRANT ALL ON t TO u",
            "REFRESH MATERIALIZED VIEW v",
            "CALL NEXT VALUES FOR x",
            "(DELETE FROM t)",
            "\"SELECT\" 1",
            "nonsense",
            "?",
            "1",
            ")",
        }) {
            for (SqlRules rules : Databases.BY_NAME.values()) {
                assertThat(outcome(rules, sql))
                        .as("%s in %s", sql, rules.database())
                        .startsWith("refused: ");
            }
        }
    }
}
