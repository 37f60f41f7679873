package dev.lockstep.rm.at.sql;

import static dev.lockstep.rm.at.sql.Plans.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Drivers that are told so send a text of several statements (allowMultiQueries; H2 and PostgreSQL always do). */
class SeveralStatementsTest {

    private static final List<SqlRules> ALL =
            List.of(Databases.H2, Databases.MYSQL, Databases.MARIADB, Databases.POSTGRESQL);

    @Test
    void a_second_statement_is_refused_whatever_the_two_are() {
        for (SqlRules rules : ALL) {
            for (String first : List.of(
                    "UPDATE t SET v = 1 WHERE id = 1",
                    "INSERT INTO t (id) VALUES (?)",
                    "DELETE FROM t WHERE id = ?",
                    "SELECT 1",
                    "SELECT id FROM t FOR UPDATE",
                    "SET @x = 1",
                    "SHOW TABLES",
                    "EXPLAIN SELECT 1",
                    SqlRecognizer.UNCAPTURED_HINT + " DELETE FROM t",
                    "")) {
                for (String second :
                        List.of("DELETE FROM t", "SELECT 2", "COMMIT", "(SELECT 1)", "? = call p()", "'x'")) {
                    for (String between : List.of(";", " ; ", ";;", "; /* and */", ";\n-- and\n", "/* ; */;")) {
                        assertRefused(rules, first + between + second, "a second statement begins with '");
                    }
                }
            }
        }
    }

    @Test
    void a_semicolon_at_the_end_separates_nothing() {
        for (SqlRules rules : ALL) {
            for (String end :
                    List.of(";", " ;", ";;", "; ; ", ";\n", "; -- ; DELETE FROM t", "; /* ; DELETE FROM t */")) {
                assertSame(rules, "UPDATE t SET v = 1 WHERE id = 1", end);
                assertSame(rules, "INSERT INTO t (id) VALUES (?)", end);
                assertSame(rules, "DELETE FROM t", end);
                assertSame(rules, "SELECT id FROM t WHERE id = 1 FOR UPDATE", end);
                assertSame(rules, "SELECT 1", end);
            }
        }
        assertSame(Databases.MYSQL, "DELETE FROM t", "; # ; DELETE FROM t");
        assertSame(Databases.H2, "DELETE FROM t", "; // ; DELETE FROM t");
        assertSame(Databases.POSTGRESQL, "DELETE FROM t", "; /* /* ; */ ; DELETE FROM t */");
    }

    @Test
    void a_semicolon_in_strings_names_and_comments_separates_nothing() {
        for (SqlRules rules : ALL) {
            assertCaptured(rules, "UPDATE t SET v = 'a;b' WHERE w = ''';' /* ; DELETE */ AND x = 1 -- ; DELETE");
            assertCaptured(rules, "INSERT INTO t (id, v) VALUES (1, '; DELETE FROM t')");
        }
        for (SqlRules rules : List.of(Databases.MYSQL, Databases.MARIADB)) {
            assertCaptured(rules, "UPDATE `a;b` SET `v;` = \"x;\"\";\", w = 'y\\';' WHERE id = 1 # ; DELETE");
        }
        assertCaptured(Databases.H2, "UPDATE \"a;b\" SET v = $$;'$$ WHERE id = 1 // ; DELETE");
        assertCaptured(
                Databases.POSTGRESQL,
                "UPDATE \"a;b\" SET v = $$;'$$, w = $tag$;$$;$x$;$tag$, x = E'\\';', y = U&';' WHERE id = 1");
    }

    @Test
    void what_is_no_string_in_this_database_hides_no_second_statement() {
        // A backslash is a character like any other in PostgreSQL and H2, so the string ends before the semicolon.
        assertRefused(Databases.POSTGRESQL, "UPDATE t SET v = '\\'; DELETE FROM t; --'", "a second statement");
        assertRefused(Databases.H2, "UPDATE t SET v = '\\'; DELETE FROM t; --'", "a second statement");
        // The tags differ, or are none.
        assertRefused(Databases.POSTGRESQL, "UPDATE t SET v = $a$ $b$ $a$; DELETE FROM t", "a second statement");
        assertRefused(Databases.MYSQL, "UPDATE t SET v = $$ ; DELETE FROM t WHERE w = $$", "a second statement");
        // Comments do not nest in MySQL.
        assertRefused(Databases.MYSQL, "DELETE FROM t /* /* */ ; DELETE FROM u -- */", "a second statement");
        // No comment without the blank.
        assertRefused(Databases.MYSQL, "UPDATE t SET v = 1 --1; DELETE FROM t", "a second statement");
    }

    private static void assertSame(SqlRules rules, String sql, String end) {
        assertThat(Plans.outcome(rules, sql + end))
                .as("%s: %s%s", rules.database(), sql, end)
                .isEqualTo(Plans.outcome(rules, sql))
                .doesNotStartWith("refused");
    }

    private static void assertCaptured(SqlRules rules, String sql) {
        assertThat(new SqlRecognizer(rules).recognize(sql))
                .as("%s: %s", rules.database(), sql)
                .isInstanceOf(RecognizedSql.Write.class);
    }
}
