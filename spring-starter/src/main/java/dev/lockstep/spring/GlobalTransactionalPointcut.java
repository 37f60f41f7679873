package dev.lockstep.spring;

import java.lang.reflect.Method;
import java.util.function.Predicate;
import org.springframework.aop.support.StaticMethodMatcherPointcut;

/** Selects the methods that {@link AnnotatedDefinitions} knows something about. Thread-safe. */
final class GlobalTransactionalPointcut extends StaticMethodMatcherPointcut {

    private final AnnotatedDefinitions definitions;

    /** @param scanned which classes may carry annotations that count */
    GlobalTransactionalPointcut(AnnotatedDefinitions definitions, Predicate<Class<?>> scanned) {
        this.definitions = definitions;
        // Spares the search through the methods of classes, most of all the JDK's, that cannot carry the annotation.
        setClassFilter(type -> TransactionalAttributes.canStandOn(type) && scanned.test(type));
    }

    @Override
    public boolean matches(Method method, Class<?> targetClass) {
        return definitions.find(method, targetClass) != null;
    }
}
