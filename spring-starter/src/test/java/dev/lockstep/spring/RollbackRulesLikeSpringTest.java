package dev.lockstep.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.tm.RollbackRules;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.springframework.transaction.interceptor.NoRollbackRuleAttribute;
import org.springframework.transaction.interceptor.RollbackRuleAttribute;
import org.springframework.transaction.interceptor.RuleBasedTransactionAttribute;

/** Whatever rules there are, what they say of an exception is what Spring's own say; only the default is another. */
class RollbackRulesLikeSpringTest {

    private static class Refused extends RuntimeException {}

    private static final class RefusedForGood extends Refused {}

    private static final List<Throwable> THROWN = List.of(
            new IOException(),
            new FileNotFoundException(),
            new SQLException(),
            new SQLTransientException(),
            new IllegalArgumentException(),
            new NumberFormatException(),
            new Refused(),
            new RefusedForGood(),
            new AssertionError(),
            new Throwable());

    private static final List<String> NAMES =
            List.of("Exception", "java.io", "IOException", "Refused", "Spring", "Object", "java.sql.SQLException");

    @RepeatedTest(50)
    void a_rule_decides_as_springs_own_does(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        List<Class<?>> rollbackFor = classes(random);
        List<String> rollbackForNames = names(random);
        List<Class<?>> noRollbackFor = classes(random);
        List<String> noRollbackForNames = names(random);
        RollbackRules ours = RollbackRules.ofClasses(rollbackFor, noRollbackFor)
                .and(RollbackRules.of(rollbackForNames, noRollbackForNames));
        // In the order in which Spring reads them from its annotation; and a default that rolls back.
        List<RollbackRuleAttribute> rules = new ArrayList<>();
        rollbackFor.forEach(type -> rules.add(new RollbackRuleAttribute(type)));
        rollbackForNames.forEach(name -> rules.add(new RollbackRuleAttribute(name)));
        noRollbackFor.forEach(type -> rules.add(new NoRollbackRuleAttribute(type)));
        noRollbackForNames.forEach(name -> rules.add(new NoRollbackRuleAttribute(name)));
        var springs = new RuleBasedTransactionAttribute();
        springs.setRollbackRules(rules);

        for (Throwable thrown : THROWN) {
            assertThat(ours.rollsBackOn(thrown))
                    .as("%s under %s", thrown, rules)
                    .isEqualTo(
                            rules.stream().allMatch(rule -> rule.getDepth(thrown) < 0) || springs.rollbackOn(thrown));
        }
    }

    private static List<Class<?>> classes(Random random) {
        List<Class<?>> classes = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            classes.add(THROWN.get(random.nextInt(THROWN.size())).getClass());
        }
        return classes;
    }

    private static List<String> names(Random random) {
        List<String> names = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            names.add(NAMES.get(random.nextInt(NAMES.size())));
        }
        return names;
    }
}
