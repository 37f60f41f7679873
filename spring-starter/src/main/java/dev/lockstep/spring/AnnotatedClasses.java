package dev.lockstep.spring;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.util.ReflectionUtils;

/**
 * Which classes carry one of some annotations: on themselves, on a method, or on anything that they extend or implement; also
 * where it stands on another annotation. Says no only where Spring's own search, method by method through all that is
 * overridden, would find nothing: over the beans of an application that search takes longer than all the rest of our start.
 *
 * <p>The advisors ask it, so the proxy creator is to leave it alone: it would want these advisors to look at it, while they wait for it.
 *
 * <p>Thread-safe. Each class is read once; an entry for each class above a bean of the context is kept, as long as that.
 */
final class AnnotatedClasses implements Predicate<Class<?>>, AopInfrastructureBean {

    private final Set<String> annotations;
    private final Map<Class<?>, Boolean> known = new ConcurrentHashMap<>();
    private final Map<Class<? extends Annotation>, Boolean> leading = new ConcurrentHashMap<>();

    /** @param annotations their class names; the classes need not be there */
    AnnotatedClasses(Set<String> annotations) {
        this.annotations = Set.copyOf(annotations);
    }

    @Override
    public boolean test(Class<?> type) {
        if (isOfTheLanguage(type)) {
            return false;
        }
        // Not computeIfAbsent: to read a class asks for those above it. Who comes meanwhile reads it too, to the same
        // end.
        Boolean carries = known.get(type);
        if (carries == null) {
            carries = isOnClassOrMethods(type) || isAbove(type);
            known.put(type, carries);
        }
        return carries;
    }

    private boolean isAbove(Class<?> type) {
        Class<?> parent = type.getSuperclass();
        if (parent != null && test(parent)) {
            return true;
        }
        for (Class<?> contract : type.getInterfaces()) {
            if (test(contract)) {
                return true;
            }
        }
        return false;
    }

    private boolean isOnClassOrMethods(Class<?> type) {
        if (isOn(type)) {
            return true;
        }
        for (Method method : ReflectionUtils.getDeclaredMethods(type)) {
            if (isOn(method)) {
                return true;
            }
        }
        return false;
    }

    private boolean isOn(AnnotatedElement element) {
        for (Annotation annotation : element.getDeclaredAnnotations()) {
            if (leading.computeIfAbsent(annotation.annotationType(), type -> leadsTo(type, new HashSet<>()))) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether an annotation is one of those, or carries one.
     *
     * @param seen annotations may stand on each other
     */
    private boolean leadsTo(Class<? extends Annotation> type, Set<Class<?>> seen) {
        if (isOfTheLanguage(type) || !seen.add(type)) {
            return false;
        }
        if (annotations.contains(type.getName())) {
            return true;
        }
        for (Annotation above : type.getDeclaredAnnotations()) {
            if (leadsTo(above.annotationType(), seen)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOfTheLanguage(Class<?> type) {
        return type.getName().startsWith("java.");
    }
}
