package dev.lockstep.rm.at.sql;

import static org.assertj.core.api.Assertions.assertThat;

/** Short words for the tests of the recogniser. */
final class Plans {

    static String outcome(SqlRules rules, String sql) {
        return Outcome.of(new SqlRecognizer(rules).recognize(sql));
    }

    static String h2(String sql) {
        return outcome(Databases.H2, sql);
    }

    static String mysql(String sql) {
        return outcome(Databases.MYSQL, sql);
    }

    static String postgresql(String sql) {
        return outcome(Databases.POSTGRESQL, sql);
    }

    static void assertReads(SqlRules rules, String... statements) {
        for (String sql : statements) {
            assertThat(outcome(rules, sql)).as(sql).isEqualTo("read");
        }
    }

    static void assertRefused(SqlRules rules, String sql, String reason) {
        assertThat(outcome(rules, sql)).as(sql).startsWith("refused: ").contains(reason);
    }

    private Plans() {}
}
