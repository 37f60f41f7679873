package dev.lockstep.spring;

import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.GlobalTransactional;
import dev.lockstep.tm.LockRetryLimits;
import dev.lockstep.tm.RollbackRules;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.MethodClassKey;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * What {@link GlobalTransactional} says about a method: read once per method and target class, then remembered.
 *
 * <p>The method's own annotation goes before that of the class; each is also found on super classes, interfaces and as a
 * meta-annotation, and a bridge method counts as the method it leads to. A class annotation speaks of public methods
 * other than those of {@link Object}.
 *
 * <p>Thread-safe. Holds at most one entry per method of the beans of its context, and goes with it.
 */
final class AnnotatedDefinitions {

    private final Map<MethodClassKey, Optional<GlobalTransactionDefinition>> known = new ConcurrentHashMap<>();

    /**
     * The definition for a call, or null when the method is not annotated.
     *
     * @param method the method called, perhaps of an interface
     * @param targetClass the class of the object behind the proxy
     */
    @Nullable
    GlobalTransactionDefinition find(Method method, Class<?> targetClass) {
        if (method.getDeclaringClass() == Object.class) {
            return null;
        }
        return known.computeIfAbsent(
                        new MethodClassKey(method, targetClass), key -> Optional.ofNullable(read(method, targetClass)))
                .orElse(null);
    }

    private static @Nullable GlobalTransactionDefinition read(Method method, Class<?> targetClass) {
        Class<?> userClass = ClassUtils.getUserClass(targetClass);
        Method called = AopUtils.getMostSpecificMethod(method, userClass);
        GlobalTransactional annotation = annotationOf(method, called, userClass);
        return annotation == null ? null : definition(annotation, called, userClass);
    }

    private static @Nullable GlobalTransactional annotationOf(Method method, Method called, Class<?> userClass) {
        GlobalTransactional ofMethod = AnnotatedElementUtils.findMergedAnnotation(called, GlobalTransactional.class);
        if (ofMethod == null && called != method) {
            ofMethod = AnnotatedElementUtils.findMergedAnnotation(method, GlobalTransactional.class);
        }
        if (ofMethod != null) {
            return ofMethod;
        }
        if (!Modifier.isPublic(called.getModifiers()) || ReflectionUtils.isObjectMethod(called)) {
            return null;
        }
        return AnnotatedElementUtils.findMergedAnnotation(userClass, GlobalTransactional.class);
    }

    private static GlobalTransactionDefinition definition(
            GlobalTransactional annotation, Method method, Class<?> userClass) {
        String name = annotation.name().isBlank() ? signature(method, userClass) : annotation.name();
        Duration timeout = annotation.timeoutMills() == 0 ? null : Duration.ofMillis(annotation.timeoutMills());
        return new GlobalTransactionDefinition(
                name, timeout, annotation.propagation(), rollbackRules(annotation), lockRetry(annotation));
    }

    /** Simple names: the fully qualified ones of a few parameters would not fit into the TC's 128 characters. */
    private static String signature(Method method, Class<?> userClass) {
        return Arrays.stream(method.getParameterTypes())
                .map(Class::getSimpleName)
                .collect(Collectors.joining(", ", userClass.getSimpleName() + "." + method.getName() + "(", ")"));
    }

    private static RollbackRules rollbackRules(GlobalTransactional annotation) {
        return RollbackRules.of(
                names(annotation.rollbackFor(), annotation.rollbackForClassName()),
                names(annotation.noRollbackFor(), annotation.noRollbackForClassName()));
    }

    private static List<String> names(Class<? extends Throwable>[] classes, String[] classNames) {
        return Stream.concat(Arrays.stream(classes).map(Class::getName), Arrays.stream(classNames))
                .toList();
    }

    private static @Nullable LockRetryLimits lockRetry(GlobalTransactional annotation) {
        Duration interval =
                annotation.lockRetryInterval() == 0 ? null : Duration.ofMillis(annotation.lockRetryInterval());
        Integer times = annotation.lockRetryTimes() == -1 ? null : annotation.lockRetryTimes();
        return interval == null && times == null ? null : new LockRetryLimits(interval, times);
    }
}
