package dev.lockstep.tm;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which exceptions of the guarded code roll the global transaction back. Immutable.
 *
 * <p>Without any rule every {@link Throwable} does, checked ones too. A rule speaks of one class and its subclasses; the
 * nearest class to the thrown one decides, and at equal distance the rule that rolls back. What no rule speaks of rolls
 * back: a rule never turns the default round.
 */
public final class RollbackRules {

    /** No rule: every exception rolls back. */
    public static final RollbackRules ALWAYS = new RollbackRules(List.of());

    private record Rule(String className, boolean rollsBack) {}

    private final List<Rule> rules;

    private RollbackRules(List<Rule> rules) {
        this.rules = List.copyOf(rules);
    }

    /**
     * @param rollbackFor fully qualified or simple names of exception classes that roll back
     * @param noRollbackFor the same for those that do not
     */
    public static RollbackRules of(List<String> rollbackFor, List<String> noRollbackFor) {
        if (rollbackFor.isEmpty() && noRollbackFor.isEmpty()) {
            return ALWAYS;
        }
        List<Rule> rules = new ArrayList<>();
        rollbackFor.forEach(name -> rules.add(rule(name, true)));
        noRollbackFor.forEach(name -> rules.add(rule(name, false)));
        return new RollbackRules(rules);
    }

    private static Rule rule(String className, boolean rollsBack) {
        if (className.isBlank()) {
            throw new IllegalArgumentException(
                    "A rollback rule names no exception class: write a class name, or leave the rule out.");
        }
        return new Rule(className.trim(), rollsBack);
    }

    /** Whether this exception of the guarded code rolls the global transaction back. */
    public boolean rollsBackOn(Throwable failure) {
        for (Class<?> type = failure.getClass(); type != null; type = type.getSuperclass()) {
            Boolean decision = decisionFor(type);
            if (decision != null) {
                return decision;
            }
        }
        return true;
    }

    private @Nullable Boolean decisionFor(Class<?> type) {
        Boolean decision = null;
        for (Rule rule : rules) {
            if (rule.className.equals(type.getName()) || rule.className.equals(type.getSimpleName())) {
                if (rule.rollsBack) {
                    return true;
                }
                decision = false;
            }
        }
        return decision;
    }
}
