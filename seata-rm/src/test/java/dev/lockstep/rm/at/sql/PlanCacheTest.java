package dev.lockstep.rm.at.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlanCacheTest {

    private static final RecognizedSql PLAN = new RecognizedSql.Read();

    @Test
    void the_same_text_gets_the_same_plan() {
        var recognizer = new SqlRecognizer(Databases.H2);
        assertThat(recognizer.recognize("UPDATE t SET v = 1"))
                .isSameAs(recognizer.recognize(new String("UPDATE t SET v = 1")));
    }

    @Test
    void it_never_holds_more_than_two_generations() {
        var cache = new PlanCache();
        for (int i = 0; i < 10 * PlanCache.GENERATION; i++) {
            cache.put("text " + i, PLAN);
            assertThat(cache.size()).isLessThanOrEqualTo(2 * PlanCache.GENERATION);
        }
    }

    @Test
    void a_text_in_use_outlives_those_that_come_once() {
        var cache = new PlanCache();
        cache.put("in use", PLAN);
        for (int i = 0; i < 10 * PlanCache.GENERATION; i++) {
            cache.put("once " + i, PLAN);
            assertThat(cache.get("in use")).isSameAs(PLAN);
        }
        assertThat(cache.get("once 0")).isNull();
    }

    @Test
    void a_long_text_is_not_kept() {
        var cache = new PlanCache();
        var text = "x".repeat(PlanCache.LONGEST_TEXT + 1);
        cache.put(text, PLAN);
        assertThat(cache.get(text)).isNull();
        cache.put(text.substring(1), PLAN);
        assertThat(cache.get(text.substring(1))).isSameAs(PLAN);
    }
}
