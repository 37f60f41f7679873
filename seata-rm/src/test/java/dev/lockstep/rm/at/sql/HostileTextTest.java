package dev.lockstep.rm.at.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.lockstep.rm.policy.UnknownFunctions;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("fuzz")
class HostileTextTest {

    private static final List<SqlRules> RULES = List.of(Databases.H2, Databases.MYSQL, Databases.POSTGRESQL);

    private static final String[] BEGINNINGS = {
        "",
        "SELECT ",
        "SELECT * FROM t WHERE a = 1 FOR UPDATE ",
        "SELECT a, ",
        "WITH c AS (SELECT 1) ",
        "INSERT INTO t (",
        "INSERT INTO t VALUES (",
        "UPDATE ",
        "UPDATE t SET ",
        "UPDATE t SET v = 1 WHERE a = ",
        "DELETE FROM t WHERE a = 1 ORDER BY ",
        "DELETE FROM t LIMIT ",
        "SET x = ",
        "EXPLAIN ",
    };

    private static final String[] PIECES = {
        "(",
        ")",
        "()",
        "[",
        "{",
        "}",
        "'",
        "''",
        "'a' ",
        "\"",
        "\"\" ",
        "`",
        "/*",
        "/**/",
        "*/",
        "--",
        "- ",
        "-",
        "~",
        "+",
        "$",
        "$a",
        "$a$",
        "$a$ ",
        "?",
        "? ",
        "??",
        "@",
        "@a.",
        ".",
        "a.",
        "a ",
        "a, ",
        "1",
        "1e",
        "0x",
        ".5",
        "E'\\'",
        "U&'",
        ";",
        ",",
        ", a = 1 ",
        "AND a = 1 ",
        "\u0131",
        "\u00a0",
        "\\",
        ":",
        "::",
        ":=",
        "FOR UPDATE ",
        "(FOR UPDATE)",
        "(SELECT ",
        "(DELETE FROM ",
        "CASE ",
        "NOT ",
        "NEXT VALUE FOR ",
        "AT TIME ZONE ",
        "INTERVAL ",
        "WITH ",
        "(1), ",
        "f(",
        "FROM ",
        "#",
        "//",
        "\n",
        "\0",
    };

    @Test
    void every_piece_repeated_behind_every_beginning_gives_a_plan() {
        for (String beginning : BEGINNINGS) {
            for (String piece : PIECES) {
                for (SqlRules rules : RULES) {
                    assertPlan(rules, beginning + piece.repeat(3_000 / piece.length()));
                }
            }
        }
    }

    /** A bound against hanging, not against slowness: what is not linear would take hours on a megabyte. */
    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void a_megabyte_comes_to_an_end_without_a_deep_stack() {
        var seed = Long.getLong("lockstep.seed", System.nanoTime());
        System.out.println("HostileTextTest seed of long texts " + seed);
        var random = new Random(seed);
        for (int i = 0; i < 60; i++) {
            var piece = PIECES[random.nextInt(PIECES.length)];
            var text = BEGINNINGS[random.nextInt(BEGINNINGS.length)] + piece.repeat((1 << 20) / piece.length());
            assertPlan(RULES.get(random.nextInt(RULES.size())), text);
        }
    }

    @Test
    void a_megabyte_is_cut_into_as_many_tokens_as_it_has() {
        for (SqlRules rules : RULES) {
            var lexer = new Lexer(rules);
            assertThat(lexer.cut("(".repeat(1 << 20)).size()).isEqualTo(1 << 20);
            assertThat(lexer.cut("'x' ".repeat(1 << 18)).size()).isEqualTo(1 << 18);
            assertThat(lexer.cut("'".repeat((1 << 20) - 1)).size()).isEqualTo(1);
            assertThat(lexer.cut("/* x */ ".repeat(1 << 17)).size()).isZero();
            assertThat(lexer.cut("/* ".repeat(1 << 18)).size()).isEqualTo(1);
            assertThat(lexer.cut("? ".repeat(1 << 19)).size()).isEqualTo(1 << 19);
        }
    }

    @Test
    void a_large_insert_is_recognised_exactly() {
        var plan = new SqlRecognizer(Databases.H2)
                .recognize("INSERT INTO t (a, b) VALUES " + "(?, 'x'), ".repeat(50_000) + "(?, 'y')");
        var rows = ((RecognizedSql.Insert) plan).rows();
        assertThat(rows).hasSize(50_001);
        assertThat(rows.get(50_000).get(0).slice().firstParameter()).isEqualTo(50_001);
    }

    @Test
    void random_texts_never_make_it_fail() {
        var seed = Long.getLong("lockstep.seed", System.nanoTime());
        System.out.println("HostileTextTest seed " + seed);
        var random = new Random(seed);
        var corpus = Corpus.cases();
        for (int i = 0; i < 20_000 * Integer.getInteger("lockstep.random.factor", 1); i++) {
            var text =
                    new StringBuilder(corpus.get(random.nextInt(corpus.size())).sql());
            for (int change = random.nextInt(6); change >= 0; change--) {
                var at = random.nextInt(text.length() + 1);
                switch (random.nextInt(4)) {
                    case 0 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(8)));
                    case 1 -> text.insert(at, PIECES[random.nextInt(PIECES.length)]);
                    case 2 -> text.insert(at, (char) random.nextInt(0x3000));
                    default -> {
                        var other = corpus.get(random.nextInt(corpus.size())).sql();
                        text.insert(at, other.substring(random.nextInt(other.length())));
                    }
                }
            }
            for (SqlRules rules : RULES) {
                assertPlan(rules, text.toString());
            }
        }
    }

    private static void assertPlan(SqlRules rules, String text) {
        assertThatCode(() -> {
                    var plan = new SqlRecognizer(rules, UnknownFunctions.WARN, (function, sql) -> {}).recognize(text);
                    assertThat(plan).isNotNull();
                    if (plan instanceof RecognizedSql.Refused refused) {
                        assertThat(refused.reason()).isNotBlank().hasSizeLessThan(400);
                        assertThat(refused.wayOut()).isNotBlank();
                    }
                })
                .as("%s: %s", rules.database(), text.length() < 500 ? text : text.substring(0, 60))
                .doesNotThrowAnyException();
    }
}
