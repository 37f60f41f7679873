package dev.lockstep.spring;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.MethodClassKey;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Finds what an annotation says about a method: its own goes before that of the class; a bridge method counts as the method
 * it leads to; an annotation of the class speaks of public methods other than those of {@link Object}. What was found is
 * remembered.
 *
 * <p>Thread-safe. Holds at most one entry per method of the beans of its context, and goes with it.
 *
 * @param <A> what is written on an element
 * @param <T> what follows from it for one method
 */
final class AnnotationSearch<A, T> {

    /** Makes of what is written what is remembered. */
    interface Meaning<A, T> {

        /** @param called the method of the class that runs */
        T of(A attributes, Method called, Class<?> userClass);
    }

    private final Function<AnnotatedElement, @Nullable A> reader;
    private final Meaning<A, T> meaning;
    private final Map<MethodClassKey, Optional<T>> known = new ConcurrentHashMap<>();

    /** @param reader reads one element with all that it inherits; null where nothing is written */
    AnnotationSearch(Function<AnnotatedElement, @Nullable A> reader, Meaning<A, T> meaning) {
        this.reader = reader;
        this.meaning = meaning;
    }

    /**
     * @param method the method called, perhaps of an interface
     * @param targetClass the class of the object behind the proxy
     * @return null when nothing is written
     */
    @Nullable
    T find(Method method, Class<?> targetClass) {
        if (method.getDeclaringClass() == Object.class) {
            return null;
        }
        return known.computeIfAbsent(
                        new MethodClassKey(method, targetClass), key -> Optional.ofNullable(read(method, targetClass)))
                .orElse(null);
    }

    private @Nullable T read(Method method, Class<?> targetClass) {
        Class<?> userClass = ClassUtils.getUserClass(targetClass);
        Method called = AopUtils.getMostSpecificMethod(method, userClass);
        A attributes = nearest(reader, method, called, userClass);
        return attributes == null ? null : meaning.of(attributes, called, userClass);
    }

    /** What is written on a method or, where nothing is, on its class. */
    static <A> @Nullable A nearest(
            Function<AnnotatedElement, @Nullable A> reader, Method method, Method called, Class<?> userClass) {
        A ofMethod = reader.apply(called);
        if (ofMethod == null && called != method) {
            ofMethod = reader.apply(method);
        }
        if (ofMethod != null) {
            return ofMethod;
        }
        if (!Modifier.isPublic(called.getModifiers()) || ReflectionUtils.isObjectMethod(called)) {
            return null;
        }
        return reader.apply(userClass);
    }
}
