package dev.lockstep.rm.at.sql;

import static dev.lockstep.rm.at.sql.Plans.assertRefused;
import static dev.lockstep.rm.at.sql.Plans.h2;
import static dev.lockstep.rm.at.sql.Plans.mysql;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InsertRecognitionTest {

    @Test
    void a_row_is_cut_into_values_by_kind() {
        assertThat(h2("INSERT INTO t (a, b, c, d, e, f, g) VALUES (?, NULL, default, -1.5e3, 'x''y', UPPER(?), - 1)"))
                .isEqualTo("insert t (a, b, c, d, e, f, g)"
                        + " (PARAMETER [?]{1}, NULL [NULL], DEFAULT [default], NUMBER [-1.5e3], STRING ['x''y'],"
                        + " EXPRESSION [UPPER(?)]{2}, EXPRESSION [- 1])");
    }

    @Test
    void parameters_are_counted_over_all_rows() {
        assertThat(h2("INSERT INTO t (a, b) VALUES (?, f(?, ?)), (1, ?), (?, '?')"))
                .isEqualTo("insert t (a, b) (PARAMETER [?]{1}, EXPRESSION [f(?, ?)]{2-3})"
                        + " (NUMBER [1], PARAMETER [?]{4}) (PARAMETER [?]{5}, STRING ['?'])");
    }

    @Test
    void without_a_column_list_the_rows_decide_the_width() {
        assertThat(h2("INSERT INTO s.t VALUES (1, 2), (3, 4)"))
                .isEqualTo("insert s/t () (NUMBER [1], NUMBER [2]) (NUMBER [3], NUMBER [4])");
        assertRefused(Databases.H2, "INSERT INTO t VALUES (1, 2), (3)", "row 2 of VALUES has 1 values instead of 2");
        assertRefused(Databases.H2, "INSERT INTO t (a) VALUES (1, 2)", "row 1 of VALUES has 2 values instead of 1");
    }

    @Test
    void a_string_whose_content_only_the_database_knows_is_an_expression() {
        assertThat(mysql("INSERT INTO t (a, b, c) VALUES ('a\\'b', \"x\", 'plain')"))
                .isEqualTo("insert t (a, b, c) (EXPRESSION ['a\\'b'], EXPRESSION [\"x\"], STRING ['plain'])");
        assertThat(h2("INSERT INTO t (a, b) VALUES ('a' 'b', 0x1F)"))
                .isEqualTo("insert t (a, b) (EXPRESSION ['a' 'b'], EXPRESSION [0x1F])");
    }

    @Test
    void names_keep_their_quotes_in_the_text_and_lose_them_in_the_name() {
        var insert = (RecognizedSql.Insert)
                new SqlRecognizer(Databases.H2).recognize("INSERT INTO \"My \"\"S\" . `t` (\"a\") VALUES (1)");
        assertThat(insert.table().text()).isEqualTo("\"My \"\"S\" . `t`");
        assertThat(insert.table().path())
                .containsExactly(
                        new Identifier("\"My \"\"S\"", "My \"S", true),
                        // H2 folds the case of a back-quoted name as it does with a bare one.
                        new Identifier("`t`", "t", false));
    }

    @Test
    void a_trailing_comment_and_semicolons_belong_to_no_slice() {
        assertThat(h2("INSERT INTO t (a) VALUES (/* x */ 1 /* y */) ; ; -- end"))
                .isEqualTo("insert t (a) (NUMBER [1])");
    }

    @Test
    void what_is_not_values_is_refused_by_name() {
        assertRefused(Databases.H2, "INSERT INTO t (a) SELECT 1", "INSERT ... SELECT is not captured");
        assertRefused(Databases.H2, "INSERT INTO t (SELECT 1)", "INSERT ... SELECT is not captured");
        assertRefused(Databases.H2, "INSERT INTO t (a) (SELECT 1)", "INSERT ... SELECT is not captured");
        assertRefused(Databases.H2, "INSERT INTO t (a) TABLE s", "INSERT ... SELECT is not captured");
        assertRefused(Databases.H2, "INSERT INTO t SET a = 1", "INSERT ... SET is not captured");
        assertRefused(Databases.H2, "INSERT INTO t DEFAULT VALUES", "INSERT ... DEFAULT is not captured");
        assertRefused(Databases.H2, "INSERT INTO t (a) VALUES 1, 2", "'1' stands where '(' should");
        assertRefused(Databases.H2, "INSERT INTO t (a) OVERRIDING USER VALUE VALUES (1)", "OVERRIDING");
        assertRefused(Databases.H2, "INSERT INTO t (a) VALUES (1) UNION SELECT 2", "'UNION'");
        assertRefused(Databases.H2, "INSERT INTO t (a) VALUES (1), (2) LIMIT 1", "'LIMIT'");
        assertRefused(Databases.MYSQL, "INSERT IGNORE INTO t (a) VALUES (1)", "'IGNORE'");
        assertRefused(Databases.MYSQL, "INSERT INTO t (a) VALUES (1) ON DUPLICATE KEY UPDATE a = 2", "'ON DUPLICATE'");
        assertRefused(Databases.POSTGRESQL, "INSERT INTO t (a) VALUES (1) ON CONFLICT DO NOTHING", "'ON CONFLICT'");
        assertRefused(Databases.POSTGRESQL, "INSERT INTO t (a) VALUES (1) RETURNING a", "RETURNING");
        assertRefused(Databases.POSTGRESQL, "INSERT INTO t (a.b) VALUES (1)", "'.'");
        assertRefused(Databases.POSTGRESQL, "INSERT INTO t (a[1]) VALUES (1)", "'['");
    }

    @Test
    void a_value_that_writes_is_refused() {
        assertRefused(
                Databases.H2,
                "INSERT INTO t (a) VALUES ((SELECT id FROM FINAL TABLE (INSERT INTO s (b) VALUES (1))))",
                "changes rows inside a query");
        assertRefused(Databases.POSTGRESQL, "INSERT INTO t (a) VALUES (lo_create(0))", "the function lo_create writes");
    }
}
