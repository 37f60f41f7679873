package dev.lockstep.rm.at.sql;

import static dev.lockstep.rm.at.sql.Plans.assertRefused;
import static dev.lockstep.rm.at.sql.Plans.h2;
import static dev.lockstep.rm.at.sql.Plans.mysql;
import static dev.lockstep.rm.at.sql.Plans.postgresql;
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
    void rows_may_come_from_a_query() {
        for (String query :
                new String[] {"SELECT 1", "(SELECT 1)", "TABLE s", "WITH c AS (SELECT 1) SELECT * FROM c"}) {
            assertThat(h2("INSERT INTO t (a) " + query)).as(query).isEqualTo("insert t (a) from a query");
            assertThat(h2("INSERT INTO t " + query)).as(query).isEqualTo("insert t () from a query");
        }
        assertThat(postgresql("WITH c AS (SELECT 1 AS a) INSERT INTO t (a) SELECT a FROM c JOIN d ON c.a = d.a"
                        + " ON CONFLICT DO NOTHING RETURNING a"))
                .isEqualTo("insert t (a) from a query skips conflicts returning [a]");
    }

    @Test
    void one_row_may_be_written_without_values() {
        assertThat(h2("INSERT INTO t SET a = 1, b = ?")).isEqualTo("insert t (a, b) (NUMBER [1], PARAMETER [?]{1})");
        assertThat(h2("INSERT INTO t DEFAULT VALUES")).isEqualTo("insert t () ()");
        assertThat(mysql("INSERT INTO t () VALUES (), ()")).isEqualTo("insert t () () ()");
    }

    @Test
    void rows_that_are_there_may_be_left_out() {
        assertThat(mysql("INSERT LOW_PRIORITY IGNORE INTO t (a) VALUES (1)"))
                .isEqualTo("insert t (a) (NUMBER [1]) skips conflicts");
        assertThat(postgresql("INSERT INTO t (a) VALUES (1) ON CONFLICT (a) WHERE b > ? DO NOTHING"))
                .isEqualTo("insert t (a) (NUMBER [1]) skips conflicts");
    }

    @Test
    void rows_that_are_there_may_be_changed() {
        assertThat(mysql("INSERT INTO t (a, b) VALUES (?, ?) AS n (x, y) ON DUPLICATE KEY UPDATE b = y + ?"))
                .isEqualTo("upsert t (a, b) (PARAMETER [?]{1}, PARAMETER [?]{2}) update by any unique key (b)"
                        + " tail [AS n (x, y) ON DUPLICATE KEY UPDATE b = y + ?]{3}");
        assertThat(mysql("REPLACE t (a) VALUES (1), (2)"))
                .isEqualTo("upsert t (a) (NUMBER [1]) (NUMBER [2]) replace by any unique key ()");
        assertThat(mysql("REPLACE INTO t SET a = ?"))
                .isEqualTo("upsert t (a) (PARAMETER [?]{1}) replace by any unique key ()");
        assertThat(h2("REPLACE INTO t (a, b) VALUES (1, 2)"))
                .isEqualTo("upsert t (a, b) (NUMBER [1], NUMBER [2]) update by primary key (a, b)");
        assertThat(h2("MERGE INTO t (a, b) KEY (A) VALUES (1, ?)"))
                .isEqualTo("upsert t (a, b) (NUMBER [1], PARAMETER [?]{1}) update by  (A) (b)");
        assertThat(postgresql("INSERT INTO t AS x (a, b) VALUES (1, ?) ON CONFLICT (a) DO UPDATE SET b = EXCLUDED.b"
                        + " WHERE x.b < ? RETURNING *"))
                .isEqualTo("upsert t as x (a, b) (NUMBER [1], PARAMETER [?]{1}) update by any unique key (b)"
                        + " tail [ON CONFLICT (a) DO UPDATE SET b = EXCLUDED.b WHERE x.b < ?]{2} returning [*]");
    }

    @Test
    void only_a_value_that_is_the_same_wherever_it_is_asked_is_constant() {
        for (String constant :
                new String[] {"?", "1", "'x'", "NULL", "-1.5", "UPPER(?)", "DATE '2020-01-01'", "TRUE"}) {
            assertThat(value("INSERT INTO t (a) VALUES (" + constant + ")").constant())
                    .as(constant)
                    .isTrue();
        }
        assertThat(value("INSERT INTO t (a) VALUES (CAST(? AS BIGINT))").constant())
                .isTrue();
        for (String other :
                new String[] {"DEFAULT", "b", "b + 1", "RAND()", "(SELECT 1)", "NEXT VALUE FOR s", "NOW()"}) {
            assertThat(value("INSERT INTO t (a) VALUES (" + other + ")").constant())
                    .as(other)
                    .isFalse();
        }
    }

    private static InsertValue value(String sql) {
        return ((RecognizedSql.Insert) new SqlRecognizer(Databases.H2).recognize(sql))
                .rows()
                .get(0)
                .get(0);
    }

    @Test
    void what_is_not_known_is_refused_by_name() {
        assertRefused(Databases.H2, "INSERT INTO t (a) VALUES 1, 2", "'1' stands where '(' should");
        assertRefused(Databases.H2, "INSERT INTO t (a) VALUES (1) UNION SELECT 2", "'UNION'");
        assertRefused(Databases.H2, "INSERT INTO t (a) VALUES (1), (2) LIMIT 1", "'LIMIT'");
        assertRefused(Databases.H2, "MERGE INTO t KEY (a) SELECT 1", "MERGE takes its rows from a query");
        assertRefused(Databases.H2, "MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE", "MERGE ... USING");
        assertRefused(Databases.MYSQL, "REPLACE INTO t SELECT 1", "REPLACE takes its rows from a query");
        assertRefused(Databases.MYSQL, "INSERT INTO t (a) SELECT 1 ON DUPLICATE KEY UPDATE a = 2", "from a query");
        assertRefused(Databases.MYSQL, "INSERT INTO t (a) VALUES (1) RETURNING a", "RETURNING is not captured");
        assertRefused(Databases.POSTGRESQL, "INSERT INTO t (a) VALUES (1) ON CONFLICT DO DELETE", "'DO'");
        assertRefused(
                Databases.POSTGRESQL,
                "WITH c AS (SELECT 1) INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET b = 1",
                "behind WITH");
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
