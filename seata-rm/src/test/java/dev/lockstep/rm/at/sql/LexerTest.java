package dev.lockstep.rm.at.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LexerTest {

    @Test
    void comments_are_no_tokens() {
        assertThat(cut(Databases.H2, "a /* b /* c */ d */ e -- f\n g // h\r i / j - k"))
                .containsExactly("WORD a", "WORD e", "WORD g", "WORD i", "SYMBOL /", "WORD j", "SYMBOL -", "WORD k");
        assertThat(cut(Databases.MYSQL, "a /* b /* c */ d # e\n f --g\n -- h\r i \n j --"))
                .containsExactly("WORD a", "WORD d", "WORD f", "SYMBOL -", "SYMBOL -", "WORD g", "WORD j");
        assertThat(cut(Databases.POSTGRESQL, "a // b # c --d\re"))
                .containsExactly("WORD a", "SYMBOL /", "SYMBOL /", "WORD b", "SYMBOL #", "WORD c", "WORD e");
        assertThat(cut(Databases.H2, "a/**/b/***/c/*/ */d")).containsExactly("WORD a", "WORD b", "WORD c", "WORD d");
    }

    @Test
    void strings_and_names_end_where_the_database_ends_them() {
        assertThat(cut(Databases.H2, "'a''b' 'c\\' \"d\"\"e\" `f``g`"))
                .containsExactly("STRING 'a''b'", "STRING 'c\\'", "QUOTED \"d\"\"e\"", "QUOTED `f``g`");
        assertThat(cut(Databases.MYSQL, "'a\\'b' \"c\\\"d\" `e\\` 'f''g'"))
                .containsExactly("TEXT 'a\\'b'", "TEXT \"c\\\"d\"", "QUOTED `e\\`", "STRING 'f''g'");
        assertThat(cut(Databases.POSTGRESQL, "E'a\\'b' e'c' 'd\\' U&'e' U&\"f\" N'g' B'0' X'1F' ex'h'"))
                .containsExactly(
                        "TEXT E'a\\'b'",
                        "TEXT e'c'",
                        "STRING 'd\\'",
                        "TEXT U&'e'",
                        "TEXT U&\"f\"",
                        "TEXT N'g'",
                        "TEXT B'0'",
                        "TEXT X'1F'",
                        "WORD ex",
                        "STRING 'h'");
        assertThat(cut(Databases.SQL_SERVER, "[a]]b] 'c'")).containsExactly("QUOTED [a]]b]", "STRING 'c'");
    }

    @Test
    void dollar_quotes_need_the_same_tag_and_begin_no_word() {
        assertThat(cut(Databases.POSTGRESQL, "$$a'b$$ $x$ $$ $y$ $x$ $1 a$b$c"))
                .containsExactly("TEXT $$a'b$$", "TEXT $x$ $$ $y$ $x$", "NUMBERED_PARAMETER $1", "WORD a$b$c");
        assertThat(cut(Databases.H2, "$$a'b$$ $x$")).containsExactly("TEXT $$a'b$$", "NUMBERED_PARAMETER $", "WORD x$");
        assertThat(cut(Databases.MYSQL, "$a$ b$$")).containsExactly("WORD $a$", "WORD b$$");
    }

    @Test
    void numbers_do_not_swallow_words() {
        assertThat(cut(Databases.H2, "1 1.5 .5 1e5 1.e-3 0x1F 1_000 1FOR 1..2"))
                .containsExactly(
                        "NUMBER 1",
                        "NUMBER 1.5",
                        "NUMBER .5",
                        "NUMBER 1e5",
                        "NUMBER 1.e-3",
                        "NUMBER 0x1F",
                        "NUMBER 1_000",
                        "NUMBER 1",
                        "WORD FOR",
                        "NUMBER 1.",
                        "NUMBER .2");
        assertThat(cut(Databases.MYSQL, "1 2fa 1e5 1e5x 0x1G"))
                .containsExactly("NUMBER 1", "WORD 2fa", "NUMBER 1e5", "WORD 1e5x", "WORD 0x1G");
    }

    @Test
    void parameters_variables_and_operators_are_told_apart() {
        assertThat(cut(Databases.POSTGRESQL, "a ?? b = ? AND c ??| d"))
                .containsExactly(
                        "WORD a",
                        "SYMBOL ??",
                        "WORD b",
                        "SYMBOL =",
                        "PARAMETER ?",
                        "WORD AND",
                        "WORD c",
                        "SYMBOL ??",
                        "SYMBOL |",
                        "WORD d");
        assertThat(cut(Databases.H2, "? ?1 @x @ y"))
                .containsExactly("PARAMETER ?", "NUMBERED_PARAMETER ?1", "VARIABLE @x", "SYMBOL @", "WORD y");
        assertThat(cut(Databases.MYSQL, "@x @@session.y @`z z` @'v'"))
                .containsExactly("VARIABLE @x", "VARIABLE @@session.y", "VARIABLE @`z z`", "VARIABLE @'v'");
    }

    @Test
    void blanks_beyond_ascii_separate_words_only_where_they_do() {
        assertThat(cut(Databases.H2, "a\u00a0b\u2003c")).containsExactly("WORD a", "WORD b", "WORD c");
        assertThat(cut(Databases.MYSQL, "a\u00a0b")).containsExactly("WORD a\u00a0b");
        assertThat(cut(Databases.H2, "größe 表 \ud83d\ude00"))
                .containsExactly("WORD größe", "WORD 表", "WORD \ud83d\ude00");
    }

    private static List<String> cut(SqlRules rules, String sql) {
        var tokens = new Lexer(rules).cut(sql);
        var found = new ArrayList<String>();
        for (int i = 0; i < tokens.size(); i++) {
            found.add(tokens.kind(i) + " " + tokens.text(i));
        }
        return found;
    }
}
