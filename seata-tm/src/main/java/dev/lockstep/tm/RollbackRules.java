package dev.lockstep.tm;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which exceptions of the guarded code roll the global transaction back. Immutable.
 *
 * <p>Without any rule every {@link Throwable} does, checked ones too. A rule speaks of one class and its subclasses, or of all
 * classes whose name contains a text and their subclasses, as Spring's rules do. The rule whose class is nearest to the thrown
 * one decides, and at equal distance one that rolls back. What no rule speaks of rolls back: a rule never turns the default
 * round.
 */
public final class RollbackRules {

    /** No rule: every exception rolls back. */
    public static final RollbackRules ALWAYS = new RollbackRules(List.of());

    private record Rule(Predicate<Class<?>> speaksOf, boolean rollsBack) {}

    private final List<Rule> rules;

    private RollbackRules(List<Rule> rules) {
        this.rules = List.copyOf(rules);
    }

    /**
     * Rules by name. {@code "Exception"} speaks of nearly everything: write as much of the name as tells it apart, best with
     * its package.
     *
     * @param rollbackFor what fully qualified names of exception classes that roll back contain
     * @param noRollbackFor the same for those that do not
     */
    public static RollbackRules of(List<String> rollbackFor, List<String> noRollbackFor) {
        return of(rollbackFor, noRollbackFor, RollbackRules::named);
    }

    /**
     * Rules by class.
     *
     * @param rollbackFor exception classes that roll back
     * @param noRollbackFor those that do not
     */
    public static RollbackRules ofClasses(List<Class<?>> rollbackFor, List<Class<?>> noRollbackFor) {
        return of(rollbackFor, noRollbackFor, type -> type::equals);
    }

    private static <T> RollbackRules of(
            List<T> rollbackFor, List<T> noRollbackFor, Function<T, Predicate<Class<?>>> meaning) {
        List<Rule> rules = new ArrayList<>();
        rollbackFor.forEach(rule -> rules.add(new Rule(meaning.apply(rule), true)));
        noRollbackFor.forEach(rule -> rules.add(new Rule(meaning.apply(rule), false)));
        return rules.isEmpty() ? ALWAYS : new RollbackRules(rules);
    }

    private static Predicate<Class<?>> named(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException(
                    "A rollback rule names no exception class: write a class name, or leave the rule out.");
        }
        String part = text.trim();
        return type -> type.getName().contains(part);
    }

    /** The rules of both. */
    public RollbackRules and(RollbackRules others) {
        return new RollbackRules(
                Stream.concat(rules.stream(), others.rules.stream()).toList());
    }

    /** Whether this exception of the guarded code rolls the global transaction back. */
    public boolean rollsBackOn(Throwable failure) {
        for (Class<?> type = failure.getClass(); type != Object.class; type = type.getSuperclass()) {
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
            if (rule.speaksOf.test(type)) {
                if (rule.rollsBack) {
                    return true;
                }
                decision = false;
            }
        }
        return decision;
    }
}
