package dev.lockstep.spring;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.StaticMethodMatcherPointcut;

/**
 * Selects the methods about which an annotation says something. Static ones never: no proxy stands before them, and Kotlin puts
 * the annotation of a suspending function on a static method that it makes beside it, too. Thread-safe.
 */
final class AnnotatedMethods extends StaticMethodMatcherPointcut {

    private final BiFunction<Method, Class<?>, @Nullable Object> meaning;

    /**
     * @param candidates spares the search through the methods of classes, most of all the JDK's, that cannot carry the
     *     annotation or do not count
     */
    AnnotatedMethods(BiFunction<Method, Class<?>, @Nullable Object> meaning, Predicate<Class<?>> candidates) {
        this.meaning = meaning;
        setClassFilter(candidates::test);
    }

    @Override
    public boolean matches(Method method, Class<?> targetClass) {
        return !Modifier.isStatic(method.getModifiers()) && meaning.apply(method, targetClass) != null;
    }
}
