package dev.lockstep.rm.at.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WordSetTest {

    @Test
    void it_finds_a_stretch_of_a_text_in_any_case() {
        var words = WordSet.of("SELECT insert", "Update");
        assertThat(words.contains("xx Insert yy", 3, 9)).isTrue();
        assertThat(words.contains("SELECT")).isTrue();
        assertThat(words.contains("update")).isTrue();
        assertThat(words.contains("updat")).isFalse();
        assertThat(words.contains("updates")).isFalse();
        assertThat(words.contains("")).isFalse();
        assertThat(WordSet.NONE.contains("update")).isFalse();
    }

    @Test
    void it_finds_each_of_many() {
        var many = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            many.append(" WORD").append(i);
        }
        var words = WordSet.of(many.toString()).and(WordSet.of("OTHER"));
        for (int i = 0; i < 1000; i++) {
            assertThat(words.contains("word" + i)).isTrue();
        }
        assertThat(words.contains("word1000")).isFalse();
        assertThat(words.contains("other")).isTrue();
    }

    @Test
    void letters_that_fold_to_ascii_are_folded() {
        assertThat(WordSet.of("FINAL").contains("f\u0131nal")).isTrue();
        assertThat(WordSet.of("FINAL").contains("\ufb01nal")).isTrue();
        assertThat(WordSet.of("FINAL").contains("fünal")).isFalse();
    }
}
