package dev.lockstep.tm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class RollbackRulesTest {

    @Test
    void without_rules_everything_rolls_back() {
        assertThat(RollbackRules.ALWAYS.rollsBackOn(new IOException())).isTrue();
        assertThat(RollbackRules.ALWAYS.rollsBackOn(new AssertionError())).isTrue();
    }

    @Test
    void the_nearest_class_decides() {
        var rules = RollbackRules.of(List.of("java.io.FileNotFoundException"), List.of("java.io.IOException"));

        assertThat(rules.rollsBackOn(new IOException())).isFalse();
        assertThat(rules.rollsBackOn(new FileNotFoundException())).isTrue();
    }

    @Test
    void at_equal_distance_the_rule_that_rolls_back_decides() {
        var rules = RollbackRules.of(List.of("IOException"), List.of("java.io.IOException"));

        assertThat(rules.rollsBackOn(new FileNotFoundException())).isTrue();
    }

    @Test
    void a_rule_does_not_turn_the_default_round() {
        var rules = RollbackRules.of(List.of("java.io.IOException"), List.of());

        assertThat(rules.rollsBackOn(new NullPointerException())).isTrue();
    }

    @Test
    void a_name_speaks_of_every_class_whose_name_contains_it() {
        var rules = RollbackRules.of(List.of(), List.of("io.File"));

        assertThat(rules.rollsBackOn(new FileNotFoundException())).isFalse();
        assertThat(rules.rollsBackOn(new IOException())).isTrue();
    }

    private static class Refused extends RuntimeException {}

    private static class RefusedForGood extends RuntimeException {}

    @Test
    void a_class_speaks_of_itself_and_its_subclasses_and_of_no_namesake() {
        var rules = RollbackRules.ofClasses(List.of(), List.of(Refused.class));

        assertThat(rules.rollsBackOn(new Refused() {})).isFalse();
        assertThat(rules.rollsBackOn(new RefusedForGood())).isTrue();
    }

    @Test
    void rules_by_name_and_by_class_hold_together() {
        var rules = RollbackRules.ofClasses(List.of(), List.of(IOException.class))
                .and(RollbackRules.of(List.of("FileNotFound"), List.of()));

        assertThat(rules.rollsBackOn(new IOException())).isFalse();
        assertThat(rules.rollsBackOn(new FileNotFoundException())).isTrue();
    }

    @Test
    void a_blank_rule_is_refused() {
        assertThatThrownBy(() -> RollbackRules.of(List.of(" "), List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
