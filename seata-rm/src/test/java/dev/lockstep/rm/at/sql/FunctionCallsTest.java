package dev.lockstep.rm.at.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.rm.policy.UnknownFunctions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FunctionCallsTest {

    @Test
    void functions_of_the_database_and_sequences_are_known() {
        assertKnown(
                Databases.H2,
                "SELECT COUNT(*), MAX(a), ROW_NUMBER() OVER (PARTITION BY b ORDER BY c) FROM t GROUP BY (b), c",
                "SELECT NOW(), CURRENT_TIMESTAMP(3), RANDOM_UUID(), NEXTVAL('s'), CAST(a AS DECIMAL(10, 2)) FROM t",
                "SELECT * FROM SYSTEM_RANGE(1, 10) AS r WHERE x IN (1, 2) AND (EXISTS (SELECT 1) OR NOT (x = 3))",
                "INSERT INTO t (a, b) VALUES (NEXT VALUE FOR s, UPPER('x'))",
                "MERGE INTO t (a, b) KEY (a) VALUES (1, LOWER('X'))");
        assertKnown(
                Databases.MYSQL,
                "SELECT GROUP_CONCAT(DISTINCT a), IF(b, 1, 2), LAST_INSERT_ID(), JSON_EXTRACT(c, '$.x') FROM t"
                        + " USE INDEX (i) WHERE MATCH (a) AGAINST ('x')",
                "INSERT t (a) VALUES (UUID()) ON DUPLICATE KEY UPDATE a = VALUES(a)",
                "INSERT INTO t (a, b) VALUES (1, 2) AS n (x, y) ON DUPLICATE KEY UPDATE b = n.y",
                "UPDATE t SET a = DATE_ADD(NOW(), INTERVAL 1 DAY) WHERE id IN (?, ?)");
        assertKnown(
                Databases.POSTGRESQL,
                "SELECT pg_catalog.now(), nextval('s'), a::numeric(10, 2), date_trunc('day', b) FROM t",
                "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY a) FILTER (WHERE b), count(*) FROM t",
                "SELECT * FROM generate_series(1, 3) AS g(i), LATERAL (SELECT i) AS x",
                "WITH c (a, b) AS (SELECT 1, 2), d(e) AS NOT MATERIALIZED (VALUES (1)) SELECT * FROM c, d",
                "INSERT INTO s.t (a) VALUES (gen_random_uuid()) ON CONFLICT (a) DO NOTHING");
    }

    @Test
    void any_other_call_is_told_however_it_is_written() {
        for (String sql : List.of(
                "SELECT audit(1)",
                "SELECT a FROM t WHERE audit (a) > 0",
                "SELECT a FROM t WHERE id = audit/* x */(1) FOR UPDATE",
                "SELECT * FROM audit(1) AS x",
                "WITH c (a) AS (SELECT audit(1)) SELECT * FROM c",
                "SELECT COUNT(*) FROM t HAVING MAX(audit(a)) > 1",
                "INSERT INTO t (a) VALUES (audit(1))",
                "INSERT INTO audit (a) VALUES (audit(1))",
                "INSERT INTO audit VALUES (audit(1))",
                "INSERT INTO app.audit (a) VALUES (audit(1))",
                "UPDATE audit SET a = audit(1)",
                "INSERT INTO t (a) SELECT audit(1)",
                "UPDATE t SET a = audit(1) WHERE id = 1",
                "DELETE FROM t WHERE id = audit(1)",
                "VALUES (audit(1))")) {
            for (SqlRules rules : List.of(Databases.H2, Databases.MARIADB, Databases.POSTGRESQL)) {
                assertThat(refusal(rules, sql))
                        .as("%s: %s", rules.database(), sql)
                        .isEqualTo("the function audit is not known to leave rows alone");
            }
        }
        assertThat(refusal(Databases.POSTGRESQL, "SELECT * FROM audit(1) AS (a int)"))
                .contains("audit");
        assertThat(refusal(Databases.MYSQL, "SET @x = audit(1)")).contains("audit");
        assertThat(refusal(Databases.MYSQL, "SELECT HIGH_PRIORITY audit(1)")).contains("audit");
    }

    @Test
    void a_name_of_a_known_function_behind_a_qualifier_or_in_quotes_may_be_another_one() {
        assertThat(refusal(Databases.POSTGRESQL, "SELECT app.now()")).contains("the function now");
        assertThat(refusal(Databases.POSTGRESQL, "SELECT x.pg_catalog.now()")).contains("the function now");
        assertThat(refusal(Databases.POSTGRESQL, "SELECT pg_catalog.audit()")).contains("the function audit");
        assertThat(refusal(Databases.POSTGRESQL, "SELECT \"Count\"(1)")).contains("\"Count\"");
        assertThat(refusal(Databases.MYSQL, "SELECT shop.count(1)")).contains("the function count");
    }

    @Test
    void what_is_only_shown_and_what_carries_the_hint_is_not_looked_at() {
        assertKnown(Databases.H2, "EXPLAIN SELECT audit(1)", SqlRecognizer.UNCAPTURED_HINT + " SELECT audit(1)");
    }

    @Test
    void a_warning_lets_the_statement_run_and_comes_once_for_a_plan() {
        List<String> told = new ArrayList<>();
        var recognizer = new SqlRecognizer(
                Databases.H2, UnknownFunctions.WARN, (function, sql) -> told.add(function + " in " + sql));
        for (int i = 0; i < 3; i++) {
            assertThat(recognizer.recognize("SELECT audit(1)")).isInstanceOf(RecognizedSql.Read.class);
            assertThat(recognizer.recognize("SELECT COUNT(*) FROM t")).isInstanceOf(RecognizedSql.Read.class);
        }
        assertThat(told).containsExactly("audit in SELECT audit(1)");
    }

    @Test
    void functions_are_not_looked_at_unless_that_is_asked_for() {
        assertThat(new SqlRecognizer(Databases.H2).recognize("SELECT audit(1)")).isInstanceOf(RecognizedSql.Read.class);
    }

    @Test
    void no_statement_of_the_corpus_is_refused_for_its_functions() {
        var refused = Corpus.cases().stream()
                .filter(one -> Set.of("h2", "mysql", "postgresql").contains(one.database()))
                .filter(one -> {
                    var plan = strict(one.rules()).recognize(one.sql());
                    return plan instanceof RecognizedSql.Refused no
                            && no.reason().contains("not known to leave");
                })
                .map(Corpus.Case::sql)
                .toList();
        assertThat(refused).isEmpty();
    }

    private static void assertKnown(SqlRules rules, String... statements) {
        for (String sql : statements) {
            assertThat(strict(rules).recognize(sql)).as(sql).isNotInstanceOf(RecognizedSql.Refused.class);
        }
    }

    private static String refusal(SqlRules rules, String sql) {
        return strict(rules).recognize(sql) instanceof RecognizedSql.Refused refused ? refused.reason() : "passes";
    }

    private static SqlRecognizer strict(SqlRules rules) {
        return new SqlRecognizer(rules, UnknownFunctions.REFUSE, (function, sql) -> {
            throw new AssertionError("told instead of refused");
        });
    }
}
